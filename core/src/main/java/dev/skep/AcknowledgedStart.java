package dev.skep;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The start of one plain process by a [ProcessSpec]: what it runs, until it has ended.
///
/// @param <R> how the process is referred to
final class AcknowledgedStart<R> implements InitAck {
    private final PlainProcess process;
    private final StartSpec<R> spec;
    private final ProcessSpec.Code<Object> code;
    private final Slot<Started<R>> outcome;
    /// What to answer when the process has ended; null for its exit reason.
    private @Nullable Started<R> failure;

    AcknowledgedStart(
            PlainProcess process, StartSpec<R> spec, ProcessSpec.Code<Object> code, Slot<Started<R>> outcome) {
        this.process = process;
        this.spec = spec;
        this.code = code;
        this.outcome = outcome;
    }

    void run() throws Exception {
        if (spec.name().isPresent()) {
            Process holder = process.claimName(spec.name().get());
            if (holder != null) {
                failure = new Started.AlreadyStarted<>(holder);
                return;
            }
        }
        try {
            code.run(process, this);
        } catch (StartException.Ignore ignored) {
            if (isAcknowledged()) {
                throw ignored;
            }
            failure = new Started.Ignored<>();
        }
    }

    private boolean isAcknowledged() {
        return outcome.isDone();
    }

    @Override
    public void ack() {
        refuseIfAcknowledged("ack");
        process.initialised = true;
        outcome.fill(new Started.Running<>(process, spec.reference(process)));
    }

    @Override
    public ProcessExit fail(ExitReason answer, ExitReason end) {
        Objects.requireNonNull(answer, "answer");
        refuseIfAcknowledged("fail");
        failure = new Started.Failed<>(spec.describe(), answer);
        return new ProcessExit(end);
    }

    private void refuseIfAcknowledged(String operation) {
        process.enter(operation);
        process.leave();
        if (isAcknowledged()) {
            throw new IllegalStateException("the start of " + process + " has been acknowledged already");
        }
    }

    /// The process has ended, and its name is free.
    void ended(ExitReason reason) {
        if (!isAcknowledged()) {
            outcome.fill(Objects.requireNonNullElseGet(
                    failure,
                    () -> new Started.Failed<>(
                            spec.describe() + ", which ended without acknowledging its start,", reason)));
        }
    }
}
