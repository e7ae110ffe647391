package dev.skep.sys;

import dev.skep.Await;
import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;

/// A node, and servers of several versions that are to be upgraded.
abstract class UpgradeFixture {
    final World world = new World();
    final BlockingQueue<String> notes = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        world.close();
    }

    sealed interface Rpc {
        /// Who are you, and what is your state?
        record Who() implements Rpc, Call<Rpc, String> {}

        record Add(int n) implements Rpc, Cast<Rpc> {}

        record Hold(CountDownLatch reached, CountDownLatch release) implements Rpc, Cast<Rpc> {}

        record Crash() implements Rpc, Cast<Rpc> {}
    }

    /// A server of some version, whose state is a number.
    class Numbers implements GenServer<Integer, Rpc> {
        final String version;

        Numbers(String version) {
            this.version = version;
        }

        @Override
        public Integer init(Self<Rpc> self) throws Exception {
            return 0;
        }

        @Override
        public Next<Integer> handle(Rpc message, From from, Integer total) throws Exception {
            return switch (message) {
                case Rpc.Who who -> who.reply(version + " " + total);
                case Rpc.Add(int n) -> Next.noReply().state(total + n);
                case Rpc.Hold(CountDownLatch reached, CountDownLatch release) -> {
                    reached.countDown();
                    release.await();
                    yield Next.noReply();
                }
                case Rpc.Crash _ -> Next.stop(ExitReason.because("crash"));
            };
        }

        @Override
        public Optional<String> version() {
            return Optional.of(version);
        }

        @Override
        public void terminate(ExitReason reason, Integer total) {
            notes.add("terminate " + version);
        }
    }

    final class Broken extends Numbers {
        Broken() {
            super("broken");
        }

        @Override
        public Integer codeChange(Object exported, Optional<String> from, Self<Rpc> self) {
            throw new IllegalStateException("cannot convert " + exported);
        }
    }

    ServerRef<Rpc> start(String version) {
        return world.node.start(GenServer.spec(() -> new Numbers(version)));
    }

    static String who(ServerRef<Rpc> server) {
        return server.call(new Rpc.Who(), Await.LIMIT);
    }

    static Pid pid(ServerRef<?> server) {
        return server.pid().orElseThrow();
    }

    static boolean isSuspended(ServerRef<?> server) {
        return Sys.of(server).timeout(Await.LIMIT).status().suspended();
    }
}
