package dev.skep;

import dev.skep.stress.Scenario;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/// A behaviour whose handler does not return before a question about its process has been answered.
///
/// Promised: a signal takes effect although the handler holds its process up: somebody borrows the process, or the
/// process looks before it begins (a model checker finds the two that wait for each other for ever). The lock that is
/// borrowed is given back, so the process goes on.
@Scenario({"work", "ask"})
@Scenario({"ask", "work"})
@Scenario({"work", "ask", "ask"})
@Scenario({"work", "ask", "tell"})
public class BusyModel {
    private static final int MOST = 4;

    private final Stage stage = new Stage();
    private final Slot<ProcessInfo> answered = new Slot<>(stage);
    private final @Nullable Slot<?>[] asked = new Slot<?>[MOST];
    private int handled;
    private volatile int sent;
    private final Object count = new Object();
    private final Process process = stage.begin(new Busy());

    private final class Busy extends Stage.Part {
        @Override
        public void info(Object message) {
            if (message.equals(true)) {
                process.enter("an operation of the handler");
                process.leave();
                Blocking.await(stage.node, answered, Durations.FOREVER);
            }
            handled++;
        }
    }

    private void sent() {
        synchronized (count) {
            sent = sent + 1;
        }
    }

    /// Sends a message whose handler waits.
    @Operation
    public void work() {
        sent();
        process.send(true);
    }

    /// Sends a message whose handler does not.
    @Operation
    public void tell() {
        sent();
        process.send(false);
    }

    /// Asks what it is doing.
    @Operation
    public void ask(@Param(gen = IntGen.class) int number) {
        Slot<ProcessInfo> answer = new Slot<>(stage) {
            @Override
            public void completed() {
                ProcessInfo info = value();
                if (info != null) {
                    answered.fill(info);
                }
            }
        };
        asked[number] = answer;
        process.deliver(new Signal.Look<>(Process::describeSelf, answer));
    }

    /// What is promised.
    @Validate
    public void everythingWasHandled() {
        for (Slot<?> answer : asked) {
            if (answer != null && !answer.isDone()) {
                throw new AssertionError("a question is not answered");
            }
        }
        if (handled != sent || !process.isResting()) {
            throw new AssertionError("handled " + handled + " of " + sent);
        }
    }
}
