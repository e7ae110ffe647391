package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What is wrong with a specification is found by the call that makes it so, and the message names the child.
@SuppressWarnings("NullAway") // null is among what is wrong
class SpecErrorsTest {

    private static ChildSpec child(String id) {
        return ChildSpec.loop(id, () -> {});
    }

    @Test
    void anIdNeedsAVisibleCharacter() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> child(" "))
                .withMessage("a child's id must have a visible character, but was \" \"");
        assertThatNullPointerException().isThrownBy(() -> child(null)).withMessage("child id");
    }

    @Test
    void anotherIdNeedsAVisibleCharacterToo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> child("a").id(""))
                .withMessage("a child's id must have a visible character, but was \"\"");
        assertThatNullPointerException().isThrownBy(() -> child("a").id(null)).withMessage("child id");
    }

    @Test
    void aStartWithoutANameGivesNoId() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChildSpec.of(Supervisor.oneForOne()))
                .withMessage("a Supervisor has no name that could be the child's id: give it one, or the child an id"
                        + " with of(id, start)");
        assertThatNullPointerException().isThrownBy(() -> ChildSpec.of(null)).withMessage("start of a child");
    }

    @Test
    void anIdIsUnique() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Supervisor.oneForOne()
                        .child(child("a"))
                        .child(child("b"))
                        .child(child("a")))
                .withMessage("there are two children with the id a");
    }

    @Test
    void aSignificantChildIsNotPermanent() {
        String message = "child a cannot be both significant and permanent: it never ends without being restarted;"
                + " make it transient or temporary first";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> child("a").significant())
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        child("a").restart(Restart.TRANSIENT).significant().restart(Restart.PERMANENT))
                .withMessage(message);
    }

    @Test
    void aSignificantChildNeedsASupervisorThatShutsDownByItself() {
        ChildSpec significant = child("a").restart(Restart.TRANSIENT).significant();
        String message = "child a is significant, but its supervisor never shuts down automatically:"
                + " call autoShutdown before adding it";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Supervisor.oneForOne().child(significant))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Supervisor.oneForOne()
                        .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                        .child(significant)
                        .autoShutdown(AutoShutdown.NEVER))
                .withMessage(message);
    }

    @Test
    void aShutdownTimeIsNotNegative() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> child("a").shutdown(Duration.ofSeconds(-1)))
                .withMessage("shutdown time of child a must not be negative, but was PT-1S");
    }

    @Test
    void nothingIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> ChildSpec.of("a", (ChildStart) null))
                .withMessage("start of child a");
        assertThatNullPointerException()
                .isThrownBy(() -> ChildSpec.supervisor("a", null))
                .withMessage("start of child a");
        assertThatNullPointerException()
                .isThrownBy(() -> ChildSpec.process("a", null))
                .withMessage("body of child a");
        assertThatNullPointerException()
                .isThrownBy(() -> ChildSpec.loop("a", (Runnable) null))
                .withMessage("code of child a");
        assertThatNullPointerException()
                .isThrownBy(() -> child("a").restart(null))
                .withMessage("restart of child a");
        assertThatNullPointerException()
                .isThrownBy(() -> child("a").shutdown(null))
                .withMessage("shutdown time of child a");
        assertThatNullPointerException()
                .isThrownBy(() -> child("a").backoff(null))
                .withMessage("backoff of child a");
        assertThatNullPointerException().isThrownBy(() -> child("a").type(null)).withMessage("type of child a");
        assertThatNullPointerException()
                .isThrownBy(() -> Supervisor.oneForOne().child(null))
                .withMessage("child");
    }

    @Test
    void intensityAndPeriodArePossible() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Supervisor.oneForOne().intensity(-1, Duration.ofSeconds(5)))
                .withMessage("intensity must not be negative, but was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Supervisor.oneForOne().intensity(1, Duration.ZERO))
                .withMessage("period must be longer than zero, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Supervisor.simpleOneForOne(_ -> Supervisor.oneForOne()).intensity(1, Duration.ofSeconds(-1)))
                .withMessage("period must be longer than zero, but was PT-1S");
    }

    @Test
    void aListWithAWrongChildIsRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Supervisor.oneForAll().children(java.util.List.of(child("a"), child("a"))));
    }
}
