package dev.skep.conformance.otp;

import static dev.skep.conformance.otp.ScriptStatem.asked;
import static dev.skep.conformance.otp.ScriptStatem.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Incoming;
import dev.skep.PendingCall;
import dev.skep.ProcessInfo;
import dev.skep.ReplyTo;
import dev.skep.ServerRef;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.otp.PhoneStatem.PhoneRpc;
import dev.skep.conformance.otp.ScriptStatem.ScriptRpc;
import dev.skep.conformance.otp.ScriptStatem.ScriptRpc.Ask;
import dev.skep.statem.GenStatem;
import dev.skep.sys.Sys;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What happens to a machine, and to those who call it, when time passes.
@SkepTest(virtualTime = true)
@CasesOf("gen_statem_SUITE")
class StatemTimeoutTest {
    private static final Duration NOW = Duration.ZERO;

    private ScriptStatem m;
    private Testkit skep;
    private Probe probe;
    private VirtualClock clock;

    @BeforeEach
    void script(Testkit testkit, Probe witness, VirtualClock time) {
        skep = testkit;
        probe = witness;
        clock = time;
        m = new ScriptStatem(witness);
    }

    private void noted(String... notes) {
        for (String note : notes) {
            probe.expectNext(note);
        }
        probe.refuteAny();
    }

    private static Duration ms(int milliseconds) {
        return Duration.ofMillis(milliseconds);
    }

    @SuppressWarnings("unchecked") // the data of these scripts
    private static ReplyTo<Object> replyTo(Object data) {
        return (ReplyTo<Object>) data;
    }

    @Test
    @Covers("state_timeout")
    void timeoutsOfZeroComeInOrderAfterInsertedEventsAndAnyOtherEventEndsThatOfEvents() {
        m.on("start: ask go", (event, _) -> {
                    m.self().pid().send("to self");
                    return m.goTo("state1")
                            .data(caller(event))
                            .eventTimeout(ms(500), 1)
                            .stateTimeout(ms(500), 1)
                            .nextInternal(1);
                })
                .on("state1: internal 1", (_, _) -> m.goTo("state2")
                        .eventTimeout(NOW, 2)
                        .stateTimeout(NOW, 2)
                        .nextInternal(2))
                .on("state2: internal 2", (_, _) -> m.keepState().eventTimeout(NOW, 3))
                .on("state2: state timeout 2", (_, _) -> m.keepState()
                        .eventTimeout(NOW, 4)
                        .stateTimeout(NOW, 5))
                .on("state2: event timeout 4", (_, _) -> m.keepState()
                        .stateTimeout(NOW, 6)
                        .eventTimeout(NOW, 7))
                .on("state2: state timeout 6", (_, caller) -> m.goTo("state3")
                        .reply(replyTo(caller), "gone")
                        .stateTimeout(ms(500), 8))
                .on("state3: info to self", (_, _) -> m.keepState())
                .on("state3: ask check", (event, _) -> m.keepState().data(caller(event)))
                .on("state3: state timeout 8", (_, caller) -> m.stop().reply(replyTo(caller), "checked"));
        ServerRef<ScriptRpc> machine = skep.start(GenStatem.spec(() -> m));

        assertThat(machine.call(new Ask("go"))).isEqualTo("gone");
        PendingCall<Object> check = machine.request(new Ask("check"));
        noted(
                "start: ask go",
                "state1: internal 1",
                "state2: internal 2",
                "state2: state timeout 2",
                "state2: event timeout 4",
                "state2: state timeout 6",
                "state3: info to self",
                "state3: ask check");
        clock.advance(ms(499));
        assertThat(check.await(NOW)).isEmpty();
        clock.advance(ms(1));

        assertThat(check.get(NOW)).isEqualTo("checked");
        assertThat(skep.awaitEnd(machine.pid().orElseThrow())).isEqualTo(ExitReason.normal());
        noted("state3: state timeout 8");
    }

    @Test
    @Covers("timeout_cancel_and_update")
    void timeoutsAreCancelledAndUpdatedEvenWhenTheyHaveRung() {
        ServerRef<ScriptRpc> gate = probe.ref();
        m.on("start: ask test", (event, _) -> {
                    m.self().pid().send("to self");
                    return m.goTo("state1").data(caller(event)).stateTimeout(ms(17), 1).nextInternal(1);
                })
                .on("state1: internal 1", (_, _) -> m.keepState().cancelStateTimeout().timeout("a", ms(17), 1))
                .on("state1: info to self", (_, _) -> m.keepState().updateTimeout("a", "updated"))
                .on("state1: timeout a updated", (_, _) -> m.goTo("state2")
                        .stateTimeout(ms(17), 2)
                        .nextInternal(2))
                .on("state2: internal 2", (_, _) -> {
                    gate.call(new Ask("the time to pass"), ServerRef.FOREVER);
                    return m.keepState().updateStateTimeout("b").eventTimeout(ms(17), 2);
                })
                .on("state2: state timeout b", (_, caller) -> m.goTo("state3")
                        .reply(replyTo(caller), "ok")
                        .eventTimeout(Duration.ofSeconds(17), "last"))
                .on("state3: ask stop", (event, _) -> m.stop().reply(asked(event), "ok"));
        ServerRef<ScriptRpc> machine = skep.start(GenStatem.spec(() -> m));

        PendingCall<Object> test = machine.request(new Ask("test"));
        noted("start: ask test", "state1: internal 1", "state1: info to self");
        clock.advance(ms(17));
        probe.expectNext("state1: timeout a updated");
        probe.expectNext("state2: internal 2");
        clock.advance(ms(50)); // while the machine is busy, the state timeout rings
        probe.expect(Incoming.class).from().reply("go on");

        assertThat(test.get(ServerRef.DEFAULT_TIMEOUT)).isEqualTo("ok");
        noted("state2: state timeout b");
        assertThat(Sys.of(machine).status().state()).contains("runs event timeout;");
        assertThat(machine.call(new Ask("stop"))).isEqualTo("ok");
        assertThat(skep.awaitEnd(machine.pid().orElseThrow())).isEqualTo(ExitReason.normal());
    }

    @Test
    @Covers("generic_timers")
    void namedTimeoutsRunSideBySideAreStartedAnewAndSetForAMoment() {
        m.on("start: ask stop", (event, _) -> m.goTo("state1")
                        .timeout("a", ms(1500), 1)
                        .stateTimeout(ms(1500), 1)
                        .timeout("b", ms(1000), 1)
                        .nextEvent(event))
                .on("state1: ask stop", (event, _) -> m.goTo("state2")
                        .data(caller(event))
                        .timeoutAt("c", clock.nanoTime() + ms(500).toNanos(), 2)
                        .timeout("d", NOW, 2)
                        .eventTimeout(NOW, 2)
                        .timeout("b", ServerRef.FOREVER, 2)
                        .timeout("a", ms(1000), 2))
                .on("state2: timeout d 2", (_, _) -> m.goTo("state3"))
                .on("state3: timeout c 2", (_, _) -> m.goTo("state4"))
                .on("state4: timeout a 2", (_, caller) -> m.stop(ExitReason.shutdown())
                        .reply(replyTo(caller), "stopped"));
        ServerRef<ScriptRpc> machine = skep.start(GenStatem.spec(() -> m));

        PendingCall<Object> call = machine.request(new Ask("stop"));
        noted("start: ask stop", "state1: ask stop", "state2: timeout d 2");
        clock.advance(ms(500));
        noted("state3: timeout c 2");
        clock.advance(ms(499));
        assertThat(call.await(NOW)).isEmpty();
        clock.advance(ms(1));

        assertThat(call.get(NOW)).isEqualTo("stopped");
        assertThat(skep.awaitEnd(machine.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
        noted("state4: timeout a 2");
    }

    @Test
    @Covers({"abnormal1", "abnormal1clean", "abnormal1dirty"})
    void aCallTimesOutInTheCallerAndItsLateAnswerIsDropped() throws Exception {
        ServerRef<PhoneRpc> phone = skep.start(PhoneStatem.spec());
        CompletableFuture<Object> caller = AsProcess.begin(skep, self -> {
            assertThat(phone.call(new PhoneRpc.AnswerAfter(ms(100)), ms(2000))).isEqualTo("delayed");
            assertThatThrownBy(() -> phone.call(new PhoneRpc.AnswerAfter(ms(2000)), ms(100)))
                    .isInstanceOf(CallException.Timeout.class);
            return self.receive(Object.class);
        });

        clock.advance(ms(100));
        clock.advance(ms(100));
        clock.advance(ms(5000)); // the late answer is given
        assertThat(caller).as("nothing has been received").isNotDone();
        phone.stop();
        skep.settle();
        assertThat(caller).as("nothing has been received").isNotDone();
    }

    @Test
    @Differs(cases = {"hibernate", "auto_hibernate"}, entry = "`hibernate()` does nothing")
    void aMachineRestsWheneverItHasNothingToDoAndWakesUpForAnything() {
        m.on("start: ask sleep", (event, _) -> m.keepState().reply(asked(event), "asleep").hibernate())
                .on("start: ask wake", (event, _) -> m.keepState().reply(asked(event), "awake"))
                .on("start: tell sleep", (_, _) -> m.keepState().hibernate())
                .on("start: info ping", (_, _) -> m.keepState().eventTimeout(ms(500), "alarm").hibernate())
                .on("start: event timeout alarm", (_, _) -> m.keepState());
        ServerRef<ScriptRpc> machine = skep.start(GenStatem.spec(() -> m));

        assertThat(machine.call(new Ask("sleep"))).isEqualTo("asleep");
        rests(machine);
        assertThat(machine.call(new Ask("wake"))).isEqualTo("awake");
        machine.cast(new ScriptRpc.Tell("sleep"));
        rests(machine);
        Sys.of(machine).suspend();
        Sys.of(machine).resume();
        rests(machine);
        machine.send("ping");
        rests(machine);
        clock.advance(ms(500));
        rests(machine);

        noted(
                "start: ask sleep",
                "start: ask wake",
                "start: tell sleep",
                "start: info ping",
                "start: event timeout alarm");
    }

    private void rests(ServerRef<ScriptRpc> machine) {
        skep.settle();
        ProcessInfo info = machine.pid().orElseThrow().info().orElseThrow();
        assertThat(info.status()).isEqualTo(ProcessInfo.Status.WAITING);
        assertThat(info.mailboxLength()).isZero();
    }
}
