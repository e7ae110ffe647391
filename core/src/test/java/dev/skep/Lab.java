package dev.skep;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// A node for a test, with everything that was seen on it. Waits for events with a limit that is only reached when
/// a test fails.
final class Lab implements NodeListener, AutoCloseable {
    /// The node's time, unless the test gives it another clock: it stands still until the test lets it pass.
    final ManualClock clock = ManualClock.attentive();

    final Node node;
    final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    final BlockingQueue<Zombie> abandoned = new LinkedBlockingQueue<>();
    private final Map<Pid, CompletableFuture<ExitReason>> ends = new ConcurrentHashMap<>();

    Lab() {
        this(settings -> settings);
    }

    Lab(UnaryOperator<NodeBuilder> settings) {
        node = settings.apply(Node.builder("lab").clock(clock).listener(this)).start();
    }

    @Override
    public void close() {
        node.stop(Await.LIMIT);
    }

    // ---- Processes -----------------------------------------------------------------------------------------------

    /// What a process does for a test.
    interface Work<T> {
        T run(Receiver<Object> self) throws Exception;
    }

    /// The same, without an outcome.
    interface Steps {
        void run(Receiver<Object> self) throws Exception;
    }

    /// Does something in a new process.
    ///
    /// @return its outcome; what it throws is thrown here
    <T> T in(Work<T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        node.spawn((Receiver<Object> self) -> {
            try {
                outcome.complete(work.run(self));
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
                throw thrown;
            }
        });
        return Await.get(outcome);
    }

    /// Does something in a new process, and waits until that is done.
    void inProcess(Steps steps) {
        in(self -> {
            steps.run(self);
            return true;
        });
    }

    /// A process that drops whatever it receives, for ever.
    Pid idle() {
        return node.spawn((Receiver<Object> self) -> drop(self));
    }

    static void drop(Receiver<Object> self) {
        while (true) {
            self.receive();
        }
    }

    /// Processes on platform threads: code that really spins would take a carrier from the virtual threads of all
    /// other tests, and there may be one only.
    static Scheduler platformThreads() {
        return new RealThreads() {
            @Override
            public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
                Thread.ofPlatform().daemon().uncaughtExceptionHandler(task).start(task);
            }
        };
    }

    /// A process that has ended.
    Pid dead() {
        Pid pid = node.spawn(_ -> {});
        endOf(pid);
        return pid;
    }

    /// A process that ends with the reason that it is sent.
    Pid obedient() {
        return node.spawn((Receiver<Object> self) -> {
            throw new ProcessExit(self.receive(ExitReason.class));
        });
    }

    // ---- Behaviours ----------------------------------------------------------------------------------------------

    /// A behaviour that answers calls with what they ask, and has nothing else to do.
    static class Echo implements Behaviour {
        @Override
        public void init() throws Exception {}

        @Override
        public void call(Object message, From from) throws Exception {
            from.reply(message);
        }

        @Override
        public void cast(Object message) throws Exception {}

        @Override
        public void info(Object message) throws Exception {}

        @Override
        public void terminate(ExitReason reason) throws Exception {}
    }

    /// What an [Echo] is asked.
    record Ask(Object value) implements Call<Object, Object> {}

    static StartSpec<Pid> spec(Function<Self<Object>, Behaviour> behaviour) {
        return spec(Mailbox.unbounded(), behaviour);
    }

    static StartSpec<Pid> spec(Mailbox mailbox, Function<Self<Object>, Behaviour> behaviour) {
        return new StartSpec<>() {
            @Override
            protected Behaviour behaviour(Self<Object> self) {
                return behaviour.apply(self);
            }

            @Override
            protected Pid reference(Pid pid) {
                return pid;
            }

            @Override
            public Optional<Name<?>> name() {
                return Optional.empty();
            }

            @Override
            public Mailbox mailbox() {
                return mailbox;
            }

            @Override
            public String describe() {
                return "a behaviour of a test";
            }
        };
    }

    Pid start(Function<Self<Object>, Behaviour> behaviour) {
        return node.start(spec(behaviour));
    }

    // ---- Waiting -------------------------------------------------------------------------------------------------

    /// Why a process has ended, waiting for its end.
    ExitReason endOf(Pid pid) {
        return Await.get(ends.computeIfAbsent(pid, _ -> new CompletableFuture<>()));
    }

    // ---- What was seen -------------------------------------------------------------------------------------------

    @Override
    public void exited(Pid pid, Optional<Name<?>> name, ExitReason reason) {
        ends.computeIfAbsent(pid, _ -> new CompletableFuture<>()).complete(reason);
    }

    @Override
    public void abandoned(Zombie zombie) {
        abandoned.add(zombie);
    }

    @Override
    public void reported(Report report) {
        reports.add(report);
    }
}
