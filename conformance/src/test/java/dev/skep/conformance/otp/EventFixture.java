package dev.skep.conformance.otp;

import dev.skep.Call;
import dev.skep.ExitReason;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.event.EventHandler;
import dev.skep.event.HandlerEnd;
import dev.skep.event.HandlerId;
import dev.skep.event.Swap;
import java.time.Duration;
import java.util.Optional;

/// A handler that does what an event, a call or a message tells it to do, and tells a witness of everything.
final class EventFixture implements EventHandler<String, EventFixture.Happening, EventFixture.Question> {
    /// An event, or a message to the manager.
    sealed interface Happening {
        record Said(String what) implements Happening {}

        /// Another handler is to take the place of this one.
        record Swapping(HandlerId<Question> by) implements Happening {}

        record Leaving() implements Happening {}

        /// The handler returns what no handler can return.
        record Faulty() implements Happening {}

        record Crashing() implements Happening {}
    }

    /// A call.
    sealed interface Question extends Call<Question, String> {
        record Hello() implements Question {}

        record SwapCall(HandlerId<Question> by) implements Question {}

        record LeaveCall() implements Question {}

        record FaultyCall() implements Question {}

        record CrashCall() implements Question {}

        /// Asks somebody else first, and waits for the answer.
        record AskFirst(Pid other) implements Question {}
    }

    static final HandlerId<Question> ONE = HandlerId.of("one");
    static final HandlerId<Question> TWO = HandlerId.of("two");

    private final HandlerId<Question> id;
    private final Pid witness;
    private final String initial;

    EventFixture(HandlerId<Question> id, Pid witness, String initial) {
        this.id = id;
        this.witness = witness;
        this.initial = initial;
    }

    EventFixture(HandlerId<Question> id, Pid witness) {
        this(id, witness, "state of " + id);
    }

    Swap<Happening> swapTo(HandlerId<Question> by) {
        return new Swap<>(Optional.of("swap"), by, () -> new EventFixture(by, witness));
    }

    private void note(String what) {
        witness.send(id + " " + what);
    }

    @Override
    public String init(Self<Object> self) {
        if (initial.equals("error")) {
            throw new IllegalArgumentException("my error");
        }
        return initial;
    }

    @Override
    public String takeOver(Self<Object> self, Optional<Object> left) {
        return "after " + left.orElseThrow(() -> new IllegalArgumentException("non existing"));
    }

    @Override
    public Next<String> event(Happening event, String state) {
        return switch (event) {
            case Happening.Said(String what) -> {
                note(what);
                yield Next.noReply();
            }
            case Happening.Swapping(HandlerId<Question> by) -> Next.<String>noReply().continueWith(swapTo(by));
            case Happening.Leaving() -> Next.stop(ExitReason.normal());
            case Happening.Faulty() -> Next.<String>noReply().timeout(Duration.ofSeconds(1));
            case Happening.Crashing() -> throw new IllegalStateException("do crash");
        };
    }

    @Override
    public Next<String> call(Question message, String state) {
        return switch (message) {
            case Question.Hello m -> m.reply("hello from " + id);
            case Question.SwapCall m -> m.<String>reply("swapped").continueWith(swapTo(m.by()));
            case Question.LeaveCall m -> m.<String>reply("gone").thenStop(ExitReason.normal());
            case Question.FaultyCall _ -> Next.noReply();
            case Question.CrashCall _ -> throw new IllegalStateException("exit call");
            case Question.AskFirst m -> {
                ServerRef.<Question>of(m.other()).call(new Question.Hello(), ServerRef.FOREVER);
                yield m.reply("delayed");
            }
        };
    }

    @Override
    public Next<String> info(Object message, String state) {
        return message instanceof Happening happening ? event(happening, state) : Next.unhandled();
    }

    @Override
    public Optional<Object> terminate(HandlerEnd why, String state) {
        return switch (why) {
            case HandlerEnd.Deleted(Optional<Object> argument) -> {
                if (argument.equals(Optional.of("crash"))) {
                    throw new UnsupportedOperationException("in terminate");
                }
                yield argument;
            }
            case HandlerEnd.Swapped(HandlerId<?> by, Optional<Object> argument) ->
                Optional.of(argument.orElse("nothing") + " from " + id + " to " + by);
            case HandlerEnd.Removed(ExitReason reason) -> {
                note("removed: " + reason);
                yield Optional.empty();
            }
            case HandlerEnd.Crashed(ExitReason _) -> {
                note("crashed");
                yield Optional.empty();
            }
            case HandlerEnd.OwnerEnded(Pid _, ExitReason reason) -> {
                note("lost its owner: " + reason);
                yield Optional.empty();
            }
            case HandlerEnd.ManagerEnds(ExitReason reason) -> {
                note("stops: " + reason);
                yield Optional.empty();
            }
        };
    }

    @Override
    public Object reportedState(String state) {
        return "formatted " + state;
    }
}
