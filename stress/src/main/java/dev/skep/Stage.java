package dev.skep;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A node for a model: all its threads are those of the model.
///
/// An activation runs on the thread that made the process ready, before that goes on: it is to the others what an
/// activation on a new thread is that begins at once. What can be interleaved with it is what the model's other
/// threads do. The runtime's own code runs, unchanged, with [Worker] and all.
///
/// Time stands still until [#pass(long)].
public final class Stage implements Scheduler, Clock {
    private volatile long now;
    private volatile boolean woken;
    private volatile @Nullable Thread driver;

    final Node node =
            Node.builder("stage").strict(false).scheduler(this).clock(this).start();

    // ---- Processes -----------------------------------------------------------------------------------------------

    /// A behaviour that has been started, and is at rest.
    BehaviourProcess begin(Behaviour behaviour) {
        return begin(behaviour, Mailbox.unbounded());
    }

    BehaviourProcess begin(Behaviour behaviour, Mailbox mailbox) {
        return begin(behaviour, mailbox, true);
    }

    /// The same, without a place in the table of the node: for tests that make millions of them, and never end them.
    BehaviourProcess beginUnlisted(Behaviour behaviour) {
        return begin(behaviour, Mailbox.unbounded(), false);
    }

    private BehaviourProcess begin(Behaviour behaviour, Mailbox mailbox, boolean listed) {
        Start spec = new Start(behaviour, mailbox);
        BehaviourProcess process = new BehaviourProcess(node, null, spec, false);
        if (listed) {
            node.table.add(process);
        }
        process.prepareStart(spec, new Slot<>(this));
        node.startWorker(process);
        return process;
    }

    /// A behaviour that has not begun to run. It is attended to, and its lock is held, by whoever has it.
    BehaviourProcess unstarted() {
        return new BehaviourProcess(node, null, new Start(new Part() {}, Mailbox.unbounded()), false);
    }

    private static final class Start extends StartSpec<Pid> {
        private final Behaviour behaviour;
        private final Mailbox mailbox;

        Start(Behaviour behaviour, Mailbox mailbox) {
            this.behaviour = behaviour;
            this.mailbox = mailbox;
        }

        @Override
        protected Behaviour behaviour(Self<Object> self) {
            return behaviour;
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
            return "a behaviour of a model";
        }
    }

    /// A behaviour that does nothing of what is left to its subclass.
    abstract static class Part implements Behaviour {
        @Override
        public void init() {}

        @Override
        public void call(Object message, From from) {}

        @Override
        public void cast(Object message) {}

        @Override
        public void info(Object message) {}

        @Override
        public void terminate(ExitReason reason) {}
    }

    // ---- Threads -------------------------------------------------------------------------------------------------

    @Override
    public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
        Thread here = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = here.getUncaughtExceptionHandler();
        here.setUncaughtExceptionHandler(task);
        try {
            task.run();
        } finally {
            here.setUncaughtExceptionHandler(before);
        }
    }

    @Override
    public void park() {
        VirtualThreads.INSTANCE.park();
    }

    @Override
    public void unpark(Thread thread) {
        VirtualThreads.INSTANCE.unpark(thread);
    }

    @Override
    public void pause() {}

    // ---- Time ----------------------------------------------------------------------------------------------------

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void start(String name, Ticker ticker) {}

    /// Lets time go on, without ringing anything. By the thread that ticks.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time
    void pass(long nanos) {
        now += nanos;
    }

    /// Ticks as the clock's thread does.
    ///
    /// @return when it wants to tick again; `Long.MAX_VALUE` for when woken
    long tick() {
        while (true) {
            woken = false;
            long next = node.timers.tick();
            if (node.timers.plan(next)) {
                return next;
            }
        }
    }

    /// Does what the clock's thread does, in a time that passes at once when there is nothing else to do at the
    /// moment, until something is over.
    void drive(BooleanSupplier over) {
        driver = Thread.currentThread();
        while (!over.getAsBoolean()) {
            long next = tick();
            if (next != Long.MAX_VALUE) {
                now = Math.max(now, next);
            } else if (!woken && !over.getAsBoolean()) {
                park();
            }
        }
    }

    boolean isWoken() {
        return woken;
    }

    @Override
    public void wake() {
        woken = true;
        Thread driving = driver;
        if (driving != null) {
            unpark(driving);
        }
    }

    @Override
    public void stop() {}
}
