package dev.skep;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A process as everybody knows it: the methods of its [Pid]. From any thread.
abstract sealed class PublicProcess extends Process permits SelfProcess {
    PublicProcess(Node node, @Nullable Process parent, Mailbox mailbox) {
        super(node, parent, mailbox);
    }

    @Override
    public final String nodeName() {
        return node.name();
    }

    @Override
    public final long id() {
        return id;
    }

    @Override
    public final void send(Object message) {
        Objects.requireNonNull(message, "message");
        node.refuseMutable(message, this);
        deliver(new Message.Info(message), Bound.USUAL_PATIENCE);
    }

    @Override
    public final void sendNotice(Object message) {
        deliver(new Message.Notice(Objects.requireNonNull(message, "message")));
    }

    @Override
    public final void exit(ExitReason reason) {
        Objects.requireNonNull(reason, "reason");
        node.refuseMutable(reason);
        Worker sender = Worker.current();
        deliver(new Signal.ExitRequest(sender == null ? node.root : sender.process, reason));
        if (sender != null && sender.process == this) {
            sender.unwindIfDoomed();
        }
    }

    @Override
    public final Optional<Object> label() {
        return Optional.ofNullable(node.labels.get(this));
    }

    @Override
    public List<Pid> callers() {
        return List.of();
    }

    @Override
    public final Optional<ProcessInfo> info() {
        return look(Process::describeSelf, "info");
    }

    @Override
    public final Optional<List<Object>> messages() {
        return look(Inbox::waitingMessages, "messages");
    }

    private <T> Optional<T> look(Function<Process, T> view, String what) {
        Worker here = Worker.current();
        if (here != null && here.process == this) {
            if (!lock()) {
                return Optional.empty();
            }
            T seen;
            try {
                takeArrivals();
                seen = view.apply(this);
            } finally {
                unlock();
            }
            unwindIfDoomed(); // unlocking may have let an exit signal take effect, of which nobody else tells it
            return Optional.of(seen);
        }
        Slot<T> answer = new Slot<>(node.scheduler);
        deliver(new Signal.Look<>(view, answer));
        if (Blocking.await(node, answer, Durations.FOREVER) == Blocking.Outcome.INTERRUPTED) {
            throw new CallException.Interrupted(what + " of " + this);
        }
        return Optional.ofNullable(answer.value());
    }

    @Override
    public final CompletableFuture<ExitReason> exited() {
        return Watch.future(this);
    }

    @Override
    public final Optional<ExitReason> join(Duration timeout) {
        long nanos = Durations.nanos(Durations.notNegative(timeout, "timeout"));
        refuseToAwaitItself();
        return watch().await(nanos);
    }

    @Override
    public final Optional<ExitReason> exitAndJoin(ExitReason reason, Duration timeout) {
        long nanos = Durations.nanos(Durations.notNegative(timeout, "timeout"));
        refuseToAwaitItself();
        if (isDead()) { // as a supervisor finds most of many children
            Objects.requireNonNull(reason, "reason");
            node.refuseMutable(reason);
            Worker.acting();
            return Optional.of(endReason());
        }
        Watch watch = watch();
        exit(reason);
        return watch.await(nanos).map(end -> end instanceof ExitReason.NoProcess ? endReason() : end);
    }

    private void refuseToAwaitItself() {
        Worker here = Worker.current();
        if (here != null && here.process == this) {
            throw new IllegalStateException(this + " cannot wait for its own end");
        }
    }

    @Override
    public final void hold(Lease lease) {
        Objects.requireNonNull(lease, "lease");
        Worker.refuseZombies();
        Worker here = Worker.current();
        if (here == null || here.process != this || !isAlive()) {
            lease.heldBy(this);
            deliver(new Signal.Hold(lease));
            return;
        }
        enter("hold");
        try {
            lease.heldBy(this);
            bonds().hold(lease);
        } finally {
            unlock();
        }
        unwindIfDoomed();
    }

    @Override
    public final boolean release(Lease lease) {
        Objects.requireNonNull(lease, "lease");
        Worker.refuseZombies();
        if (!lease.isHeldBy(this) || !lease.release()) {
            return false;
        }
        Worker here = Worker.current();
        if (here == null || here.process != this || !isAlive()) {
            deliver(new Signal.Release(lease));
            return true;
        }
        enter("release");
        bonds().release(lease);
        leave();
        return true;
    }

    @Override
    public final String toString() {
        Name<?> held = name();
        return "<" + node.name() + "." + id + (held == null ? ">" : " " + held + ">");
    }
}
