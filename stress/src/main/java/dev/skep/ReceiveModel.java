package dev.skep;

import dev.skep.stress.Scenario;
import java.time.Duration;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/// A plain process that waits for messages on a thread of its own.
///
/// Promised: it does not sleep while there is something for it (a model checker finds a thread that sleeps for ever).
/// Messages of a sender come in their order. A time limit ends the wait, and no message is lost by that. It ends when
/// it is told to.
@Scenario({"receiveTwo", "send", "send"})
@Scenario({"receiveTwo", "send send"})
@Scenario({"receiveTwo", "ask send", "send"})
@Scenario({"receiveTwo", "kill"})
@Scenario({"receiveTwo", "send", "kill"})
@Scenario({"receiveInTime", "clock"})
@Scenario({"receiveInTime", "clock", "send"})
@Scenario({"receiveInTime", "clock", "ask"})
public class ReceiveModel {
    private final Stage stage = new Stage();
    private final PlainProcess process = new PlainProcess(stage.node, null, this::run);
    private final @Nullable Object[] received = new Object[2];
    private int count;
    private boolean timed;
    private volatile boolean sent;
    private volatile boolean killed;
    private volatile boolean over;
    private @Nullable Slot<ProcessInfo> asked;

    /// The process's scenario is not known before it runs.
    public ReceiveModel() {
        stage.node.table.add(process);
    }

    private void run(Receiver<Object> self) {
        if (timed) {
            Optional<Object> first = self.receive(Duration.ofSeconds(1));
            first.ifPresent(this::add);
        } else {
            add(self.receive());
            add(self.receive());
        }
    }

    private void add(Object message) {
        received[count++] = message;
    }

    /// Lives until it has received two messages.
    @Operation
    public void receiveTwo() {
        stage.node.startWorker(process);
    }

    /// Lives until it has received a message, for a second at most.
    @Operation
    public void receiveInTime() {
        timed = true;
        stage.node.startWorker(process);
        over = true;
        stage.wake();
    }

    /// Lets the time pass, until the process has ended.
    @Operation
    public void clock() {
        stage.drive(() -> over);
    }

    /// Sends a message.
    @Operation
    public void send(@Param(gen = IntGen.class) int number) {
        sent = true;
        process.send(number);
    }

    /// Asks what it is doing.
    @Operation
    public void ask() {
        asked = new Slot<>(stage);
        process.deliver(new Signal.Look<>(Process::describeSelf, asked));
    }

    /// Kills it.
    @Operation
    public void kill() {
        killed = true;
        process.exit(ExitReason.kill());
    }

    /// What is promised.
    @Validate
    public void whatWasSentWasReceivedInOrder() {
        if (process.isAlive()) {
            throw new AssertionError("still alive");
        }
        if (asked != null && !asked.isDone()) {
            throw new AssertionError("the question is not answered");
        }
        if (!timed && !killed && (count != 2 || received[0] == received[1])) {
            throw new AssertionError("received " + received[0] + ", " + received[1]);
        }
        if (timed && count > 0 && !sent) {
            throw new AssertionError("received what nobody has sent");
        }
        if (stage.node.timers.pending() > 1) {
            throw new AssertionError("a time limit is left behind");
        }
    }
}
