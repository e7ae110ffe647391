package dev.skep;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// A thread's monitor of a process: it fills a slot, or completes a future, instead of sending a message.
final class Watch extends Monitor {
    final Slot<ExitReason> slot;

    Watch(Process target, Slot<ExitReason> slot) {
        super(null, target);
        this.slot = slot;
    }

    @Override
    void fire(ExitReason reason) {
        slot.fill(reason);
    }

    /// A future of the end; cancelling it withdraws the monitor.
    static CompletableFuture<ExitReason> future(Process target) {
        CompletableFuture<ExitReason> future = new CompletableFuture<>();
        Watch watch = new Watch(target, new Slot<>(target.node.scheduler) {
            @Override
            public void completed() {
                ExitReason reason = value();
                if (reason != null) {
                    target.node.runElsewhere(() -> future.complete(reason));
                }
            }
        });
        target.deliver(new Signal.MonitorRequest(watch));
        onCancel(future, watch::withdraw);
        return future;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback cannot fail
    static void onCancel(CompletableFuture<?> future, Runnable action) {
        future.whenComplete((_, _) -> {
            if (future.isCancelled()) {
                action.run();
            }
        });
    }

    /// Waits for the end, and withdraws the monitor.
    Optional<ExitReason> await(long nanos) {
        return outcomeOf(() -> Blocking.await(process().node, slot, nanos));
    }

    /// Waits for the end until a deadline, and withdraws the monitor.
    Optional<ExitReason> awaitUntil(long deadline) {
        return outcomeOf(() -> Blocking.awaitUntil(process().node, slot, deadline));
    }

    private Process process() {
        return (Process) target;
    }

    private Optional<ExitReason> outcomeOf(Supplier<Blocking.Outcome> wait) {
        try {
            if (wait.get() == Blocking.Outcome.INTERRUPTED) {
                throw new CallException.Interrupted("wait for the end of " + target);
            }
            return Optional.ofNullable(slot.value());
        } finally {
            withdraw();
        }
    }

    void withdraw() {
        if (slot.close()) {
            target.deliver(new Signal.Demonitor(this));
        }
    }
}
