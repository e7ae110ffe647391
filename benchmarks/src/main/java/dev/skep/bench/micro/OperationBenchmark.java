package dev.skep.bench.micro;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/// Single operations as seen from a platform thread, JMH's, which is no process.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OperationBenchmark {
    private static final int BATCH = 1_000;

    /// Made by JMH.
    public OperationBenchmark() {}

    /// A thousand casts and the wait until they are handled; a cast.
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public String cast(Server server) {
        for (int i = 0; i < BATCH; i++) {
            server.byPid.cast(new Echo.Tell("word"));
        }
        return server.byPid.call(new Echo.Ask("done"));
    }

    /// A call.
    @Benchmark
    public String call(Server server) {
        return server.byPid.call(new Echo.Ask("word"));
    }

    /// A call by name.
    @Benchmark
    public String callByName(Server server) {
        return server.byName.call(new Echo.Ask("word"));
    }

    /// Who has a name.
    @Benchmark
    public Optional<Pid> lookup(Server server) {
        return server.node.whereis(Server.NAME);
    }

    /// A plain process from its start to its end.
    @Benchmark
    public Optional<ExitReason> spawn(Server server) {
        return server.node.spawn(_ -> {}).join(ServerRef.FOREVER);
    }

    /// A timer that is started and cancelled.
    @Benchmark
    public Optional<Duration> timer(Server server) {
        return server.node
                .sendAfter(Duration.ofHours(1), server.byPid.pid().orElseThrow(), "late")
                .cancel();
    }
}
