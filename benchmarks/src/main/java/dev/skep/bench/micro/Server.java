package dev.skep.bench.micro;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A node with one named server on it.
@State(Scope.Benchmark)
public class Server {
    static final Name<Echo.Rpc> NAME = Name.of("echo");

    final Node node = Node.start("jmh");
    final ServerRef<Echo.Rpc> byPid = node.start(GenServer.spec(Echo::new).named(NAME));
    final ServerRef<Echo.Rpc> byName = node.ref(NAME);

    /// Lets the server handle what an iteration has cast before the next one begins.
    @Setup(Level.Iteration)
    public void settle() {
        byPid.call(new Echo.Ask("settled"), ServerRef.FOREVER);
    }

    /// Ends the node.
    @TearDown(Level.Trial)
    public void close() {
        byPid.stop(ExitReason.normal(), ServerRef.FOREVER);
        node.close();
    }
}
