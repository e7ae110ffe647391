package dev.skep.testkit;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// A server for tests: it does what it is told.
final class Servers {
    sealed interface Rpc {
        record Echo(String text) implements Rpc, Call<Rpc, String> {}

        record Silence() implements Rpc, Call<Rpc, String> {}

        record Forward(Pid to, Object message) implements Rpc, Cast<Rpc> {}

        record Later(Duration delay, Pid to, Object message) implements Rpc, Cast<Rpc> {}

        record Crash() implements Rpc, Cast<Rpc> {}
    }

    private Servers() {}

    /// Starts a process that waits for something outside of the runtime, and returns when it waits.
    static void spawnBlocked(Testkit skep, CountDownLatch release) {
        CompletableFuture<Thread> blocked = new CompletableFuture<>();
        skep.spawn(_ -> {
            blocked.complete(Thread.currentThread());
            release.await();
        });
        while (blocked.join().getState() != Thread.State.WAITING) {
            Thread.yield();
        }
    }

    static GenServer<Self<Rpc>, Rpc> obedient() {
        return noting("", new java.util.ArrayList<>());
    }

    /// One that notes when it ends.
    static GenServer<Self<Rpc>, Rpc> noting(String name, List<String> journal) {
        return new GenServer<>() {
            @Override
            public Self<Rpc> init(Self<Rpc> self) {
                return self;
            }

            @Override
            public Next<Self<Rpc>> handle(Rpc message, From from, Self<Rpc> self) {
                return switch (message) {
                    case Rpc.Echo echo -> echo.reply(echo.text());
                    case Rpc.Silence _ -> Next.noReply();
                    case Rpc.Forward forward -> {
                        forward.to().send(forward.message());
                        yield Next.noReply();
                    }
                    case Rpc.Later later -> {
                        self.sendAfter(later.delay(), later.to(), later.message());
                        yield Next.noReply();
                    }
                    case Rpc.Crash _ -> throw new IllegalStateException("told to crash");
                };
            }

            @Override
            public void terminate(ExitReason reason, Self<Rpc> self) {
                journal.add(name);
            }
        };
    }
}
