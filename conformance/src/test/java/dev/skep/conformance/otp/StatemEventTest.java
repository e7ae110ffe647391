package dev.skep.conformance.otp;

import static dev.skep.conformance.otp.ScriptStatem.asked;
import static dev.skep.conformance.otp.ScriptStatem.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.ReplyTo;
import dev.skep.Response;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.otp.ScriptStatem.ScriptRpc;
import dev.skep.conformance.otp.ScriptStatem.ScriptRpc.Ask;
import dev.skep.conformance.otp.ScriptStatem.ScriptRpc.Tell;
import dev.skep.statem.Event;
import dev.skep.statem.GenStatem;
import dev.skep.statem.StateAndData;
import dev.skep.sys.Sys;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// In which order a machine handles its events, what it does when a state is entered, and whom it answers.
@SkepTest(virtualTime = true)
@CasesOf("gen_statem_SUITE")
class StatemEventTest {
    private ScriptStatem m;
    private Testkit skep;
    private Probe probe;

    @BeforeEach
    void script(Testkit testkit, Probe witness) {
        skep = testkit;
        probe = witness;
        m = new ScriptStatem(witness);
    }

    private ServerRef<ScriptRpc> start() {
        ServerRef<ScriptRpc> machine = skep.start(GenStatem.spec(() -> m));
        probe.link(machine.pid().orElseThrow());
        return machine;
    }

    /// What has been noted, in this order, and nothing else.
    private void noted(String... notes) {
        for (String note : notes) {
            probe.expectNext(note);
        }
        probe.refuteAny();
    }

    private void hasEnded(ServerRef<ScriptRpc> machine, ExitReason reason) {
        Pid pid = machine.pid().orElseThrow();
        assertThat(probe.awaitExit(pid)).isEqualTo(reason);
        assertThatThrownBy(() -> machine.call(new Ask("anything"))).isInstanceOf(CallException.NoProcess.class);
        probe.refuteAny();
    }

    @Test
    @Covers("stop_and_reply")
    void aStopAnswersNewAndOldCallersInOrderBeforeTheEnd() throws Exception {
        skep.allowCrashes(crash -> crash.reason().equals(ExitReason.because("reason")));
        m.on("start: ask first", (event, _) -> m.goTo("wait").data(caller(event)))
                .on(
                        "wait: ask second",
                        (event, first) -> m.stop(ExitReason.because("reason"))
                                .reply(replyTo(first), "reply 1")
                                .reply(asked(event), "reply 2"));
        ServerRef<ScriptRpc> machine = skep.start(GenStatem.spec(() -> m));

        List<Object> heard = AsProcess.run(skep, self -> {
            self.trapExit(true);
            self.link(machine.pid().orElseThrow());
            self.request(machine, new Ask("first"), "label 1");
            self.request(machine, new Ask("second"), "label 2");
            return List.of(self.receive(Object.class), self.receive(Object.class), self.receive(Object.class));
        });

        assertThat(heard)
                .containsExactly(
                        new Response("label 1", Result.ok("reply 1")),
                        new Response("label 2", Result.ok("reply 2")),
                        new Exit(machine.pid().orElseThrow(), ExitReason.because("reason")));
        assertThatThrownBy(() -> machine.call(new Ask("anything"))).isInstanceOf(CallException.NoProcess.class);
        noted("start: ask first", "wait: ask second");
    }

    @SuppressWarnings("unchecked") // the data of this script
    private static ReplyTo<Object> replyTo(Object data) {
        return (ReplyTo<Object>) data;
    }

    @Test
    @Covers("state_enter")
    void aStateIsEnteredAtTheStartOnAChangeAndOnARepetitionAndAnEnterCallMayRepeatItself() {
        skep.allowCrashes(crash -> crash.reason().equals(ExitReason.because("bye")));
        m.from("start", 1)
                .onEnter("start", (previous, n) -> {
                    m.note(n + " enter start from " + previous);
                    return m.entered().data((int) n + 1);
                })
                .on(
                        "start: ask echo",
                        (event, n) -> m.goTo("wait")
                                .data((int) n + 1)
                                .reply(asked(event), n)
                                .eventTimeout(Duration.ZERO, n))
                .on(
                        "start: ask repeat",
                        (event, n) -> m.repeatState().data((int) n + 1).reply(asked(event), n))
                .on(
                        "start: ask stop",
                        (event, n) -> m.stop(ExitReason.because("bye"))
                                .data((int) n + 1)
                                .reply(asked(event), n))
                .on("start: internal wait", (_, n) -> m.keepState().data((int) n + 1))
                .onEnter("wait", (previous, n) -> {
                    m.note(n + " enter wait from " + previous);
                    var entry = m.entered()
                            .data((int) n + 1)
                            .eventTimeout(Duration.ZERO, n)
                            .stateTimeout(Duration.ZERO, n);
                    return (int) n < 5 ? entry.again() : entry;
                })
                .on("wait: event timeout 5", (_, n) -> m.keepState().data((int) n + 1))
                .on("wait: state timeout 5", (_, n) -> m.keepState().data((int) n + 1))
                .on(
                        "wait: ask repeat",
                        (event, n) -> m.repeatState().reply(asked(event), n).eventTimeout(Duration.ZERO, n))
                .on("wait: event timeout 8", (_, n) -> m.keepState().data((int) n + 1))
                .on("wait: state timeout 8", (_, n) -> m.keepState().data((int) n + 1))
                .on(
                        "wait: ask echo",
                        (event, n) -> m.goTo("start")
                                .data((int) n + 1)
                                .nextInternal("wait")
                                .reply(asked(event), n));
        ServerRef<ScriptRpc> machine = start();

        noted("1 enter start from start");
        assertThat(machine.call(new Ask("echo"))).isEqualTo(2);
        noted(
                "start: ask echo",
                "3 enter wait from start",
                "4 enter wait from start",
                "5 enter wait from start",
                "wait: event timeout 5",
                "wait: state timeout 5");
        assertThat(Sys.of(machine).state()).isEqualTo(new StateAndData<>("wait", 8));
        assertThat(machine.call(new Ask("repeat"))).isEqualTo(8);
        noted("wait: ask repeat", "8 enter wait from wait", "wait: event timeout 8", "wait: state timeout 8");
        assertThat(machine.call(new Ask("echo"))).isEqualTo(11);
        noted("wait: ask echo", "12 enter start from wait", "start: internal wait");
        assertThat(machine.call(new Ask("repeat"))).isEqualTo(14);
        noted("start: ask repeat", "15 enter start from start");
        assertThat(machine.call(new Ask("stop"))).isEqualTo(16);
        probe.expectNext("start: ask stop");
        hasEnded(machine, ExitReason.because("bye"));
    }

    @Test
    @Covers("event_order")
    void insertedEventsComeBeforePostponedOnesAndBothCancelAnEventTimeoutOfZero() {
        skep.allowCrashes(crash -> crash.reason().equals(ExitReason.because("reason")));
        m.on("start: tell 1", (_, _) -> m.postpone())
                .on("start: tell 2", (_, _) -> m.postpone())
                .on(
                        "start: ask buffer",
                        (event, _) -> m.goTo("buffer")
                                .nextInternal(3)
                                .nextInternal(4)
                                .eventTimeout(Duration.ZERO, 5)
                                .reply(asked(event), "ok"))
                .on("buffer: internal 3", (_, _) -> m.keepState())
                .on("buffer: internal 4", (_, _) -> m.keepState())
                .on("buffer: tell 1", (_, _) -> m.keepState())
                .on("buffer: tell 2", (_, _) -> m.keepState())
                .on(
                        "buffer: ask stop",
                        (event, _) -> m.goTo("stop").reply(asked(event), "ok").nextInternal("now"))
                .on("stop: internal now", (_, _) -> m.stop(ExitReason.because("reason")));
        ServerRef<ScriptRpc> machine = start();

        machine.cast(new Tell(1));
        machine.cast(new Tell(2));
        assertThat(machine.call(new Ask("buffer"))).isEqualTo("ok");
        noted(
                "start: tell 1",
                "start: tell 2",
                "start: ask buffer",
                "buffer: internal 3",
                "buffer: internal 4",
                "buffer: tell 1",
                "buffer: tell 2");
        assertThat(machine.call(new Ask("stop"))).isEqualTo("ok");

        probe.expectNext("buffer: ask stop");
        probe.expectNext("stop: internal now");
        hasEnded(machine, ExitReason.because("reason"));
    }

    @Test
    @Covers("event_types")
    void anEventOfAnyTypeCanBeInserted() {
        m.on(
                        "start: ask stop",
                        (event, _) -> m.goTo("state1")
                                .nextEvent(new Event.Internal<>(1))
                                .nextEvent(new Event.StateTimeout<>(2))
                                .nextEvent(new Event.EventTimeout<>(3))
                                .nextEvent(new Event.Info<>(4))
                                .nextEvent(new Event.Message<>(new Tell(5), From.nobody()))
                                .nextEvent(new Event.NamedTimeout<>("six", 6))
                                .nextEvent(event))
                .on("state1: internal 1", (_, _) -> m.goTo("state2"))
                .on("state2: state timeout 2", (_, _) -> m.goTo("state3"))
                .on("state3: event timeout 3", (_, _) -> m.goTo("state4"))
                .on("state4: info 4", (_, _) -> m.goTo("state5"))
                .on("state5: tell 5", (_, _) -> m.goTo("state6"))
                .on("state6: timeout six 6", (_, _) -> m.goTo("state7"))
                .on(
                        "state7: ask stop",
                        (event, _) -> m.stop(ExitReason.shutdown()).reply(asked(event), "stopped"));
        ServerRef<ScriptRpc> machine = start();

        assertThat(machine.call(new Ask("stop"))).isEqualTo("stopped");

        assertThat(probe.awaitExit(machine.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
        noted(
                "start: ask stop",
                "state1: internal 1",
                "state2: state timeout 2",
                "state3: event timeout 3",
                "state4: info 4",
                "state5: tell 5",
                "state6: timeout six 6",
                "state7: ask stop");
    }

    @Test
    @Covers("next_events")
    void insertedEventsComeInTheOrderInWhichTheyAreGivenThroughAChangeOfState() {
        m.on(
                        "start: tell go",
                        (_, _) -> m.goTo("next").nextInternal(1).nextInternal(2).nextInternal(3))
                .on("next: internal 1", (_, _) -> m.goTo("later").nextInternal(1.5))
                .on("later: internal 1.5", (_, _) -> m.keepState())
                .on("later: internal 2", (_, _) -> m.keepState())
                .on("later: internal 3", (_, _) -> m.keepState())
                .on("later: ask get", (event, data) -> m.keepState().reply(asked(event), data));
        ServerRef<ScriptRpc> machine = start();

        machine.cast(new Tell("go"));
        assertThat(machine.call(new Ask("get"))).isEqualTo(0);

        noted(
                "start: tell go",
                "next: internal 1",
                "later: internal 1.5",
                "later: internal 2",
                "later: internal 3",
                "later: ask get");
        machine.stop();
        hasEnded(machine, ExitReason.normal());
    }

    @Test
    @Covers("pop_too_many")
    void callbacksAreChangedPushedAndPoppedAndOnePopTooManyIsACrash() {
        ScriptStatem other = new ScriptStatem(probe)
                .onEnter("state 2", (_, _) -> {
                    probe.pid().send("the other is entered");
                    return m.entered().data("enter");
                })
                .on("state 2: ask data", (event, data) -> m.keepState().reply(asked(event), data))
                .on(
                        "state 2: ask push",
                        (event, _) -> m.goTo("state 1").pushCallbacks(m).reply(asked(event), "ok"))
                .on(
                        "state 2: ask pop",
                        (event, _) -> m.goTo("state 1").popCallbacks().reply(asked(event), "ok"));
        m.from("state 1", 0)
                .onEnter("state 2", (_, _) -> {
                    m.note("the wrong one is entered");
                    return m.entered();
                })
                .on(
                        "state 1: ask change",
                        (event, _) -> m.goTo("state 2").changeCallbacks(other).reply(asked(event), "ok"))
                .on("state 1: ask verify", (event, _) -> m.keepState().reply(asked(event), "the first"))
                .on(
                        "state 1: ask pop",
                        (event, _) -> m.goTo("state 2").popCallbacks().reply(asked(event), "ok"));
        ServerRef<ScriptRpc> machine = start();

        assertThat(machine.call(new Ask("change"))).isEqualTo("ok");
        assertThat(machine.call(new Ask("data"))).isEqualTo("enter");
        assertThat(machine.call(new Ask("push"))).isEqualTo("ok");
        assertThat(machine.call(new Ask("verify"))).isEqualTo("the first");
        assertThat(machine.call(new Ask("pop"))).isEqualTo("ok");
        assertThatThrownBy(() -> machine.call(new Ask("pop")))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageContaining("pop");

        skep.awaitCrash(IllegalStateException.class);
        assertThat(probe.awaitExit(machine.pid().orElseThrow())).isInstanceOf(ExitReason.Crashed.class);
        probe.refute(String.class, "the wrong one is entered"::equals);
    }

    // ---- What a callback cannot return ---------------------------------------------------------------------------

    @Test
    @Covers("abnormal2")
    void aCallbackThatReturnsNothingCrashesTheMachineAndFailsTheCall() {
        crashes("returned null", m.on("start: ask crash", (_, _) -> null));
    }

    @Test
    @Covers("abnormal3")
    void anActionThatMakesNoSenseCrashesTheMachineAndFailsTheCall() {
        crashes(
                "the event that it handled is another one",
                m.on("start: ask crash", (_, _) -> m.keepState().reply(new Ask("another call"), 1)));
    }

    @Test
    @Covers("abnormal4")
    void aTimeoutThatMakesNoSenseCrashesTheMachineAndFailsTheCall() {
        Duration bad = Duration.ofMillis(-4711);
        crashes("PT-4.711S", m.on("start: ask crash", (_, _) -> m.keepState().stateTimeout(bad, "ouch")));
    }

    private void crashes(String why, ScriptStatem script) {
        skep.allowCrashes();
        ServerRef<ScriptRpc> machine = skep.start(GenStatem.spec(() -> script));
        probe.link(machine.pid().orElseThrow());

        assertThatThrownBy(() -> machine.call(new Ask("crash")))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageContaining(why);

        assertThat(probe.awaitExit(machine.pid().orElseThrow()))
                .isInstanceOf(ExitReason.Crashed.class)
                .asString()
                .contains(why);
        assertThat(skep.crashes()).hasSize(1);
    }

    // ---- Answers -------------------------------------------------------------------------------------------------

    @Test
    @Covers("reply_by_alias_with_payload")
    void anyProcessMayAnswerForTheMachine() throws Exception {
        m.on("start: ask it", (event, _) -> {
            ReplyTo<Object> caller = caller(event);
            m.self().spawnLink(_ -> caller.reply("from elsewhere"));
            return m.keepState();
        });
        ServerRef<ScriptRpc> machine = start();

        PendingCall<Object> call = machine.request(new Ask("it"));

        assertThat(call.get(ServerRef.DEFAULT_TIMEOUT)).isEqualTo("from elsewhere");
        noted("start: ask it");
    }
}
