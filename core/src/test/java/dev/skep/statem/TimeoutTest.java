package dev.skep.statem;

import static dev.skep.statem.Lab.sync;
import static dev.skep.statem.Lab.tell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.Self;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Timeouts that take time. Those of zero are in [EventOrderTest].
class TimeoutTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final Lab lab = new Lab();

    private final Machine machine = new Machine();

    private ServerRef<Rpc> startAndTell(String what) {
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, what);
        sync(ref);
        return ref;
    }

    /// Lets time pass, and the machine handle what is due then.
    private void pass(ServerRef<Rpc> ref, Duration time) {
        lab.pass(time);
        sync(ref);
    }

    // ---- State timeout -------------------------------------------------------------------------------------------

    @Test
    void aStateTimeoutComesAfterItsTimeWhateverElseCame() {
        machine.when("a: tell go", () -> machine.goTo("b").stateTimeout(SECOND, "x"));
        ServerRef<Rpc> ref = startAndTell("go");

        pass(ref, SECOND.dividedBy(2));
        assertThat(machine.journal.entries()).containsExactly("a: tell go");
        pass(ref, SECOND.dividedBy(2));
        assertThat(machine.journal.entries()).containsExactly("a: tell go", "b: state timeout x");
        pass(ref, LONG);
        assertThat(machine.journal.entries()).hasSize(2);
    }

    @Test
    void aChangeOfStateCancelsTheStateTimeoutAndARepetitionDoesNot() {
        machine.when("a: tell start", () -> machine.keepState().stateTimeout(SECOND, "x"))
                .when("a: tell repeat", machine::repeatState)
                .when("a: tell same", () -> machine.goTo("a"))
                .when("b: tell start", () -> machine.keepState().stateTimeout(SECOND, "y"))
                .when("b: tell go", () -> machine.goTo("c"));
        ServerRef<Rpc> ref = startAndTell("start");
        tell(ref, "repeat", "same");
        pass(ref, SECOND);
        assertThat(machine.journal.entries()).endsWith("a: state timeout x");

        machine.when("a: tell go", () -> machine.goTo("b"));
        tell(ref, "go", "start", "go");
        pass(ref, LONG);
        assertThat(machine.journal.entries()).endsWith("a: tell go", "b: tell start", "b: tell go");
    }

    @Test
    void aStateTimeoutThatIsStartedAnewBeginsFromZero() {
        machine.when("a: tell go", () -> machine.keepState().stateTimeout(SECOND, "x"));
        ServerRef<Rpc> ref = startAndTell("go");
        pass(ref, SECOND.dividedBy(2));
        tell(ref, "go");
        sync(ref);
        pass(ref, SECOND.dividedBy(2));
        assertThat(machine.journal.entries()).containsExactly("a: tell go", "a: tell go");
        pass(ref, SECOND.dividedBy(2));
        assertThat(machine.journal.entries()).endsWith("a: state timeout x");
    }

    // ---- Event timeout -------------------------------------------------------------------------------------------

    @Test
    void anEventTimeoutComesWhenNothingElseDoes() throws Exception {
        machine.when("a: tell go", () -> machine.keepState().eventTimeout(SECOND, "x"));
        ServerRef<Rpc> ref = lab.start(machine);
        sync(ref);
        tell(ref, "go");
        machine.journal.await("a: tell go");

        awaitAWhileLater("a: event timeout x");
    }

    /// The machine may not have started its timer yet.
    private void awaitAWhileLater(String entry) {
        long deadline = System.nanoTime() + Await.LIMIT.toNanos();
        while (!machine.journal.entries().contains(entry)) {
            assertThat(System.nanoTime() - deadline).as("time for " + entry).isNegative();
            lab.pass(SECOND);
            Thread.yield();
        }
    }

    /// A call to look would be an event itself, so it is the crash report that tells.
    @ParameterizedTest
    @ValueSource(strings = {"", "kept", "p", "unknown", "info"})
    void anyEventCancelsTheEventTimeout(String other) throws Exception {
        machine.when("a: tell go", () -> machine.keepState().eventTimeout(SECOND, "x"))
                .when("a: tell p", machine::postpone)
                .when("a: tell unknown", machine::unhandled)
                .when("a: tell crash", () -> {
                    throw new IllegalStateException("to see the report");
                });
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "go");
        if (other.equals("info")) {
            ref.send("hello");
        } else if (!other.isEmpty()) {
            tell(ref, other);
        }
        tell(ref, "crash");
        lab.end(ref);

        assertThat(lab.crashes().getFirst().state().orElseThrow().contains("runs event timeout"))
                .isEqualTo(other.isEmpty());
    }

    @Test
    void anEventTimeoutCannotBeUpdatedButComesAtOnceThen() {
        machine.when("a: tell go", () -> machine.keepState().eventTimeout(LONG, "x"))
                .when("a: tell update", () -> machine.keepState().updateEventTimeout("y"));
        startAndTellBoth("go", "update");

        assertThat(machine.journal.entries()).containsExactly("a: tell go", "a: tell update", "a: event timeout y");
    }

    private void startAndTellBoth(String first, String second) {
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, first, second);
        sync(ref);
    }

    // ---- Named timeouts ------------------------------------------------------------------------------------------

    @Test
    void namedTimeoutsSurviveChangesOfStateAndKnowNothingOfEachOther() {
        machine.when(
                        "a: tell go",
                        () -> machine.goTo("b")
                                .timeout("slow", SECOND.multipliedBy(3), 3)
                                .timeout("quick", SECOND, 1)
                                .timeout("gone", SECOND.multipliedBy(2), 2))
                .when("b: timeout quick 1", () -> machine.goTo("c").cancelTimeout("gone"));
        ServerRef<Rpc> ref = startAndTell("go");

        pass(ref, SECOND);
        pass(ref, SECOND.multipliedBy(2));

        assertThat(machine.journal.entries()).containsExactly("a: tell go", "b: timeout quick 1", "c: timeout slow 3");
    }

    @Test
    void aNameMayBeAnyValueAndIsKeptApartFromTheOthers() {
        machine.when(
                "a: tell go",
                () -> machine.keepState()
                        .stateTimeout(SECOND, 1)
                        .timeout("state timeout", SECOND.multipliedBy(2), 2)
                        .timeout(List.of(1), SECOND.multipliedBy(3), 3));
        ServerRef<Rpc> ref = startAndTell("go");

        pass(ref, SECOND);
        pass(ref, SECOND);
        pass(ref, SECOND);

        assertThat(machine.journal.entries())
                .containsExactly("a: tell go", "a: state timeout 1", "a: timeout state timeout 2", "a: timeout [1] 3");
    }

    @Test
    void anUpdateChangesWhatATimeoutSaysAndNotWhenItComes() {
        machine.when("a: tell go", () -> machine.keepState().timeout("x", SECOND, "old"))
                .when("a: tell update", () -> machine.keepState().updateTimeout("x", "new"));
        ServerRef<Rpc> ref = startAndTell("go");
        pass(ref, SECOND.dividedBy(2));
        tell(ref, "update");
        sync(ref);
        assertThat(machine.journal.entries()).containsExactly("a: tell go", "a: tell update");
        pass(ref, SECOND.dividedBy(2));

        assertThat(machine.journal.entries()).endsWith("a: timeout x new");
    }

    @Test
    void anUpdateOfATimeoutThatDoesNotRunComesAtOnce() {
        machine.when(
                "a: tell go", () -> machine.keepState().updateTimeout("x", 1).updateStateTimeout(2));
        startAndTell("go");

        assertThat(machine.journal.entries()).containsExactly("a: tell go", "a: timeout x 1", "a: state timeout 2");
    }

    // ---- Races with the mailbox ----------------------------------------------------------------------------------

    @Test
    void aTimeoutThatIsInTheMailboxAlreadyCanStillBeUpdated() {
        Lab.Gate gate = new Lab.Gate();
        machine.when("a: tell go", () -> machine.keepState().stateTimeout(SECOND, "old"))
                .with("a: tell update", (_, _) -> {
                    gate.pass();
                    return machine.keepState().updateStateTimeout("new");
                });
        ServerRef<Rpc> ref = startAndTell("go");
        tell(ref, "update");
        lab.pass(SECOND);
        gate.open();
        sync(ref);

        assertThat(machine.journal.entries()).containsExactly("a: tell go", "a: tell update", "a: state timeout new");
    }

    @Test
    void aTimeoutThatIsInTheMailboxAlreadyCanStillBeCancelledOrStartedAnew() {
        Lab.Gate cancel = new Lab.Gate();
        Lab.Gate again = new Lab.Gate();
        machine.when("a: tell go", () -> machine.keepState().timeout("x", SECOND, "old"))
                .with("a: tell cancel", (_, _) -> {
                    cancel.pass();
                    return machine.keepState().cancelTimeout("x");
                })
                .with("a: tell again", (_, _) -> {
                    again.pass();
                    return machine.keepState().timeout("x", SECOND, "new");
                });
        ServerRef<Rpc> ref = startAndTell("go");
        tell(ref, "cancel");
        lab.pass(SECOND);
        cancel.open();
        pass(ref, LONG);
        assertThat(machine.journal.entries()).containsExactly("a: tell go", "a: tell cancel");

        tell(ref, "go");
        sync(ref);
        tell(ref, "again");
        lab.pass(SECOND);
        again.open();
        sync(ref);
        assertThat(machine.journal.entries()).endsWith("a: tell go", "a: tell again");
        pass(ref, SECOND);
        assertThat(machine.journal.entries()).endsWith("a: tell again", "a: timeout x new");
    }

    // ---- Absolute, for ever, and others --------------------------------------------------------------------------

    @Test
    void aTimeoutForAMomentComesThen() {
        AtomicReference<Self<Rpc>> self = new AtomicReference<>();
        machine.start(own -> {
                    self.set(own);
                    return machine.goTo("a").data("0");
                })
                .when("a: tell go", () -> {
                    long now = self.get().node().clock().nanoTime();
                    return machine.keepState()
                            .stateTimeoutAt(now + SECOND.toNanos(), 1)
                            .timeoutAt("x", now + 2 * SECOND.toNanos(), 2);
                });
        ServerRef<Rpc> ref = startAndTell("go");

        pass(ref, SECOND);
        assertThat(machine.journal.entries()).containsExactly("a: tell go", "a: state timeout 1");
        pass(ref, SECOND);
        assertThat(machine.journal.entries()).endsWith("a: timeout x 2");
    }

    @Test
    void aMomentThatIsOverComesAfterTheMailboxSinceItGoesThroughATimer() {
        Lab.Gate gate = new Lab.Gate();
        AtomicReference<Self<Rpc>> self = new AtomicReference<>();
        machine.start(own -> {
                    self.set(own);
                    return machine.goTo("a").data("0");
                })
                .with("a: tell go", (_, _) -> {
                    gate.pass();
                    long now = self.get().node().clock().nanoTime();
                    return machine.keepState().timeoutAt("x", now - 1, "over").timeout("y", Duration.ZERO, "zero");
                });
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "go", "queued");
        gate.open();
        sync(ref);
        sync(ref);

        assertThat(machine.journal.entries())
                .containsExactly("a: tell go", "a: timeout y zero", "a: tell queued", "a: timeout x over");
    }

    @Test
    void forEverIsNoTimeoutAndCancelsOneThatRuns() {
        machine.when(
                        "a: tell go",
                        () -> machine.keepState().stateTimeout(SECOND, 1).timeout("x", SECOND, 2))
                .when(
                        "a: tell never",
                        () -> machine.keepState()
                                .stateTimeout(ServerRef.FOREVER, 3)
                                .timeout("x", ServerRef.FOREVER, 4));
        ServerRef<Rpc> ref = startAndTell("go");
        tell(ref, "never");
        pass(ref, LONG);

        assertThat(machine.journal.entries()).containsExactly("a: tell go", "a: tell never");
    }

    @Test
    void aTimerThatTheMachineHasStartedItselfIsAnInfo() {
        AtomicReference<Self<Rpc>> self = new AtomicReference<>();
        machine.start(own -> {
                    self.set(own);
                    return machine.goTo("a").data("0");
                })
                .when("a: tell go", () -> {
                    assertThat(self.get().startTimer(SECOND, "mine")).isNotNull();
                    return machine.keepState();
                });
        ServerRef<Rpc> ref = startAndTell("go");
        pass(ref, SECOND);

        assertThat(machine.journal.entries())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("a: info Timeout[")
                .contains("mine");
    }

    @Test
    void theTimersOfAMachineEndWithIt() throws Exception {
        machine.start(_ -> machine.goTo("a").data("0").stateTimeout(SECOND, 1).timeout("x", SECOND, 2))
                .when("a: tell stop", machine::stop);
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "stop");
        lab.end(ref);
        lab.pass(LONG);

        assertThat(machine.journal.entries()).containsExactly("a: tell stop", "terminate normal in a with 0");
    }
}
