package dev.skep;

import dev.skep.stress.Scenario;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/// A process that dies while others monitor it, call it, link to it, and give it something to hold.
///
/// Promised: every monitor fires once, every call is answered or fails. A lease lapses or was taken back,
/// once. Whoever is linked hears of it. When a monitor has fired, the name is free and the leases have lapsed.
@Scenario({"kill", "monitor"})
@Scenario({"kill", "kill", "monitor"})
@Scenario({"kill", "call", "monitor"})
@Scenario({"kill", "call call"})
@Scenario({"kill", "hold"})
@Scenario({"kill", "holdAndRelease"})
@Scenario({"kill", "hold", "monitor"})
@Scenario({"kill", "link"})
@Scenario({"kill", "linkAndUnlink"})
@Scenario({"stop", "call", "kill"})
@Scenario({"kill", "name", "monitor"})
public class DeathModel {
    private static final int MOST = 6;
    private static final Name<Object> NAME = Name.of("name");

    private record Question() implements Call<Object, String> {}

    private final Stage stage = new Stage();
    private final Process process = stage.begin(new Server());
    private final Process other = stage.begin(new Peer());
    private final @Nullable Seen[] monitors = new Seen[MOST];
    private final @Nullable PendingSlot[] answers = new PendingSlot[MOST];
    private final @Nullable Seat[] seats = new Seat[MOST];
    private volatile boolean named;
    private boolean linked;
    private boolean unlinked;

    private static final class Server extends Stage.Part {
        @Override
        public void call(Object message, From from) {
            from.reply("answer");
        }
    }

    private final class Peer extends Stage.Part {
        @Override
        public void info(Object message) {
            SelfProcess self = (SelfProcess) other;
            self.link(process);
            if (message.equals(true)) {
                self.unlink(process);
            }
        }
    }

    private final class Seen extends Slot<ExitReason> {
        int times;
        boolean early;

        Seen() {
            super(stage);
        }

        @Override
        public void completed() {
            times++;
            for (Seat seat : seats) {
                early |= seat != null && seat.held && seat.ends == 0;
            }
            early |= named && stage.node.names.get(NAME) == process;
        }
    }

    private static final class Seat extends Lease {
        int ends;
        volatile boolean held;

        @Override
        protected void lapsed(Pid pid, ExitReason reason) {
            ends++;
        }
    }

    /// Kills it.
    @Operation
    public void kill() {
        process.exit(ExitReason.kill());
    }

    /// Stops it in order.
    @Operation
    public void stop() {
        process.deliver(new Message.Stop(stage.node.root, ExitReason.normal()));
    }

    /// Monitors it.
    @Operation
    public void monitor(@Param(gen = IntGen.class) int number) {
        Seen seen = new Seen();
        monitors[number] = seen;
        process.deliver(new Signal.MonitorRequest(new Watch(process, seen)));
    }

    /// Calls it, without waiting.
    @Operation
    public void call(@Param(gen = IntGen.class) int number) {
        PendingSlot answer = new PendingSlot(stage);
        answers[number] = answer;
        process.deliver(new PendingRequest(new Question(), answer, process, null));
    }

    /// Gives it something to hold.
    @Operation
    public void hold(@Param(gen = IntGen.class) int number) {
        Seat seat = new Seat();
        seats[number] = seat;
        process.hold(seat);
        seat.held = true;
    }

    /// Gives it something to hold, and takes it back.
    @Operation
    public void holdAndRelease(@Param(gen = IntGen.class) int number) {
        hold(number);
        Seat seat = seats[number];
        if (seat != null && process.release(seat)) {
            seat.ends++;
        }
    }

    /// Another process links to it.
    @Operation
    public void link() {
        linked = true;
        other.send(false);
    }

    /// Another process links to it, and takes that back.
    @Operation
    public void linkAndUnlink() {
        unlinked = true;
        other.send(true);
    }

    /// Gives it a name.
    @Operation
    public void name() {
        try {
            stage.node.register(NAME, process);
            named = true;
        } catch (IllegalArgumentException ended) {
            // it was too late
        }
    }

    /// What is promised.
    @Validate
    public void everybodyHearsOfItOnce() {
        if (process.isAlive() || stage.node.names.containsKey(NAME) || stage.node.table.find(process.id) != null) {
            throw new AssertionError("it has not ended, or left its name or its place behind");
        }
        for (int i = 0; i < MOST; i++) {
            Seen seen = monitors[i];
            if (seen != null && (seen.times != 1 || seen.early)) {
                throw new AssertionError("a monitor fired " + seen.times + " times" + (seen.early ? ", early" : ""));
            }
            PendingSlot answer = answers[i];
            if (answer != null && !answer.isDone()) {
                throw new AssertionError("a call was neither answered nor failed");
            }
            Seat seat = seats[i];
            if (seat != null && seat.ends != 1) {
                throw new AssertionError("a lease ended " + seat.ends + " times");
            }
        }
        if (linked && other.isAlive()) {
            throw new AssertionError("who is linked has not heard of it");
        }
        if (unlinked && other.isAlive() && !other.bonds().links().isEmpty()) {
            throw new AssertionError("a link is left behind");
        }
    }
}
