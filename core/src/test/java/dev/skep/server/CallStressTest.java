package dev.skep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ReplyTo;
import dev.skep.Self;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many clients of servers that answer now, later or never, crash, stop, are killed, and come back under their names.
class CallStressTest {
    private static final int CLIENTS = 64;
    private static final int ANSWERS = 1_000;
    private static final int SERVERS = 4;
    /// After so many answers a server is ended.
    private static final int ANSWERS_TO_AN_END = 30;
    /// Some answers come with the next call only, so some calls time out when there are few clients left.
    private static final Duration LIMIT = Duration.ofMillis(50);

    /// What has been answered since the last end.
    private final Semaphore answers = new Semaphore(0);
    private final Object start = new Object();
    private final AtomicBoolean over = new AtomicBoolean();

    private sealed interface EchoRpc {
        /// Answered with the same number, by one of several ways.
        record Echo(long number) implements EchoRpc, Call<EchoRpc, Long> {}

        record End(int how) implements EchoRpc, Cast<EchoRpc> {}
    }

    /// Answers at once, or when it gets the next call, or from another thread.
    private static final class Echoing implements GenServer<Deque<Runnable>, EchoRpc> {
        @Override
        public Deque<Runnable> init(Self<EchoRpc> self) {
            return new ArrayDeque<>();
        }

        @Override
        public Next<Deque<Runnable>> handle(EchoRpc message, From from, Deque<Runnable> owed) {
            return switch (message) {
                case EchoRpc.Echo echo -> {
                    Runnable before = owed.poll();
                    if (before != null) {
                        before.run();
                    }
                    ReplyTo<Long> later = echo.replyTo(from);
                    yield switch ((int) (echo.number() % 5)) {
                        case 0 -> {
                            owed.add(() -> later.reply(echo.number()));
                            yield Next.noReply();
                        }
                        case 1 -> {
                            Thread.ofVirtual().start(() -> later.reply(echo.number()));
                            yield Next.noReply();
                        }
                        default -> echo.reply(echo.number());
                    };
                }
                case EchoRpc.End(int how) ->
                    switch (how % 3) {
                        case 0 -> Next.stop(ExitReason.shutdown());
                        case 1 -> Next.stop(ExitReason.normal());
                        default -> throw new dev.skep.ProcessExit(ExitReason.shutdown("crash"));
                    };
            };
        }
    }

    @Test
    @Timeout(300)
    void everyCallEndsWithItsOwnAnswerOrATypedFailure() throws Exception {
        List<Name<EchoRpc>> names = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            names.add(Name.of("echo " + i));
        }
        try (Node node = Node.start("stress")) {
            List<CompletableFuture<Void>> keepers = new ArrayList<>();
            for (Name<EchoRpc> name : names) {
                keepers.add(inThread(() -> keep(node, name)));
            }
            CompletableFuture<Void> chaos = inThread(() -> wreak(node, names));
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                long client = c;
                Runnable calls = () -> callOften(node, names, client);
                clients.add(c % 2 == 0 ? inThread(calls) : inProcess(node, calls));
            }
            for (CompletableFuture<Void> client : clients) {
                client.get();
            }
            over.set(true);
            answers.release(ANSWERS_TO_AN_END);
            chaos.get();
            for (CompletableFuture<Void> keeper : keepers) {
                while (!keeper.isDone()) { // it may have been about to start one more
                    names.forEach(name -> node.whereis(name).ifPresent(pid -> pid.exit(ExitReason.shutdown())));
                    Thread.yield();
                }
                keeper.get();
            }
        }
    }

    /// Calls until so many calls have been answered.
    private void callOften(Node node, List<Name<EchoRpc>> names, long client) {
        SplittableRandom random = new SplittableRandom(client);
        int answered = 0;
        for (long number = client << 32; answered < ANSWERS; number++) {
            Name<EchoRpc> name = names.get(random.nextInt(names.size()));
            ServerRef<EchoRpc> server = node.ref(name);
            try {
                long answer = number % 3 == 0
                        ? server.request(new EchoRpc.Echo(number)).get(LIMIT)
                        : server.call(new EchoRpc.Echo(number), LIMIT);
                if (answer != number) {
                    throw new AssertionError("asked " + number + ", got the answer to " + answer);
                }
                answered++;
                answers.release();
            } catch (CallException.NoProcess e) {
                awaitStart(node, name);
            } catch (CallException.Timeout | CallException.ServerExited e) {
                // a typed failure
            }
        }
    }

    private void awaitStart(Node node, Name<EchoRpc> name) {
        synchronized (start) {
            while (node.whereis(name).isEmpty()) {
                try {
                    start.wait();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    /// Starts the server again whenever it has ended.
    private void keep(Node node, Name<EchoRpc> name) {
        while (!over.get()) {
            ServerRef<EchoRpc> server = node.start(GenServer.spec(Echoing::new).named(name));
            synchronized (start) {
                start.notifyAll();
            }
            server.pid().orElseThrow().exited().join();
        }
    }

    private void wreak(Node node, List<Name<EchoRpc>> names) {
        SplittableRandom random = new SplittableRandom(7);
        while (!over.get()) {
            answers.acquireUninterruptibly(ANSWERS_TO_AN_END);
            Name<EchoRpc> name = names.get(random.nextInt(names.size()));
            int how = random.nextInt(5);
            if (how < 3) {
                node.ref(name).cast(new EchoRpc.End(how));
            } else {
                ExitReason reason = how == 3 ? ExitReason.kill() : ExitReason.shutdown("told");
                node.whereis(name).ifPresent(pid -> pid.exit(reason));
            }
        }
    }

    private static CompletableFuture<Void> inThread(Runnable code) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> complete(done, code));
        return done;
    }

    private static CompletableFuture<Void> inProcess(Node node, Runnable code) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Pid process = node.spawn(_ -> complete(done, code));
        assertThat(process).isNotNull();
        return done;
    }

    private static void complete(CompletableFuture<Void> done, Runnable code) {
        try {
            code.run();
            done.complete(null);
        } catch (Throwable thrown) {
            done.completeExceptionally(thrown);
        }
    }
}
