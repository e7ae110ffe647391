package dev.skep.statem;

import static dev.skep.statem.Lab.ask;
import static dev.skep.statem.Lab.sync;
import static dev.skep.statem.Lab.tell;
import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.PendingCall;
import dev.skep.ReplyTo;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// In which order a machine handles what is sent, postponed, inserted and due. What is not obvious here has been
/// tried in Erlang/OTP 25.
class EventOrderTest {
    @RegisterExtension
    final Lab lab = new Lab();

    private final Machine machine = new Machine();
    private final Lab.Gate gate = new Lab.Gate();

    // ---- Postponing ----------------------------------------------------------------------------------------------

    @Test
    void whatIsPostponedIsTriedAgainInOrderAfterAChangeOfStateAndBeforeNewerEvents() {
        machine.when("a: tell 1", machine::postpone)
                .when("a: tell 2", machine::postpone)
                .with("a: tell go", (_, _) -> {
                    gate.pass();
                    return machine.goTo("b");
                });
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "1", "other", "2", "go", "3");
        gate.open();
        sync(ref);

        assertThat(machine.journal.entries())
                .containsExactly(
                        "a: tell 1", "a: tell other", "a: tell 2", "a: tell go", "b: tell 1", "b: tell 2", "b: tell 3");
    }

    @Test
    void anEventThatChangesTheStateMayItselfBePostponed() {
        machine.when("a: tell 1", machine::postpone)
                .when("a: tell go", () -> machine.goTo("b").postpone());
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "1", "go");
        sync(ref);

        assertThat(machine.journal.entries()).containsExactly("a: tell 1", "a: tell go", "b: tell 1", "b: tell go");
    }

    @Test
    void whatIsPostponedWaitsForAnotherStateNotForTheSameOne() {
        machine.when("a: tell 1", machine::postpone)
                .when("a: tell repeat", machine::repeatState)
                .when("a: tell same", () -> machine.goTo("a"))
                .when("a: tell data", () -> machine.keepState().data("other"));
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "1", "repeat", "same", "data");
        sync(ref);

        assertThat(machine.journal.entries())
                .containsExactly("a: tell 1", "a: tell repeat", "a: tell same", "a: tell data");
    }

    @Test
    void statesAreComparedByEquals() {
        machine.when("a: tell 1", machine::postpone)
                .when("a: tell equal", () -> machine.goTo(String.valueOf(new char[] {'a'})));
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "1", "equal");
        sync(ref);

        assertThat(machine.journal.entries()).containsExactly("a: tell 1", "a: tell equal");
    }

    @Test
    void whatIsPostponedAgainKeepsItsPlaceAmongThePostponed() {
        machine.when("a: tell 1", machine::postpone)
                .when("a: tell 2", machine::postpone)
                .when("a: tell 3", machine::postpone)
                .when("a: tell go", () -> machine.goTo("b"))
                .when("b: tell 1", machine::postpone)
                .when("b: tell 2", () -> machine.goTo("c"));
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "1", "2", "3", "go");
        sync(ref);

        // 3 was at hand in b when 2 changed the state; 1 had been postponed, and is older
        assertThat(machine.journal.entries().subList(4, 8))
                .containsExactly("b: tell 1", "b: tell 2", "c: tell 1", "c: tell 3");
    }

    @Test
    void theLastWordOnPostponingCounts() {
        machine.when("a: tell no", () -> machine.postpone().postpone(false))
                .when("a: tell yes", () -> machine.keepState().postpone(false).postpone())
                .when("a: tell go", () -> machine.goTo("b"));
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "no", "yes", "go");
        sync(ref);

        assertThat(machine.journal.entries()).containsExactly("a: tell no", "a: tell yes", "a: tell go", "b: tell yes");
    }

    @Test
    void everyKindOfEventCanBePostponed() {
        machine.start(_ -> machine.goTo("a")
                        .data("0")
                        .nextInternal("i")
                        .stateTimeout(ZERO, "s")
                        .timeout("n", ZERO, "t"))
                .when("a: internal i", machine::postpone)
                .when("a: state timeout s", machine::postpone)
                .when("a: timeout n t", machine::postpone)
                .when("a: info hello", machine::postpone)
                .with("a: ask q", (_, _) -> machine.postpone())
                .when("a: tell go", () -> machine.goTo("b"));
        ServerRef<Rpc> ref = lab.start(machine);

        ref.send("hello");
        PendingCall<String> asked = ref.request(new Rpc.Ask("q"));
        tell(ref, "go");

        assertThat(asked.get(Await.LIMIT)).isEqualTo("q");
        assertThat(machine.journal.entries().subList(6, 11))
                .containsExactly("b: internal i", "b: state timeout s", "b: timeout n t", "b: info hello", "b: ask q");
    }

    @Test
    void manyEventsMayBePostponed() {
        machine.when("a: tell x", machine::postpone).when("a: tell go", () -> machine.goTo("b"));
        ServerRef<Rpc> ref = lab.start(machine);

        IntStream.range(0, 10_000).forEach(_ -> tell(ref, "x"));
        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries().subList(10_001, 20_001))
                .hasSize(10_000)
                .containsOnly("b: tell x");
    }

    @Test
    void aPostponedCallWhoseCallerHasGivenUpIsDropped() {
        machine.with("a: ask q", (_, _) -> machine.postpone()).when("a: tell go", () -> machine.goTo("b"));
        ServerRef<Rpc> ref = lab.start(machine);

        PendingCall<String> given = ref.request(new Rpc.Ask("q"));
        PendingCall<String> kept = ref.request(new Rpc.Ask("q"));
        sync(ref);
        assertThat(given.cancel()).isTrue();
        tell(ref, "go");

        assertThat(kept.get(Await.LIMIT)).isEqualTo("q");
        sync(ref);
        assertThat(machine.journal.entries()).containsExactly("a: ask q", "a: ask q", "a: tell go", "b: ask q");
    }

    @Test
    void postponedCallsThatAreGivenUpDoNotPileUp() throws Exception {
        machine.with("a: ask q", (_, _) -> machine.postpone()).with("a: tell crash", (_, _) -> {
            throw new IllegalStateException("to see the report");
        });
        ServerRef<Rpc> ref = lab.start(machine);

        for (int i = 0; i < 1000; i++) {
            PendingCall<String> call = ref.request(new Rpc.Ask("q"));
            sync(ref);
            call.cancel();
        }
        tell(ref, "crash");
        lab.end(ref);

        String shown = lab.crashes().getFirst().state().orElseThrow();
        assertThat(Integer.parseInt(shown.substring(0, shown.indexOf(' ')))).isLessThanOrEqualTo(16);
    }

    @Test
    void aCallThatIsAnsweredMayBePostponedForTheWorkThatItBrings() {
        machine.with(
                        "a: ask later",
                        (event, _) ->
                                machine.postpone().reply((Rpc.Ask) ((Event.Message<Rpc>) event).message(), "accepted"))
                .when("a: tell go", () -> machine.goTo("b"))
                .when("b: ask later", machine::keepState);
        ServerRef<Rpc> ref = lab.start(machine);

        assertThat(ask(ref, "later")).isEqualTo("accepted");
        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries()).containsExactly("a: ask later", "a: tell go", "b: ask later");
    }

    @Test
    void aCallThatIsAnsweredWhileItIsPostponedIsHandledAgainAllTheSame() {
        AtomicReference<ReplyTo<String>> kept = new AtomicReference<>();
        machine.with("a: ask later", (event, _) -> {
                    Event.Message<Rpc> call = (Event.Message<Rpc>) event;
                    kept.set(((Rpc.Ask) call.message()).replyTo(call.from()));
                    return machine.postpone();
                })
                .when("a: tell go", () -> machine.goTo("b"))
                .when("b: ask later", machine::keepState);
        ServerRef<Rpc> ref = lab.start(machine);

        PendingCall<String> call = ref.request(new Rpc.Ask("later"));
        sync(ref);
        assertThat(kept.get().reply("answered")).isTrue();
        assertThat(call.get(Await.LIMIT)).isEqualTo("answered");
        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries()).containsExactly("a: ask later", "a: tell go", "b: ask later");
    }

    // ---- Inserted events -----------------------------------------------------------------------------------------

    @Test
    void insertedEventsComeInTheirOrderBeforePostponedAndNewerOnes() {
        machine.when("a: tell p", machine::postpone).with("a: tell go", (_, _) -> {
            gate.pass();
            return machine.goTo("b")
                    .nextInternal("1")
                    .nextEvent(new Event.Info<>("2"))
                    .nextInternal("3");
        });
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "p", "go", "newer");
        gate.open();
        sync(ref);

        assertThat(machine.journal.entries())
                .containsExactly(
                        "a: tell p",
                        "a: tell go",
                        "b: internal 1",
                        "b: info 2",
                        "b: internal 3",
                        "b: tell p",
                        "b: tell newer");
    }

    @Test
    void whatAnInsertedEventInsertsComesBeforeItsSiblings() {
        machine.when("a: tell go", () -> machine.keepState().nextInternal("1").nextInternal("2"))
                .when(
                        "a: internal 1",
                        () -> machine.keepState().nextInternal("1.1").nextInternal("1.2"));
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries())
                .containsExactly("a: tell go", "a: internal 1", "a: internal 1.1", "a: internal 1.2", "a: internal 2");
    }

    @Test
    void everyKindOfEventCanBeInserted() {
        machine.with(
                "a: ask q",
                (event, _) -> machine.goTo("b")
                        .nextInternal("1")
                        .nextEvent(new Event.StateTimeout<>("2"))
                        .nextEvent(new Event.EventTimeout<>("3"))
                        .nextEvent(new Event.Info<>("4"))
                        .nextEvent(new Event.Message<>(new Rpc.Tell("5"), From.nobody()))
                        .nextEvent(new Event.NamedTimeout<>("six", "6"))
                        .nextEvent(event));

        assertThat(ask(lab.start(machine), "q")).isEqualTo("q");
        assertThat(machine.journal.entries())
                .containsExactly(
                        "a: ask q",
                        "b: internal 1",
                        "b: state timeout 2",
                        "b: event timeout 3",
                        "b: info 4",
                        "b: tell 5",
                        "b: timeout six 6",
                        "b: ask q");
    }

    @Test
    void aMachineMayGoOnByItselfForALongTime() {
        machine.with("a: tell go", (_, _) -> machine.keepState().nextInternal("tick"))
                .with(
                        "a: internal tick",
                        (_, data) -> data.length() == 50_000
                                ? machine.keepState()
                                : machine.keepState().data(data + "x").nextInternal("tick"));
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries()).hasSize(1 + 50_000);
    }

    // ---- Timeouts of zero ----------------------------------------------------------------------------------------

    @Test
    void timeoutsOfZeroComeAfterWhatIsAtHandAndBeforeTheMailboxInTheOrderOfTheirStart() {
        machine.when("a: tell p", machine::postpone).with("a: tell go", (_, _) -> {
            gate.pass();
            return machine.goTo("b")
                    .timeout("y", ZERO, 1)
                    .stateTimeout(ZERO, 2)
                    .timeout("x", ZERO, 3)
                    .nextInternal("i");
        });
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "p", "go", "newer");
        gate.open();
        sync(ref);

        assertThat(machine.journal.entries())
                .containsExactly(
                        "a: tell p",
                        "a: tell go",
                        "b: internal i",
                        "b: tell p",
                        "b: timeout y 1",
                        "b: state timeout 2",
                        "b: timeout x 3",
                        "b: tell newer");
    }

    @Test
    void anEventTimeoutOfZeroComesOnlyIfNothingIsAtHand() {
        machine.when("a: tell alone", () -> machine.keepState().eventTimeout(ZERO, "first"))
                .when(
                        "a: tell inserted",
                        () -> machine.keepState().eventTimeout(ZERO, "never").nextInternal("i"))
                .when(
                        "a: tell after",
                        () -> machine.keepState().stateTimeout(ZERO, "s").eventTimeout(ZERO, "never"))
                .when(
                        "a: tell before",
                        () -> machine.keepState().eventTimeout(ZERO, "second").stateTimeout(ZERO, "s"));
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "alone", "inserted", "after", "before");
        sync(ref);

        assertThat(machine.journal.entries())
                .containsExactly(
                        "a: tell alone",
                        "a: event timeout first",
                        "a: tell inserted",
                        "a: internal i",
                        "a: tell after",
                        "a: state timeout s",
                        "a: tell before",
                        "a: event timeout second",
                        "a: state timeout s");
    }

    @Test
    void ofSeveralActionsForOneTimeoutTheLastCountsAndHasItsPlace() {
        machine.when(
                "a: tell go",
                () -> machine.keepState()
                        .stateTimeout(ZERO, "dropped")
                        .timeout("x", ZERO, 1)
                        .updateStateTimeout("last")
                        .timeout("y", ZERO, "dropped")
                        .cancelTimeout("y"));
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries()).containsExactly("a: tell go", "a: timeout x 1", "a: state timeout last");
    }

    @Test
    void aTimeoutOfZeroStartedAnewGoesToTheEnd() {
        machine.when(
                        "a: tell go",
                        () -> machine.keepState()
                                .timeout("x", ZERO, 1)
                                .timeout("y", ZERO, 2)
                                .nextInternal("i"))
                .when(
                        "a: internal i",
                        () -> machine.keepState().timeout("x", ZERO, 3).updateTimeout("y", 4));
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries())
                .containsExactly("a: tell go", "a: internal i", "a: timeout y 4", "a: timeout x 3");
    }

    @Test
    void aTimeoutOfZeroCanBeCancelledAndReplacedBeforeItComes() {
        machine.when(
                        "a: tell cancel",
                        () -> machine.keepState().timeout("x", ZERO, 1).nextInternal("cancel"))
                .when("a: internal cancel", () -> machine.keepState().cancelTimeout("x"))
                .when(
                        "a: tell later",
                        () -> machine.keepState().timeout("x", ZERO, 1).nextInternal("later"))
                .when("a: internal later", () -> machine.keepState().timeout("x", Duration.ofSeconds(1), 2));
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "cancel", "later");
        sync(ref);
        assertThat(machine.journal.entries())
                .containsExactly("a: tell cancel", "a: internal cancel", "a: tell later", "a: internal later");

        lab.pass(Duration.ofSeconds(1));
        sync(ref);
        assertThat(machine.journal.entries()).endsWith("a: timeout x 2");
    }

    @Test
    void aChangeOfStateCancelsAStateTimeoutOfZero() {
        machine.when(
                        "a: tell go",
                        () -> machine.keepState().stateTimeout(ZERO, "old").nextInternal("leave"))
                .when("a: internal leave", () -> machine.goTo("b").stateTimeout(ZERO, "new"));
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries())
                .isEqualTo(List.of("a: tell go", "a: internal leave", "b: state timeout new"));
    }

    @Test
    void timeoutsOfZeroMayComeForEverAndTheMachineStillEndsWhenItIsTold() throws Exception {
        machine.when("a: tell go", () -> machine.keepState().timeout("x", ZERO, 1))
                .when("a: timeout x 1", () -> {
                    Thread.yield(); // others need the carrier too
                    return machine.keepState().timeout("x", ZERO, 1);
                });
        ServerRef<Rpc> ref = lab.start(machine);

        tell(ref, "go");
        machine.journal.await("a: timeout x 1");
        ref.pid().orElseThrow().exit(ExitReason.because("enough"));

        assertThat(lab.end(ref)).isEqualTo(ExitReason.because("enough"));
        assertThat(machine.journal.entries()).endsWith("terminate enough in a with 0");
    }
}
