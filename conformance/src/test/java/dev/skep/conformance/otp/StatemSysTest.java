package dev.skep.conformance.otp;

import static dev.skep.conformance.otp.ScriptStatem.asked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.CodeChange;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.PendingCall;
import dev.skep.ServerRef;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.otp.PhoneStatem.PhoneRpc;
import dev.skep.conformance.otp.PhoneStatem.State;
import dev.skep.conformance.otp.ScriptStatem.ScriptRpc;
import dev.skep.conformance.otp.ScriptStatem.ScriptRpc.Ask;
import dev.skep.conformance.otp.ScriptStatem.ScriptRpc.Tell;
import dev.skep.statem.GenStatem;
import dev.skep.statem.StateAndData;
import dev.skep.sys.Sys;
import dev.skep.sys.SysException;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// System requests to a machine, its reports, and its end.
@SkepTest(virtualTime = true)
@CasesOf("gen_statem_SUITE")
class StatemSysTest {
    private static final Name<ScriptRpc> NAME = Name.of("machine");

    private ScriptStatem m;
    private Testkit skep;
    private Probe probe;

    @BeforeEach
    void script(Testkit testkit, Probe witness) {
        skep = testkit;
        probe = witness;
        m = new ScriptStatem(witness).from("idle", "data");
    }

    private ServerRef<ScriptRpc> start() {
        return skep.start(GenStatem.spec(() -> m));
    }

    // ---- System requests -----------------------------------------------------------------------------------------

    @Test
    @Covers("sys1")
    void aSuspendedMachineAnswersNobodyUntilItIsResumed() {
        ServerRef<PhoneRpc> phone = skep.start(PhoneStatem.spec());
        Sys sys = Sys.of(phone);
        assertThat(sys.status().suspended()).isFalse();

        sys.suspend();
        PendingCall<String> call = phone.request(new PhoneRpc.IsAlive());
        skep.settle();
        assertThat(sys.status().suspended()).isTrue();
        assertThat(call.await(Duration.ZERO)).isEmpty();
        sys.resume();

        assertThat(call.get(ServerRef.DEFAULT_TIMEOUT)).isEqualTo("yes");
    }

    @Test
    @Covers("get_state")
    void stateAndDataAreSeenByPidByNameAndWhileSuspended() {
        m.from("idle", probe.pid());
        StateAndData<String, Object> both = new StateAndData<>("idle", probe.pid());
        ServerRef<ScriptRpc> machine = skep.start(GenStatem.spec(() -> m).named(NAME));

        assertThat(Sys.of(machine.pid().orElseThrow()).state()).isEqualTo(both);
        assertThat(Sys.of(skep.node().ref(NAME)).timeout(Duration.ofSeconds(5)).state())
                .isEqualTo(both);
        Sys.of(machine).suspend();
        assertThat(Sys.of(machine).state()).isEqualTo(both);
    }

    @Test
    @Covers("replace_state")
    void stateAndDataAreReplacedUnlessTheFunctionThrows() {
        m.on("elsewhere: ask data", (event, data) -> m.keepState().reply(asked(event), data));
        ServerRef<ScriptRpc> machine = start();
        Sys sys = Sys.of(machine);

        assertThat(sys.replaceState(StateAndData.class, old -> new StateAndData<>(old.state(), "replaced")))
                .isEqualTo(new StateAndData<>("idle", "replaced"));
        assertThat(sys.state()).isEqualTo(new StateAndData<>("idle", "replaced"));
        sys.replaceState(StateAndData.class, _ -> new StateAndData<>("elsewhere", "again"));
        assertThatThrownBy(() -> sys.replaceState(StateAndData.class, _ -> {
                    throw new IllegalArgumentException("fail");
                }))
                .isInstanceOf(SysException.class)
                .hasRootCauseMessage("fail");
        assertThat(machine.call(new Ask("data"))).isEqualTo("again");

        sys.suspend();
        sys.replaceState(StateAndData.class, old -> new StateAndData<>(old.state(), old.data() + " and again"));
        sys.resume();
        assertThat(machine.call(new Ask("data"))).isEqualTo("again and again");
    }

    @Test
    @Covers("code_change")
    void aSuspendedMachineGoesOnWithOtherCallbacksAndConvertedData() {
        ServerRef<ScriptRpc> machine = start();
        Sys sys = Sys.of(machine);
        ScriptStatem next = new ScriptStatem(probe)
                .on("idle: ask mode", (event, data) -> m.keepState().reply(asked(event), "the new one"));

        sys.suspend();
        sys.changeCode(CodeChange.to(next, (state, _) -> {
            StateAndData<?, ?> old = (StateAndData<?, ?>) state;
            return new StateAndData<>(old.state(), "converted " + old.data());
        }));
        sys.resume();

        assertThat(sys.state()).isEqualTo(new StateAndData<>("idle", "converted data"));
        assertThat(machine.call(new Ask("mode"))).isEqualTo("the new one");
    }

    @Test
    @Differs(cases = "undef_code_change", entry = "It gets what the old version exports, the state unless it says")
    void withoutACodeChangeOfItsOwnAVersionTakesTheStateIfItCanHaveIt() {
        ServerRef<PhoneRpc> phone = skep.start(PhoneStatem.spec());
        Sys sys = Sys.of(phone);

        sys.suspend();
        sys.changeCode(CodeChange.to(new PhoneStatem()));
        assertThatThrownBy(() -> sys.changeCode(CodeChange.to(new PhoneStatem(), (_, _) -> "no state at all")))
                .isInstanceOf(SysException.class);
        sys.resume();

        assertThat(sys.state()).isEqualTo(new StateAndData<>(State.IDLE, 0));
        PhoneStatem.works(phone, probe);
    }

    // ---- Reports -------------------------------------------------------------------------------------------------

    @Test
    @Covers("call_format_status")
    void theStatusShowsTheStateAsTheMachineFormatsItUnderAnyName() {
        Name<ScriptRpc> key = Name.via(new Numbers(), 7);
        List<ServerRef<ScriptRpc>> machines = List.of(
                start(),
                skep.start(GenStatem.spec(() -> m).named(NAME)),
                skep.start(GenStatem.spec(() -> m).named(key)));

        assertThat(Stream.concat(
                        machines.stream(),
                        Stream.of(skep.node().ref(NAME), skep.node().ref(key))))
                .allSatisfy(machine ->
                        assertThat(Sys.of(machine).status().state()).isEqualTo("formatted idle, formatted data"));
    }

    @Test
    @Covers("error_format_status")
    void aCrashReportShowsTheStateAsTheMachineFormatsItAndTheLastEvent() {
        m.on("idle: ask crash", (_, _) -> null);
        ServerRef<ScriptRpc> machine = start();

        assertThatThrownBy(() -> machine.call(new Ask("crash"))).isInstanceOf(CallException.ServerExited.class);

        CrashReport report = skep.awaitCrash(NullPointerException.class);
        assertThat(report.state())
                .hasValueSatisfying(state -> assertThat(state).contains("formatted idle, formatted data"));
        assertThat(report.lastMessage()).contains("formatted crash");
    }

    @Test
    @Covers("terminate_crash_format")
    void aCrashOfTerminateIsReportedWithTheFormattedState() {
        m.on("idle: ask stop", (event, _) -> m.stop().reply(asked(event), "stopped"))
                .onTerminate((_, _) -> {
                    throw new IllegalStateException("crash in terminate");
                });
        ServerRef<ScriptRpc> machine = start();

        assertThat(machine.call(new Ask("stop"))).isEqualTo("stopped");

        CrashReport report = skep.awaitCrash(IllegalStateException.class);
        assertThat(report.reason().toString()).contains("crash in terminate");
        assertThat(report.state())
                .hasValueSatisfying(state -> assertThat(state).contains("formatted idle, formatted data"));
        assertThat(skep.awaitEnd(machine.pid().orElseThrow())).isEqualTo(report.reason());
    }

    @Test
    @Covers("format_all_status")
    void statusLogAndCrashReportShowEventsAsTheyFormatThemselvesAndWhatIsPostponedAndRuns() {
        m.on("idle: tell postpone", (_, _) -> m.postpone())
                .on("idle: tell timeout", (_, _) -> m.keepState().timeout("named", Duration.ofHours(1), "secret"))
                .on("idle: ask crash", (_, _) -> null);
        ServerRef<ScriptRpc> machine = start();
        Sys.of(machine).startLog(10);
        machine.cast(new Tell("postpone"));
        machine.cast(new Tell("timeout"));

        assertThat(Sys.of(machine).status().state())
                .contains("1 postponed", "timeout named", "formatted idle, formatted data")
                .doesNotContain("secret");
        assertThat(Sys.of(machine).log().getFirst().text()).contains("formatted postpone");
        assertThatThrownBy(() -> machine.call(new Ask("crash"))).isInstanceOf(CallException.ServerExited.class);

        assertThat(skep.awaitCrash(NullPointerException.class).text())
                .contains("formatted crash", "1 postponed", "timeout named", "formatted idle, formatted data")
                .doesNotContain("secret");
    }

    @Test
    @Differs(
            cases = {"format_log_1", "format_log_2"},
            entry = "A report has one text, of bounded length")
    void aReportSaysWhatHappenedInATextOfBoundedLength() {
        m.from("idle", "much data ".repeat(10_000)).on("idle: ask crash", (_, _) -> null);
        ServerRef<ScriptRpc> machine = start();

        assertThatThrownBy(() -> machine.call(new Ask("crash"))).isInstanceOf(CallException.ServerExited.class);

        CrashReport report = skep.awaitCrash(NullPointerException.class);
        assertThat(report.text())
                .hasSizeLessThan(21_000)
                .startsWith("process " + machine.pid().orElseThrow() + " crashed")
                .contains("reason: java.lang.NullPointerException", "last message: formatted crash", "state: ")
                .contains("much data", "more characters");
    }

    // ---- The end -------------------------------------------------------------------------------------------------

    @Test
    @Covers({"undef_terminate1", "undef_terminate2"})
    void aMachineWithoutATerminateEndsForTheReasonThatItIsStoppedWith() {
        skep.allowCrashes(crash -> crash.reason().equals(ExitReason.because("test")));
        for (ExitReason reason : List.of(ExitReason.normal(), ExitReason.because("test"))) {
            ServerRef<PhoneRpc> phone = skep.start(PhoneStatem.spec());
            probe.monitor(phone.pid().orElseThrow());

            phone.stop(reason, ServerRef.FOREVER);

            assertThat(probe.awaitDown(phone.pid().orElseThrow())).isEqualTo(reason);
        }
    }

    @Test
    @Covers("undef_in_terminate")
    void aTerminateThatThrowsReplacesTheReasonOfAStop() {
        m.onTerminate((_, _) -> {
            throw new UnsupportedOperationException("terminate");
        });
        ServerRef<ScriptRpc> machine = start();

        assertThatThrownBy(machine::stop)
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageContaining("UnsupportedOperationException");

        skep.awaitCrash(UnsupportedOperationException.class);
    }
}
