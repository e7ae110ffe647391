package dev.skep;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What there is to know of a process that system requests have touched: whether it is suspended, what watches
/// it, what change of its code is prepared. A process that nobody inspects has none. Only the process's own
/// thread changes it.
final class Inspection {
    private final SelfProcess process;
    private final DebugOptions debug;
    private boolean suspended;
    private @Nullable Runnable prepared;

    // The messages of a suspended behaviour wait in its batch.
    /// The end of the batch.
    private @Nullable Message last;
    /// Up to here there is no system message in the batch; null if nobody has looked yet.
    private @Nullable Message lookedAt;

    Inspection(SelfProcess process) {
        this.process = process;
        this.debug = new DebugOptions(process);
    }

    boolean isSuspended() {
        return suspended;
    }

    /// Whether there is nothing to remember.
    boolean isIdle() {
        return !suspended && debug.isEmpty();
    }

    // ---- Events: while the user's code runs ----------------------------------------------------------------------

    boolean isWatched() {
        return !debug.isEmpty();
    }

    void tell(SystemEvent event, @Nullable SystemCallbacks callbacks) {
        debug.tell(event, new DebugView(process, callbacks));
    }

    /// The process ends.
    void close() {
        debug.clear();
    }

    // ---- Requests: while the user's code runs --------------------------------------------------------------------

    /// Does what is asked for, and answers. What a callback throws goes to whoever asked.
    ///
    /// @throws ProcessExit if the process is to end, by this request or because it has been told to meanwhile;
    ///     there is no answer but its end in the latter case
    void execute(SystemCall call, SystemCallbacks callbacks) {
        if (call.request instanceof SystemRequest.Terminate(ExitReason reason)) {
            call.answer(Result.ok(true));
            process.stop(reason);
            return;
        }
        Result<?, Throwable> answer;
        Runnable before = prepared;
        boolean wasSuspended = suspended;
        try {
            answer = Result.ok(outcome(call.request, callbacks));
        } catch (Throwable thrown) {
            process.unwindIfDoomed();
            answer = Result.err(thrown);
        }
        if (!call.answer(answer)) { // given up meanwhile: nobody knows of it, so nobody would undo it
            switch (call.request) {
                case SystemRequest.Suspend() -> suspended = wasSuspended;
                case SystemRequest.PrepareChange _ -> prepared = before;
                default -> {}
            }
        }
    }

    private Object outcome(SystemRequest<?> request, SystemCallbacks callbacks) throws Exception {
        return switch (request) {
            case SystemRequest.GetState<?>(var view) ->
                Objects.requireNonNull(view.apply(callbacks.state()), "the view of the state made null");
            case SystemRequest.ReplaceState(var change) -> {
                Object state = Objects.requireNonNull(change.apply(callbacks.state()), "the new state is null");
                callbacks.replaceState(state);
                yield state;
            }
            case SystemRequest.GetStatus() -> status(callbacks);
            case SystemRequest.Suspend() -> suspend();
            case SystemRequest.Resume() -> resume();
            case SystemRequest.PrepareChange(CodeChange change) -> prepare(change, callbacks);
            case SystemRequest.CommitChange() -> {
                Runnable change = takePrepared();
                if (change != null) {
                    change.run();
                }
                yield change != null;
            }
            case SystemRequest.DropChange() -> takePrepared() != null;
            case SystemRequest.Debug<?>(var command) ->
                Objects.requireNonNull(command.apply(debug), "the debug command made null");
            case SystemRequest.Terminate _ -> throw new AssertionError("has been dealt with");
        };
    }

    private SystemStatus status(SystemCallbacks callbacks) {
        ProcessInfo info = process.info().orElseThrow();
        return new SystemStatus(info, suspended, callbacks.version(), debug.ids(), Rendering.stateOf(callbacks));
    }

    private boolean suspend() {
        boolean ran = !suspended;
        suspended = true;
        return ran;
    }

    private boolean resume() {
        boolean was = suspended;
        suspended = false;
        prepared = null;
        last = null;
        lookedAt = null;
        return was;
    }

    private boolean prepare(CodeChange change, SystemCallbacks callbacks) throws Exception {
        if (!suspended) {
            throw new IllegalStateException(
                    "the code of " + process + " cannot be changed while it runs: suspend it first");
        }
        prepared = Objects.requireNonNull(callbacks.changeCode(change), "changeCode returned null");
        return true;
    }

    private @Nullable Runnable takePrepared() {
        Runnable taken = prepared;
        prepared = null;
        return taken;
    }

    // ---- A suspended behaviour: under the lock -------------------------------------------------------------------

    /// Lines up what has arrived behind what waits.
    void lineUp() {
        if (last == null) {
            for (Message message = process.batch; message != null; message = (Message) message.next) {
                last = message;
            }
        }
        last = process.appendMessages(last);
        Bound bound = process.bound;
        if (lookedAt != null && bound != null && bound.isLitter(lookedAt)) {
            lookedAt = null; // it was dropped, and may have been swept out of the batch
        }
    }

    /// The next message in the batch that has to be handled although the process is suspended: it becomes the
    /// current one, and the others stay in their order.
    ///
    /// @return null if there is none
    @Nullable
    Message takeSystemMessage(Worker on) {
        Message before = lookedAt;
        Message message = before == null ? process.batch : (Message) before.next;
        while (message != null && !process.isForSuspended(message)) {
            before = message;
            message = (Message) message.next;
        }
        lookedAt = before;
        if (message != null) {
            if (message == last) {
                last = before;
            }
            process.takeFromBatch(on, message, before);
        }
        return message;
    }
}
