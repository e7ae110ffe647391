package dev.skep.statem;

import static dev.skep.statem.Lab.ask;
import static dev.skep.statem.Lab.tell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.statem.Event.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One function for each state.
class StateFunctionsTest {
    @RegisterExtension
    final Lab lab = new Lab();

    sealed interface Phase {
        record Counting(int from) implements Phase {}

        enum Rest implements Phase {
            DONE
        }
    }

    /// States may carry values, and the functions get them.
    static final class CountDown implements StateFunctions<Phase, StringBuilder, Rpc> {
        @Override
        public Transition<Phase, StringBuilder, Rpc> init(Self<Rpc> self) {
            return goTo(new Phase.Counting(2)).data(new StringBuilder());
        }

        @Override
        public StateFunction<Phase, StringBuilder, Rpc> in(Phase phase) {
            return switch (phase) {
                case Phase.Counting(int from) -> (event, text) -> counting(from, event, text);
                case Phase.Rest.DONE -> StateFunction.entering(this::finished, this::done);
            };
        }

        private Transition<Phase, StringBuilder, Rpc> counting(int from, Event<Rpc> event, StringBuilder text) {
            return switch (event) {
                case Message<Rpc>(Rpc.Tell _, var _)
                when from > 0 -> {
                    text.append(from);
                    yield goTo(new Phase.Counting(from - 1));
                }
                case Message<Rpc>(Rpc.Tell _, var _) -> goTo(Phase.Rest.DONE);
                case Message<Rpc>(Rpc.Ask _, var _) -> postpone();
                case Event.Info<Rpc> _, Event.TimedOut<Rpc> _, Event.Internal<Rpc> _ -> unhandled();
            };
        }

        private Entry<StringBuilder> finished(Phase previous, StringBuilder text) {
            text.append(" after ").append(previous);
            return entered();
        }

        private Transition<Phase, StringBuilder, Rpc> done(Event<Rpc> event, StringBuilder text) {
            return event instanceof Message<Rpc>(Rpc.Ask ask, var _)
                    ? keepState().reply(ask, text.toString())
                    : unhandled();
        }
    }

    @Test
    void eachStateHasItsFunctionAndItsEnterCall() throws Exception {
        ServerRef<Rpc> ref = lab.node().start(GenStatem.spec(CountDown::new));
        tell(ref, "count", "count", "count", "count");

        assertThat(ask(ref, "text")).isEqualTo("21 after Counting[from=0]");
    }

    @Test
    void aStateWithoutAFunctionIsACrashThatSaysSo() throws Exception {
        class Incomplete implements StateFunctions<String, String, Rpc> {
            @Override
            public Transition<String, String, Rpc> init(Self<Rpc> self) {
                return goTo("a").data("0");
            }

            @Override
            public StateFunction<String, String, Rpc> in(String state) {
                return state.equals("a") ? (_, _) -> goTo("b") : null;
            }
        }
        ServerRef<Rpc> ref = lab.node().start(GenStatem.spec(Incomplete::new));
        tell(ref, "go");

        assertThat(lab.end(ref).toString()).contains("a state without a function");
    }

    @Test
    void theTwoStylesCanBeMixed() {
        Machine machine = new Machine();
        class Wrapped implements StateFunctions<String, String, Rpc> {
            @Override
            public Transition<String, String, Rpc> init(Self<Rpc> self) {
                return goTo("a").data("0");
            }

            @Override
            public StateFunction<String, String, Rpc> in(String state) {
                return (_, _) -> goTo("b").changeCallbacks(machine);
            }
        }
        ServerRef<Rpc> ref = lab.node().start(GenStatem.spec(Wrapped::new));
        tell(ref, "go", "now");

        assertThat(ask(ref, "x")).isEqualTo("x");
        assertThat(machine.journal.entries()).containsExactly("b: tell now", "b: ask x");
    }

    @Test
    void aFunctionAndItsEnterCallMustBeThere() {
        assertThatNullPointerException().isThrownBy(() -> StateFunction.entering(null, (_, _) -> null));
        assertThatNullPointerException().isThrownBy(() -> StateFunction.entering((_, _) -> null, null));
    }
}
