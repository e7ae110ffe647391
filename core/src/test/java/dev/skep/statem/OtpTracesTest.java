package dev.skep.statem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.From;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.statem.Event.EventTimeout;
import dev.skep.statem.Event.Info;
import dev.skep.statem.Event.Internal;
import dev.skep.statem.Event.Message;
import dev.skep.statem.Event.NamedTimeout;
import dev.skep.statem.Event.StateTimeout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Machines that were made at random handle their events in the order in which `gen_statem` of OTP 25.2 has handled
/// them. What that did is in `otp-traces.txt`; `record.escript`, beside it, says how it is written and has recorded
/// it.
class OtpTracesTest {
    private static final int CALLS = 40;
    private static final Duration NEVER = Duration.ofHours(1);

    @RegisterExtension
    final Lab lab = new Lab();

    private record Rule(String move, List<String> actions) {}

    private static final class Recorded {
        final String name;
        final Map<String, Rule> rules = new HashMap<>();
        List<String> casts = List.of();
        List<String> trace = List.of();

        Recorded(String name) {
            this.name = name;
        }
    }

    @Test
    void randomMachinesDoWhatTheyDoInOtp() throws Exception {
        List<Recorded> all = read();
        assertThat(all).hasSize(200);

        for (Recorded recorded : all) {
            Replay replay = new Replay(recorded.rules);
            ServerRef<Rpc> ref = lab.node().start(GenStatem.spec(() -> replay));
            recorded.casts.forEach(cast -> ref.cast(new Rpc.Tell(cast)));
            ref.stop();

            assertThat(replay.trace).as(recorded.name).isEqualTo(recorded.trace);
        }
    }

    private static List<Recorded> read() throws IOException {
        List<Recorded> all = new ArrayList<>();
        try (InputStream file = OtpTracesTest.class.getResourceAsStream("otp-traces.txt")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                List<String> words = List.of(line.split(" "));
                switch (words.getFirst()) {
                    case "machine" -> all.add(new Recorded(line));
                    case "rule" ->
                        all.getLast()
                                .rules
                                .put(words.get(1) + ":" + words.get(2), new Rule(words.get(3), actions(words.get(4))));
                    case "enter" ->
                        all.getLast().rules.put("enter:" + words.get(1), new Rule(words.get(2), actions(words.get(3))));
                    case "send" -> all.getLast().casts = words.subList(1, words.size());
                    case "trace" -> all.getLast().trace = words.subList(1, words.size());
                    default -> throw new AssertionError("no such line: " + line);
                }
            }
        }
        return all;
    }

    private static List<String> actions(String text) {
        return text.equals("-") ? List.of() : List.of(text.split(","));
    }

    /// Does what its rules say. States are texts; the data are not used.
    private static final class Replay implements GenStatem<String, String, Rpc> {
        private final Map<String, Rule> rules;
        private final List<String> trace = new ArrayList<>();

        Replay(Map<String, Rule> rules) {
            this.rules = rules;
        }

        @Override
        public Transition<String, String, Rpc> init(Self<Rpc> self) {
            return goTo("a").data("none");
        }

        @Override
        public Entry<String> enter(String previous, String state, String data) {
            Rule rule = rule("enter:" + state);
            trace.add("enter:" + state + ":" + previous);
            Entry<String> entry = rule.move.equals("again") ? entered().again() : entered();
            for (String action : rule.actions) {
                entry = timeout(entry, action.split("\\."));
            }
            return entry;
        }

        @Override
        public Transition<String, String, Rpc> handle(Event<Rpc> event, String state, String data) {
            Rule rule = rule(state + ":" + key(event));
            trace.add(state + ":" + key(event) + content(event));
            Transition<String, String, Rpc> next = switch (rule.move) {
                case "keep" -> keepState();
                case "repeat" -> repeatState();
                default -> goTo(rule.move.substring("to.".length()));
            };
            for (String action : rule.actions) {
                String[] words = action.split("\\.");
                next = switch (words[0]) {
                    case "p" -> next.postpone();
                    case "p0" -> next.postpone(false);
                    case "ni" -> next.nextInternal(words[1]);
                    case "nc" -> next.nextEvent(new Message<>(new Rpc.Tell(words[1]), From.nobody()));
                    case "nf" -> next.nextEvent(new Info<>(words[1]));
                    default -> timeout(next, words);
                };
            }
            return next;
        }

        private Rule rule(String key) {
            Rule none = new Rule("keep", List.of());
            return trace.size() >= CALLS ? none : rules.getOrDefault(key, none);
        }

        private static <T extends Actions<String, T>> T timeout(T said, String[] words) {
            String name = words[1];
            return switch (words[0]) {
                case "z", "l" -> {
                    Duration after = words[0].equals("z") ? Duration.ZERO : NEVER;
                    yield switch (name) {
                        case "state" -> said.stateTimeout(after, words[2]);
                        case "event" -> said.eventTimeout(after, words[2]);
                        default -> said.timeout(name, after, words[2]);
                    };
                }
                case "u" ->
                    switch (name) {
                        case "state" -> said.updateStateTimeout(words[2]);
                        case "event" -> said.updateEventTimeout(words[2]);
                        default -> said.updateTimeout(name, words[2]);
                    };
                case "c" ->
                    switch (name) {
                        case "state" -> said.cancelStateTimeout();
                        case "event" -> said.cancelEventTimeout();
                        default -> said.cancelTimeout(name);
                    };
                default -> throw new AssertionError("no such action: " + words[0]);
            };
        }

        private static String key(Event<Rpc> event) {
            return switch (event) {
                case Message<Rpc>(Rpc.Tell(String what), var _) -> "cast:" + what;
                case Message<Rpc>(Rpc.Ask ask, var _) -> throw new AssertionError("nobody sends " + ask);
                case Internal<Rpc>(Object content) -> "internal:" + content;
                case Info<Rpc>(Object message) -> "info:" + message;
                case StateTimeout<Rpc> _ -> "state";
                case EventTimeout<Rpc> _ -> "event";
                case NamedTimeout<Rpc>(Object name, var _) -> name.toString();
            };
        }

        private static String content(Event<Rpc> event) {
            return event instanceof Event.TimedOut<Rpc> timeout ? ":" + timeout.content() : "";
        }
    }
}
