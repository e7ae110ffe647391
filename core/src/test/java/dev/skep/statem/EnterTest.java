package dev.skep.statem;

import static dev.skep.statem.Lab.sync;
import static dev.skep.statem.Lab.tell;
import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.PendingCall;
import dev.skep.ReplyTo;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Enter calls.
class EnterTest {
    @RegisterExtension
    final Lab lab = new Lab();

    private final Machine machine = new Machine();

    @Test
    void aStateIsEnteredAtTheStartBeforeAnyEventAndAfterTheActionsOfInit() {
        machine.start(_ -> machine.goTo("a").data("0").nextInternal("i").timeout("x", ZERO, 1))
                .onEnter("a", () -> machine.entered().timeout("y", ZERO, 2));
        sync(lab.start(machine));

        assertThat(machine.journal.entries())
                .containsExactly("enter a from a", "a: internal i", "a: timeout x 1", "a: timeout y 2");
    }

    @Test
    void theStartIsAcknowledgedBeforeTheFirstStateIsEntered() throws Exception {
        Lab.Gate started = new Lab.Gate();
        machine.onEnter("a", () -> {
            started.pass();
            return machine.entered();
        });
        ServerRef<Rpc> ref = lab.start(machine);
        started.open();
        sync(ref);

        assertThat(machine.journal.entries()).containsExactly("enter a from a");
    }

    @Test
    void aStateIsEnteredWhenItChangesOrIsRepeatedAndNotOtherwise() {
        machine.onEnter("a", machine::entered)
                .onEnter("b", machine::entered)
                .when("a: tell keep", machine::keepState)
                .when("a: tell same", () -> machine.goTo("a"))
                .when("a: tell repeat", machine::repeatState)
                .when("a: tell go", () -> machine.goTo("b"));
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "keep", "same", "repeat", "go");
        sync(ref);

        assertThat(machine.journal.entries())
                .containsExactly(
                        "enter a from a",
                        "a: tell keep",
                        "a: tell same",
                        "a: tell repeat",
                        "enter a from a",
                        "a: tell go",
                        "enter b from a");
    }

    @Test
    void anEnterCallMayReplaceTheDataAndIsRepeatedWithTheSamePreviousState() {
        AtomicInteger times = new AtomicInteger();
        machine.when("a: tell go", () -> machine.goTo("b").data("1"))
                .onEnter(
                        "b",
                        () -> times.incrementAndGet() < 3
                                ? machine.entered().data("2").again()
                                : machine.entered())
                .when("b: tell stop", machine::stop);
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "go", "stop");

        assertThat(ref.pid().orElseThrow().exited()).succeedsWithin(Await.LIMIT);
        assertThat(machine.journal.entries())
                .containsExactly(
                        "a: tell go",
                        "enter b from a",
                        "enter b from a",
                        "enter b from a",
                        "b: tell stop",
                        "terminate normal in b with 2");
    }

    @Test
    void theTimeoutsOfAnEnterCallComeAfterThoseOfTheTransitionAndOverrideThem() {
        machine.when(
                        "a: tell go",
                        () -> machine.goTo("b").stateTimeout(ZERO, "transition").timeout("x", ZERO, 1))
                .onEnter("b", () -> machine.entered().stateTimeout(ZERO, "enter"));
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries())
                .containsExactly("a: tell go", "enter b from a", "b: timeout x 1", "b: state timeout enter");
    }

    @Test
    void theStateTimeoutOfARepeatedStateGoesOnUnlessItIsStartedAnew() {
        machine.onEnter("a", () -> machine.entered().stateTimeout(Duration.ofSeconds(1), "x"))
                .when("a: tell repeat", machine::repeatState);
        ServerRef<Rpc> ref = lab.start(machine);
        sync(ref);
        lab.pass(Duration.ofMillis(600));
        tell(ref, "repeat");
        sync(ref);
        lab.pass(Duration.ofMillis(600));
        sync(ref);
        assertThat(machine.journal.entries()).doesNotContain("a: state timeout x");
        lab.pass(Duration.ofMillis(600));
        sync(ref);
        assertThat(machine.journal.entries()).contains("a: state timeout x");
    }

    @Test
    void anEnterCallMayAnswerACallThatWasKept() {
        AtomicReference<ReplyTo<String>> kept = new AtomicReference<>();
        machine.with("a: ask q", (event, _) -> {
                    if (event instanceof Event.Message<Rpc>(Rpc.Ask ask, var from)) {
                        kept.set(ask.replyTo(from));
                    }
                    return machine.goTo("b");
                })
                .onEnter("b", () -> machine.entered().reply(kept.get(), "entered"));

        assertThat(Lab.ask(lab.start(machine), "q")).isEqualTo("entered");
    }

    @Test
    void theEventIsStillPostponedAfterAnEnterCall() {
        machine.when("a: tell go", () -> machine.goTo("b").postpone()).onEnter("b", machine::entered);
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries()).containsExactly("a: tell go", "enter b from a", "b: tell go");
    }

    @Test
    void anEnterCallMayStopTheMachineAfterItsReplies() throws Exception {
        AtomicReference<ReplyTo<String>> kept = new AtomicReference<>();
        machine.with("a: ask q", (event, _) -> {
                    if (event instanceof Event.Message<Rpc>(Rpc.Ask ask, var from)) {
                        kept.set(ask.replyTo(from));
                    }
                    return machine.goTo("b").data("1").nextInternal("never");
                })
                .onEnter(
                        "b",
                        () -> machine.entered()
                                .reply(kept.get(), "bye")
                                .data("2")
                                .thenStop(ExitReason.shutdown()));
        ServerRef<Rpc> ref = lab.start(machine);
        PendingCall<String> call = ref.request(new Rpc.Ask("q"));

        assertThat(lab.end(ref)).isEqualTo(ExitReason.shutdown());
        assertThat(call.get(Await.LIMIT)).isEqualTo("bye");
        assertThat(machine.journal.entries())
                .containsExactly("a: ask q", "enter b from a", "terminate shutdown in b with 2");
    }

    @Test
    void anEnterCallThatThrowsCrashesTheMachineInItsNewState() throws Exception {
        machine.when("a: tell go", () -> machine.goTo("b").data("1")).onEnter("b", () -> {
            throw new IllegalStateException("no entry");
        });
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "go");

        assertThat(lab.end(ref).toString()).contains("no entry");
        assertThat(machine.journal.entries())
                .last()
                .asString()
                .startsWith("terminate")
                .endsWith("in b with 1");
    }

    @Test
    void anEnterCallThatThrowsAtTheStartCrashesARunningMachine() throws Exception {
        Lab.Gate started = new Lab.Gate();
        machine.onEnter("a", () -> {
            started.pass();
            throw new IllegalStateException("no entry");
        });
        ServerRef<Rpc> ref = lab.start(machine);
        started.open();

        assertThat(lab.end(ref).toString()).contains("no entry");
    }

    @Test
    void anEnterCallThatReturnsNullIsACrashThatSaysSo() throws Exception {
        machine.when("a: tell go", () -> machine.goTo("b")).onEnter("b", () -> null);
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "go");

        assertThat(lab.end(ref).toString()).contains("enter returned null").contains("entered()");
    }

    @Test
    void aStateMayBeEnteredForEverAndTheMachineStillEndsWhenItIsTold() throws Exception {
        machine.when("a: tell go", () -> machine.goTo("b")).onEnter("b", () -> {
            Thread.yield(); // others need the carrier too
            return machine.entered().again();
        });
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "go");
        machine.journal.await("enter b from a");
        ref.pid().orElseThrow().exit(ExitReason.shutdown());

        assertThat(lab.end(ref)).isEqualTo(ExitReason.shutdown());
    }
}
