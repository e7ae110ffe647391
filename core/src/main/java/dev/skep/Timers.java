package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Timers that do more than send one message: [Self#timers()] for a process, [Node#timers()] for a thread.
/// Erlang: the module `timer`.
///
/// Timers of a process belong to it: they are cancelled when it ends, and only the process itself may set them.
/// Timers of the node belong to nobody; those that repeat for one target end with the target. Every method returns at
/// once; the timer may be cancelled from any thread. Intervals are kept on average: one that is late does not shift
/// those after it. There is no limit to the number of timers, and they need no process or thread of their own.
public final class Timers {
    private final Node node;
    private final @Nullable SelfProcess owner;

    Timers(Node node, @Nullable SelfProcess owner) {
        this.node = node;
        this.owner = owner;
    }

    /// Starts a plain process after `delay`. Nobody is linked to it. Erlang: `timer:apply_after/4`.
    ///
    /// @param <M> what the process is sent
    /// @param delay zero or more
    /// @param code what the process runs
    /// @return the timer
    public <M> Timer applyAfter(Duration delay, Body<M> code) {
        Objects.requireNonNull(code, "code");
        return once(delay, () -> spawn(code));
    }

    /// Starts a plain process again and again, the first after one `interval`, whether the one before it has ended or
    /// not. Nobody is linked to them. Erlang: `timer:apply_interval/4`.
    ///
    /// @param <M> what the processes are sent
    /// @param interval longer than zero
    /// @param code what the processes run
    /// @return the timer
    public <M> Timer applyInterval(Duration interval, Body<M> code) {
        Objects.requireNonNull(code, "code");
        return repeated(interval, () -> spawn(code));
    }

    /// Starts a plain process again and again, but not while the one before it still runs: what becomes due meanwhile
    /// is left out. Erlang: `timer:apply_repeatedly/4` of OTP 26, which makes up for it instead.
    ///
    /// @param <M> what the processes are sent
    /// @param interval longer than zero
    /// @param code what the processes run
    /// @return the timer
    public <M> Timer applyRepeatedly(Duration interval, Body<M> code) {
        Objects.requireNonNull(code, "code");
        return repeated(interval, new BooleanSupplier() {
            private @Nullable Pid running;

            @Override
            public boolean getAsBoolean() {
                Pid before = running;
                if (before == null || !before.isAlive()) {
                    running = node.trySpawn(code);
                }
                return running != null;
            }
        });
    }

    private boolean spawn(Body<?> code) {
        return node.trySpawn(code) != null;
    }

    /// Sends a message to a process again and again, the first after one `interval`. Ends with the process.
    /// Erlang: `timer:send_interval/3`.
    ///
    /// @param interval longer than zero
    /// @param target who gets it
    /// @param message an immutable value
    /// @return the timer
    public Timer sendInterval(Duration interval, Pid target, Object message) {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(message, "message");
        return repeated(interval, () -> {
            target.send(message);
            return target.isAlive();
        });
    }

    /// Sends a message, again and again, to whoever has a name by then; the first after one `interval`.
    /// Erlang: `timer:send_interval/3`.
    ///
    /// @param interval longer than zero
    /// @param target who gets it; nobody, while nobody has the name
    /// @param message an immutable value
    /// @return the timer
    public Timer sendInterval(Duration interval, Name<?> target, Object message) {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(message, "message");
        return repeated(interval, () -> {
            node.sendFromTimer(target, message);
            return true;
        });
    }

    /// Sends an exit signal after `delay`. Erlang: `timer:exit_after/3`.
    ///
    /// @param delay zero or more
    /// @param target who gets it
    /// @param reason the reason
    /// @return the timer
    public Timer exitAfter(Duration delay, Pid target, ExitReason reason) {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(reason, "reason");
        return once(delay, () -> {
            target.exit(reason);
            return false;
        });
    }

    /// Sends an exit signal, after `delay`, to whoever has a name by then. Erlang: `timer:exit_after/3`.
    ///
    /// @param delay zero or more
    /// @param target who gets it; nobody, if nobody has the name by then
    /// @param reason the reason
    /// @return the timer
    public Timer exitAfter(Duration delay, Name<?> target, ExitReason reason) {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(reason, "reason");
        return once(delay, () -> {
            if (target.isVia()) { // on the clock's thread a registry's code must not run
                node.runElsewhere(() -> exit(target, reason));
            } else {
                exit(target, reason);
            }
            return false;
        });
    }

    private void exit(Name<?> target, ExitReason reason) {
        Process holder = target.find(node);
        if (holder != null) {
            holder.exit(reason);
        }
    }

    /// Kills a process after `delay`. Erlang: `timer:kill_after/2`.
    ///
    /// @param delay zero or more
    /// @param target who is killed
    /// @return the timer
    public Timer killAfter(Duration delay, Pid target) {
        return exitAfter(delay, target, ExitReason.kill());
    }

    /// Kills, after `delay`, whoever has a name by then. Erlang: `timer:kill_after/2`.
    ///
    /// @param delay zero or more
    /// @param target who is killed; nobody, if nobody has the name by then
    /// @return the timer
    public Timer killAfter(Duration delay, Name<?> target) {
        return exitAfter(delay, target, ExitReason.kill());
    }

    private Timer once(Duration delay, BooleanSupplier action) {
        long nanos = Durations.nanos(Durations.notNegative(delay, "delay"));
        return start("a timer", () -> new ActionTimer(node, action, 0).start(nanos));
    }

    private Timer repeated(Duration interval, BooleanSupplier action) {
        long nanos = Durations.nanos(Durations.positive(interval, "interval"));
        return start("an interval timer", () -> new ActionTimer(node, action, nanos).start(nanos));
    }

    private Timer start(String what, Supplier<ActionTimer> start) {
        if (owner == null) {
            Worker.refuseZombies();
            return start.get();
        }
        owner.enter(what);
        ActionTimer timer;
        try {
            timer = start.get();
            owner.bonds().own(timer);
        } finally {
            owner.leave();
        }
        return timer;
    }
}
