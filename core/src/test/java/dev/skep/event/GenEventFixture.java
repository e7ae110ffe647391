package dev.skep.event;

import dev.skep.Call;
import dev.skep.ExitReason;
import dev.skep.HandlerReport;
import dev.skep.ManualClock;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Report;
import dev.skep.Result;
import dev.skep.Self;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;

/// A manager of events, and handlers that note what happens to them.
abstract class GenEventFixture {
    /// What happens.
    sealed interface Happening {
        record Said(String what) implements Happening {}

        record Crash(String who) implements Happening {}

        record Leave(String who, ExitReason reason) implements Happening {}

        record SwapYourself(String who, String successor) implements Happening {}

        record Misbehave(String who, Next<String> how) implements Happening {}
    }

    /// What a handler may be asked.
    sealed interface Question {
        record Heard() implements Question, Call<Question, String> {}

        record Last() implements Question, Call<Question, String> {}

        record Broken() implements Question, Call<Question, String> {}

        record Mute() implements Question, Call<Question, String> {}

        record Successor(String id) implements Question, Call<Question, String> {}
    }

    static HandlerId<Question> id(String text) {
        return HandlerId.of(text);
    }

    /// Notes everything in the journal.
    final class Scribe implements EventHandler<String, Happening, Question> {
        private final String name;

        Scribe(String name) {
            this.name = name;
        }

        @Override
        public String init(Self<Object> self) {
            if (name.startsWith("broken")) {
                throw new IllegalStateException("no init");
            }
            journal.add(name + " init");
            return "";
        }

        @Override
        public String takeOver(Self<Object> self, Optional<Object> left) {
            journal.add(name + " takes over " + left);
            if (name.startsWith("broken")) {
                throw new IllegalStateException("no init");
            }
            return left.map(Object::toString).orElse("");
        }

        @Override
        public Next<String> event(Happening event, String heard) {
            return switch (event) {
                case Happening.Said(String what) -> {
                    journal.add(name + " hears " + what);
                    yield Next.noReply().state(heard + what);
                }
                case Happening.Crash(String who) when who.equals(name) -> throw new IllegalStateException("broken");
                case Happening.Leave(String who, ExitReason reason) when who.equals(name) -> Next.stop(reason);
                case Happening.SwapYourself(String who, String successor)
                when who.equals(name) -> Next.noReply().state(heard + "!").continueWith(swapTo(successor));
                case Happening.Misbehave(String who, Next<String> how) when who.equals(name) -> how;
                default -> Next.noReply();
            };
        }

        private Swap<Happening> swapTo(String successor) {
            return new Swap<>(Optional.of("gone"), id(successor), () -> new Scribe(successor));
        }

        @Override
        public Next<String> call(Question message, String heard) {
            return switch (message) {
                case Question.Heard m -> m.reply(heard);
                case Question.Last m -> m.<String>reply(heard).thenStop(ExitReason.normal());
                case Question.Broken _ -> throw new IllegalStateException("cannot answer");
                case Question.Mute _ -> Next.noReply();
                case Question.Successor(String id) ->
                    new Question.Successor(id).<String>reply("bye").continueWith(swapTo(id));
            };
        }

        @Override
        public Next<String> info(Object message, String heard) {
            journal.add(name + " gets " + message.getClass().getSimpleName());
            return Next.noReply();
        }

        @Override
        public Optional<Object> terminate(HandlerEnd why, String heard) {
            journal.add(name + " ends: " + why);
            if (name.startsWith("unclean")) {
                throw new IllegalStateException("cannot clean up");
            }
            return Optional.of(heard);
        }
    }

    final BlockingQueue<String> journal = new LinkedBlockingQueue<>();
    final BlockingQueue<HandlerReport> reports = new LinkedBlockingQueue<>();
    final ManualClock clock = ManualClock.attentive();
    final Node node = Node.builder("events")
            .clock(clock)
            .listener(new NodeListener() {
                @Override
                public void reported(Report report) {
                    if (report instanceof HandlerReport handler) {
                        reports.add(handler);
                    }
                }
            })
            .start();
    final GenEventRef<Happening> manager = node.start(GenEvent.manager());

    @AfterEach
    void close() {
        node.close();
    }

    Result<HandlerId<?>, HandlerError> add(String name) {
        return manager.addHandler(id(name), () -> new Scribe(name));
    }

    List<String> journal() {
        manager.whichHandlers(); // everything sent before has been dealt with
        List<String> all = List.copyOf(journal);
        journal.clear();
        return all;
    }
}
