package dev.skep.statem;

import static dev.skep.statem.Lab.ask;
import static dev.skep.statem.Lab.sync;
import static dev.skep.statem.Lab.tell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.PendingCall;
import dev.skep.ReplyTo;
import dev.skep.Self;
import dev.skep.ServerRef;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Replies, stops, what is not handled, and changes of the callbacks.
class ActionTest {
    @RegisterExtension
    final Lab lab = new Lab();

    private final Machine machine = new Machine();

    private static Rpc.Ask asked(Event<Rpc> event) {
        return (Rpc.Ask) ((Event.Message<Rpc>) event).message();
    }

    private static ReplyTo<String> caller(Event<Rpc> event) {
        return asked(event).replyTo(((Event.Message<Rpc>) event).from());
    }

    private ExitReason endAfterTelling(String what) throws Exception {
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, what);
        return lab.end(ref);
    }

    // ---- Replies -------------------------------------------------------------------------------------------------

    @Test
    void aTransitionMayAnswerTheCallAtHandAndOthersBefore() {
        List<ReplyTo<String>> waiting = new ArrayList<>();
        machine.with("a: ask wait", (event, _) -> {
                    waiting.add(caller(event));
                    return machine.keepState();
                })
                .with("a: ask all", (event, _) -> {
                    Transition<String, String, Rpc> next = machine.goTo("b").reply(asked(event), "last");
                    for (ReplyTo<String> each : waiting) {
                        next = next.reply(each, "first");
                    }
                    return next;
                });
        ServerRef<Rpc> ref = lab.start(machine);
        PendingCall<String> one = ref.request(new Rpc.Ask("wait"));
        PendingCall<String> two = ref.request(new Rpc.Ask("wait"));

        assertThat(ask(ref, "all")).isEqualTo("last");
        assertThat(one.get(Await.LIMIT)).isEqualTo("first");
        assertThat(two.get(Await.LIMIT)).isEqualTo("first");
    }

    @Test
    void aTransitionMayAnswerALotOfCallers() {
        List<ReplyTo<String>> waiting = new ArrayList<>();
        machine.with("a: ask wait", (event, _) -> {
                    waiting.add(caller(event));
                    return machine.keepState();
                })
                .when("a: tell go", () -> {
                    Transition<String, String, Rpc> next = machine.keepState();
                    for (ReplyTo<String> each : waiting) {
                        next = next.reply(each, "ok");
                    }
                    return next;
                });
        ServerRef<Rpc> ref = lab.start(machine);
        List<PendingCall<String>> calls = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            calls.add(ref.request(new Rpc.Ask("wait")));
        }
        tell(ref, "go");

        assertThat(calls).allSatisfy(call -> assertThat(call.get(Await.LIMIT)).isEqualTo("ok"));
    }

    @Test
    void aReplyInAPostponedStateReachesTheCallerOfThatTime() {
        machine.with("a: ask q", (_, _) -> machine.postpone())
                .when("a: tell go", () -> machine.goTo("b"))
                .with("b: ask q", (event, _) -> machine.keepState().reply(asked(event), "from b"));
        ServerRef<Rpc> ref = lab.start(machine);
        PendingCall<String> call = ref.request(new Rpc.Ask("q"));
        tell(ref, "go");

        assertThat(call.get(Await.LIMIT)).isEqualTo("from b");
    }

    @Test
    void aReplyToWhatIsNoCallIsACrashThatSaysSo() throws Exception {
        Rpc.Ask forged = new Rpc.Ask("forged");
        machine.when("a: tell go", () -> machine.keepState().nextEvent(new Event.Message<>(forged, From.nobody())))
                .with("a: ask forged", (_, _) -> machine.keepState().reply(forged, "x"));

        assertThat(endAfterTelling("go").toString()).contains("Ask").contains("nobody waits for a reply");
    }

    @Test
    void aReplyToAnotherMessageThanTheOneAtHandIsACrashThatSaysWhatToDo() throws Exception {
        AtomicReference<Rpc.Ask> kept = new AtomicReference<>();
        machine.with("a: ask first", (event, _) -> {
                    kept.set(asked(event));
                    return machine.keepState();
                })
                .with("a: ask second", (_, _) -> machine.keepState().reply(kept.get(), "for the first"));
        ServerRef<Rpc> ref = lab.start(machine);
        PendingCall<String> first = ref.request(new Rpc.Ask("first"));

        assertThatThrownBy(() -> ask(ref, "second"))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageContaining("replyTo(from)");
        assertThatThrownBy(() -> first.get(Await.LIMIT)).isInstanceOf(CallException.ServerExited.class);
    }

    @Test
    void aCallThatIsPostponedWhenTheMachineEndsFailsWithItsReason() throws Exception {
        machine.with("a: ask q", (_, _) -> machine.postpone())
                .when("a: tell stop", () -> machine.stop(ExitReason.because("closed")));
        ServerRef<Rpc> ref = lab.start(machine);
        PendingCall<String> call = ref.request(new Rpc.Ask("q"));
        tell(ref, "stop");

        assertThatThrownBy(() -> call.get(Await.LIMIT))
                .isInstanceOfSatisfying(
                        CallException.ServerExited.class,
                        e -> assertThat(e.reason()).isEqualTo(ExitReason.because("closed")));
    }

    // ---- Stops ---------------------------------------------------------------------------------------------------

    @Test
    void aStopGivesItsRepliesThenTerminatesWithTheNewData() throws Exception {
        Lab.Gate gate = new Lab.Gate();
        machine.with(
                        "a: ask q",
                        (event, _) -> machine.stop(ExitReason.shutdown("done"))
                                .reply(asked(event), "bye")
                                .data("last"))
                .onTerminate((_, _, _) -> gate.pass());
        ServerRef<Rpc> ref = lab.start(machine);

        assertThat(ask(ref, "q")).as("a reply while terminate still runs").isEqualTo("bye");
        gate.open();
        assertThat(lab.end(ref)).isEqualTo(ExitReason.shutdown("done"));
        assertThat(machine.journal.entries()).containsExactly("a: ask q", "terminate {shutdown, done} in a with last");
    }

    @Test
    void aStopHandlesNothingMore() throws Exception {
        machine.when("a: tell p", machine::postpone)
                .when("a: tell go", () -> machine.goTo("b").nextInternal("stop").nextInternal("never"))
                .when("b: internal stop", machine::stop);
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "p", "go", "never");

        assertThat(lab.end(ref)).isEqualTo(ExitReason.normal());
        assertThat(machine.journal.entries())
                .containsExactly("a: tell p", "a: tell go", "b: internal stop", "terminate normal in b with 0");
    }

    @Test
    void aStopThroughSelfHandlesNothingMoreEither() throws Exception {
        machine.start(self -> {
            machine.when("a: tell stop", () -> {
                self.stop(ExitReason.shutdown());
                return machine.goTo("b").nextInternal("never");
            });
            return machine.goTo("a").data("0");
        });

        assertThat(endAfterTelling("stop")).isEqualTo(ExitReason.shutdown());
        assertThat(machine.journal.entries()).containsExactly("a: tell stop", "terminate shutdown in b with 0");
    }

    @Test
    void anExceptionIsACrashInTheOldStateWithTheOldData() throws Exception {
        machine.when("a: tell go", () -> {
            throw new IOException("broken");
        });

        assertThat(endAfterTelling("go").toString()).contains("broken");
        assertThat(machine.journal.entries())
                .last()
                .asString()
                .startsWith("terminate")
                .endsWith("in a with 0");
    }

    @Test
    void nullIsACrashThatSaysSo() throws Exception {
        machine.when("a: tell go", () -> null);

        assertThat(endAfterTelling("go").toString()).contains("returned null").contains("keepState()");
    }

    // ---- Unhandled -----------------------------------------------------------------------------------------------

    @Test
    void whatIsNotHandledIsDroppedAndTheMachineGoesOn() {
        machine.when("a: info what?", machine::unhandled)
                .when("a: tell what?", machine::unhandled)
                .when("a: internal what?", machine::unhandled)
                .when("a: timeout x what?", machine::unhandled)
                .when(
                        "a: tell go",
                        () -> machine.keepState().nextInternal("what?").timeout("x", Duration.ZERO, "what?"));
        ServerRef<Rpc> ref = lab.start(machine);
        ref.send("what?");
        tell(ref, "what?", "go");
        sync(ref);

        assertThat(machine.journal.entries())
                .containsExactly(
                        "a: info what?", "a: tell what?", "a: tell go", "a: internal what?", "a: timeout x what?");
        assertThat(lab.crashes()).isEmpty();
    }

    // ---- Changing the callbacks ----------------------------------------------------------------------------------

    private final Machine second = new Machine(machine.journal);

    @Test
    void otherCallbacksTakeOverStateDataAndWhatIsPostponed() throws Exception {
        machine.when("a: tell p", machine::postpone)
                .when("a: tell go", () -> machine.goTo("b").data("1").changeCallbacks(second));
        second.onEnter("b", () -> {
                    machine.journal.add("second enters b");
                    return second.entered();
                })
                .with("b: tell p", (_, data) -> second.keepState().data(data + " by second"))
                .when("b: tell stop", second::stop)
                .onTerminate((_, _, _) -> machine.journal.add("second terminates"));
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "p", "go", "stop");
        lab.end(ref);

        assertThat(machine.journal.entries())
                .containsExactly(
                        "a: tell p",
                        "a: tell go",
                        "enter b from a",
                        "second enters b",
                        "b: tell p",
                        "b: tell stop",
                        "terminate normal in b with 1 by second",
                        "second terminates");
    }

    @Test
    void pushedCallbacksGoBackToThoseBefore() {
        Machine third = new Machine(machine.journal);
        machine.when("a: tell push", () -> machine.keepState().pushCallbacks(second));
        second.when("a: tell push", () -> second.keepState().pushCallbacks(third))
                .when("a: tell change", () -> second.keepState().data("changed"))
                .when("a: tell pop", () -> second.keepState().popCallbacks());
        third.when("a: tell pop", () -> third.keepState().popCallbacks());
        third.with("a: ask who", (event, _) -> third.keepState().reply(asked(event), "third"));
        second.with("a: ask who", (event, _) -> second.keepState().reply(asked(event), "second"));
        machine.with("a: ask who", (event, data) -> machine.keepState().reply(asked(event), "first with " + data));
        ServerRef<Rpc> ref = lab.start(machine);

        assertThat(ask(ref, "who")).isEqualTo("first with 0");
        tell(ref, "push");
        assertThat(ask(ref, "who")).isEqualTo("second");
        tell(ref, "push");
        assertThat(ask(ref, "who")).isEqualTo("third");
        tell(ref, "pop");
        assertThat(ask(ref, "who")).isEqualTo("second");
        tell(ref, "change", "pop");
        assertThat(ask(ref, "who")).isEqualTo("first with changed");
    }

    @Test
    void aChangeReplacesOnlyTheLatestCallbacks() {
        Machine third = new Machine(machine.journal);
        machine.when("a: tell push", () -> machine.keepState().pushCallbacks(second))
                .with("a: ask who", (event, _) -> machine.keepState().reply(asked(event), "first"));
        second.when("a: tell change", () -> second.keepState().changeCallbacks(third));
        third.when("a: tell pop", () -> third.keepState().popCallbacks());
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "push", "change", "pop");

        assertThat(ask(ref, "who")).isEqualTo("first");
    }

    @Test
    void goingBackWithoutAPushIsACrashThatSaysSo() throws Exception {
        machine.when("a: tell pop", () -> machine.goTo("b").popCallbacks());

        assertThat(endAfterTelling("pop").toString()).contains("popCallbacks()").contains("have not been pushed");
        assertThat(machine.journal.entries()).last().asString().endsWith("in b with 0");
    }

    @Test
    void initMayPushCallbacks() {
        machine.start(_ -> machine.goTo("a").data("0").pushCallbacks(second));
        second.with("a: ask who", (event, _) -> second.keepState().reply(asked(event), "second"));

        assertThat(ask(lab.start(machine), "who")).isEqualTo("second");
    }

    @Test
    void theLatestCallbacksAreWhatTheProcessRuns() {
        class Other implements GenStatem<String, String, Rpc> {
            @Override
            public Transition<String, String, Rpc> init(Self<Rpc> self) {
                throw new AssertionError("init of callbacks that are changed to");
            }

            @Override
            public Transition<String, String, Rpc> handle(Event<Rpc> event, String state, String data) {
                return keepState().reply(asked(event), "other");
            }
        }
        machine.when("a: tell go", () -> machine.keepState().changeCallbacks(new Other()));
        ServerRef<Rpc> ref = lab.start(machine);
        assertThat(ref.pid().orElseThrow().info().orElseThrow().initialCall()).endsWith("Machine");
        tell(ref, "go");
        sync(ref);

        assertThat(ref.pid().orElseThrow().info().orElseThrow().initialCall()).endsWith("Other");
    }
}
