package dev.skep.statem;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.ReplyTo;
import org.junit.jupiter.api.Test;

/// Transitions and entries as values.
class TransitionTest {
    private final Machine machine = new Machine();
    private final Rpc.Ask ask = new Rpc.Ask("q");

    @Test
    void whatSaysTheSameIsEqual() {
        assertThat(machine.goTo("b").reply(ask, "x").stateTimeout(ofSeconds(1), "y"))
                .isEqualTo(machine.goTo("b").reply(new Rpc.Ask("q"), "x").stateTimeout(ofSeconds(1), "y"))
                .hasSameHashCodeAs(machine.goTo("b").reply(ask, "x").stateTimeout(ofSeconds(1), "y"))
                .isNotEqualTo(machine.goTo("b").stateTimeout(ofSeconds(1), "y").reply(ask, "x"))
                .isNotEqualTo(machine.goTo("c").reply(ask, "x").stateTimeout(ofSeconds(1), "y"));
        assertThat(machine.keepState())
                .isEqualTo(machine.keepState())
                .isNotEqualTo(machine.repeatState())
                .isNotEqualTo(machine.unhandled())
                .isNotEqualTo(machine.keepState().data("x"));
        assertThat(machine.stop()).isEqualTo(machine.stop(ExitReason.normal())).isNotEqualTo(machine.goTo("b"));
        assertThat(machine.postpone()).isEqualTo(machine.keepState().postpone());
        assertThat(machine.entered().data("x"))
                .isEqualTo(machine.entered().data("x"))
                .hasSameHashCodeAs(machine.entered().data("x"))
                .isNotEqualTo(machine.entered())
                .isNotEqualTo(machine.entered().data("x").again());
    }

    @Test
    void whatIsUsedOftenIsNotMadeAnew() {
        assertThat(machine.keepState()).isSameAs(machine.keepState());
        assertThat(machine.repeatState()).isSameAs(machine.repeatState());
        assertThat(machine.postpone()).isSameAs(machine.postpone());
        assertThat(machine.unhandled()).isSameAs(machine.unhandled());
        assertThat(machine.entered()).isSameAs(machine.entered());
        assertThat(machine.keepState().hibernate()).isSameAs(machine.keepState());
    }

    @Test
    void aTransitionIsNotChangedByWhatIsMadeOfIt() {
        Transition<String, String, Rpc> base = machine.goTo("b");
        assertThat(base.postpone()).isNotEqualTo(base);
        assertThat(base).isEqualTo(machine.goTo("b"));
    }

    @Test
    void aTransitionTellsWhatItSays() {
        Transition<String, String, Rpc> transition = machine.goTo("b").data("x");
        assertThat(transition.nextState()).contains("b");
        assertThat(transition.newData()).contains("x");
        assertThat(transition.stopReason()).isEmpty();
        assertThat(transition.isUnhandled()).isFalse();
        assertThat(machine.keepState().nextState()).isEmpty();
        assertThat(machine.stop(ExitReason.shutdown()).stopReason()).contains(ExitReason.shutdown());
        assertThat(machine.stop().nextState()).isEmpty();
        assertThat(machine.unhandled().isUnhandled()).isTrue();
        assertThat(machine.entered().thenStop(ExitReason.normal()).stopReason()).contains(ExitReason.normal());
    }

    @Test
    void textsShowWhatIsAskedFor() {
        assertThat(machine.goTo("b").stateTimeout(ofSeconds(1), "close").toString())
                .contains("go to b")
                .contains("PT1S")
                .contains("close");
        assertThat(machine.entered().again().toString()).contains("again");
        assertThat(machine.stop(ExitReason.shutdown()).toString()).contains("stop shutdown");
    }

    @Test
    void aStopCanReplyAndNothingElse() {
        assertThatIllegalStateException()
                .isThrownBy(() -> machine.stop().stateTimeout(ofSeconds(1), "x"))
                .withMessageContaining("can reply, and nothing else");
        assertThatIllegalStateException().isThrownBy(() -> machine.stop().postpone());
        assertThatIllegalStateException().isThrownBy(() -> machine.stop().nextInternal("x"));
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> machine.entered().timeout("x", ofSeconds(1), "x").thenStop(ExitReason.normal()));
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> machine.entered().thenStop(ExitReason.normal()).timeout("x", ofSeconds(1), "x"));
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> machine.entered().thenStop(ExitReason.normal()).again());
        assertThatIllegalStateException()
                .isThrownBy(() -> machine.entered().again().thenStop(ExitReason.normal()));
    }

    @Test
    void whatIsUnhandledDoesNothingElse() {
        assertThatIllegalStateException()
                .isThrownBy(() -> machine.unhandled().data("x"))
                .withMessageContaining("keepState()");
        assertThatIllegalStateException().isThrownBy(() -> machine.unhandled().reply(ask, "x"));
    }

    @Test
    void badActionsAreRefusedWhereTheyAreMade() {
        Transition<String, String, Rpc> keep = machine.keepState();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> keep.stateTimeout(ofSeconds(-1), "x"))
                .withMessageContaining("PT-1S");
        assertThatIllegalArgumentException().isThrownBy(() -> keep.timeout("x", ofSeconds(-1), "x"));
        assertThatNullPointerException().isThrownBy(() -> machine.goTo(null)).withMessage("state");
        assertThatNullPointerException().isThrownBy(() -> machine.stop(null)).withMessage("reason");
        assertThatNullPointerException().isThrownBy(() -> keep.data(null)).withMessage("data");
        assertThatNullPointerException().isThrownBy(() -> keep.reply(ask, null)).withMessage("reply");
        assertThatNullPointerException().isThrownBy(() -> keep.reply(new ReplyTo<>(From.nobody()), null));
        assertThatNullPointerException().isThrownBy(() -> keep.stateTimeout(null, "x"));
        assertThatNullPointerException().isThrownBy(() -> keep.eventTimeout(ofSeconds(1), null));
        assertThatNullPointerException().isThrownBy(() -> keep.timeout(null, ofSeconds(1), "x"));
        assertThatNullPointerException().isThrownBy(() -> keep.updateStateTimeout(null));
        assertThatNullPointerException().isThrownBy(() -> keep.nextEvent(null));
        assertThatNullPointerException().isThrownBy(() -> keep.nextInternal(null));
        assertThatNullPointerException().isThrownBy(() -> keep.pushCallbacks(null));
        assertThatNullPointerException().isThrownBy(() -> keep.changeCallbacks(null));
        assertThatNullPointerException().isThrownBy(() -> new Event.Message<>(null, From.nobody()));
        assertThatNullPointerException().isThrownBy(() -> new Event.Message<>(ask, null));
    }
}
