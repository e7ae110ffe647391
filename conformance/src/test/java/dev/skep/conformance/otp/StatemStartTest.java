package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.Started;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.coverage.Waits;
import dev.skep.conformance.otp.PhoneStatem.PhoneRpc;
import dev.skep.statem.StatemSpec;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// How a state machine is started, named, linked, monitored and stopped.
@SkepTest(virtualTime = true)
@CasesOf("gen_statem_SUITE")
@Waits(
        cases = {"stop8", "stop9", "stop10"},
        because = "distribution over several nodes")
class StatemStartTest {
    private static final Name<PhoneRpc> NAME = Name.of("my_stm");

    /// On one node a local and a global name are the same; the other one is the key of a registry.
    static Name<?>[] names() {
        return new Name<?>[] {NAME, Name.via(new Numbers(), 7)};
    }

    private static void stopIt(ServerRef<PhoneRpc> phone) {
        assertThat(phone.call(new PhoneRpc.Stop(ExitReason.normal()))).isEqualTo("stopped");
        isGone(phone);
    }

    private static void isGone(ServerRef<PhoneRpc> phone) {
        assertThatThrownBy(() -> phone.call(new PhoneRpc.IsAlive()))
                .isInstanceOfAny(CallException.NoProcess.class, CallException.ServerExited.class);
    }

    // ---- Starts --------------------------------------------------------------------------------------------------

    @Test
    @Covers({"start1", "start2"})
    void worksWithoutANameAndStopsWhenAsked(Testkit skep, Probe probe) {
        for (ExitReason reason : new ExitReason[] {ExitReason.normal(), ExitReason.shutdown()}) {
            ServerRef<PhoneRpc> phone = skep.start(PhoneStatem.spec());
            PhoneStatem.works(phone, probe);

            assertThat(phone.call(new PhoneRpc.Stop(reason))).isEqualTo("stopped");

            assertThat(skep.awaitEnd(phone.pid().orElseThrow())).isEqualTo(reason);
            isGone(phone);
        }
        probe.refuteAny();
    }

    @Test
    @SkepTest(virtualTime = true)
    @Covers("start3")
    void mayTakeOnlySoLongToStart(Testkit skep, VirtualClock clock, Probe probe) throws Exception {
        Duration limit = Duration.ofMillis(5);
        ServerRef<PhoneRpc> quick = skep.start(PhoneStatem.spec().initTimeout(limit));
        PhoneStatem.works(quick, probe);
        ServerRef<PhoneRpc> neverAnswers = probe.ref();
        StatemSpec<PhoneRpc> slow =
                PhoneStatem.after(() -> neverAnswers.call(new PhoneRpc.IsAlive(), ServerRef.FOREVER));

        CompletableFuture<Started<ServerRef<PhoneRpc>>> start =
                AsProcess.begin(skep, self -> self.start(slow.initTimeout(limit)));
        clock.advance(limit.multipliedBy(2));

        assertThat(AsProcess.result(start))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason().toString()).contains("PT0.005S"));
    }

    @Test
    @Covers("start4")
    void mayAskToBeIgnored(Node node) {
        Started<ServerRef<PhoneRpc>> started = node.tryStart(PhoneStatem.after(() -> {
            throw new StartException.Ignore();
        }));

        assertThat(started).isEqualTo(new Started.Ignored<>());
    }

    @Test
    @Covers("start5")
    void mayFailWithAReason(Testkit skep, Node node) {
        skep.allowCrashes(crash -> crash.reason().equals(ExitReason.because("stopped")));

        Started<ServerRef<PhoneRpc>> started = node.tryStart(PhoneStatem.after(() -> {
            throw new ProcessExit(ExitReason.because("stopped"));
        }));

        assertThat(started)
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ExitReason.because("stopped")));
    }

    @Test
    @Covers("start6")
    void isLinkedToItsStarter(Testkit skep, Probe probe) throws Exception {
        AsProcess.run(skep, self -> {
            ServerRef<PhoneRpc> phone = self.startLink(PhoneStatem.spec()).orElseThrow();
            Pid pid = phone.pid().orElseThrow();
            assertThat(pid.info().orElseThrow().links()).containsExactly(self.pid());

            PhoneStatem.works(phone, probe);
            stopIt(phone);
            return null;
        });
        probe.refuteAny();
    }

    @ParameterizedTest
    @MethodSource("names")
    @Covers({"start7", "start8", "start9", "start10", "start12"})
    void hasANameThatNobodyElseCanHave(Name<PhoneRpc> name, Testkit skep, Probe probe) throws Exception {
        StatemSpec<PhoneRpc> spec = PhoneStatem.spec().named(name);
        AsProcess.run(skep, self -> {
            ServerRef<PhoneRpc> phone = self.startLink(spec).orElseThrow();
            isTaken(self, spec, phone.pid().orElseThrow());

            PhoneStatem.works(phone, probe);
            PhoneStatem.works(self.node().ref(name), probe);
            stopIt(self.node().ref(name));
            return null;
        });
        ServerRef<PhoneRpc> again = skep.start(spec);
        PhoneStatem.works(skep.node().ref(name), probe);
        stopIt(again);
        probe.refuteAny();
    }

    private static void isTaken(Self<?> self, StatemSpec<PhoneRpc> spec, Pid by) {
        Started<ServerRef<PhoneRpc>> taken = new Started.AlreadyStarted<>(by);
        assertThat(self.startLink(spec)).isEqualTo(taken);
        assertThat(self.start(spec)).isEqualTo(taken);
        assertThat(self.startMonitor(spec)).satisfies(outcome -> {
            assertThat(outcome.started()).isEqualTo(taken);
            assertThat(outcome.monitor()).isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    @Covers({"start7", "start9"})
    void isMonitoredFromItsStart(Name<PhoneRpc> name, Testkit skep, Probe probe) throws Exception {
        StatemSpec<PhoneRpc> spec = PhoneStatem.spec().named(name);
        AsProcess.run(skep, self -> {
            Self.StartedMonitored<ServerRef<PhoneRpc>> started = self.startMonitor(spec);
            ServerRef<PhoneRpc> phone = started.started().orElseThrow();
            Monitor monitor = started.monitor().orElseThrow();
            isTaken(self, spec, monitor.pid());

            PhoneStatem.works(phone, probe);
            stopIt(self.node().ref(name));

            assertThat(self.receive(Down.class)).isEqualTo(new Down(monitor, monitor.pid(), ExitReason.normal()));
            return null;
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    @Covers("start11")
    void theNameIsFreeWhenTheMachineHasStopped(Name<PhoneRpc> name, Testkit skep) {
        StatemSpec<PhoneRpc> spec = PhoneStatem.spec().named(name);
        ServerRef<PhoneRpc> byName = skep.node().ref(name);

        stopIt(ServerRef.of(skep.start(spec).pid().orElseThrow()));
        skep.start(spec);
        stopIt(byName);
        skep.start(spec);
        stopIt(byName);
    }

    // ---- Stops ---------------------------------------------------------------------------------------------------

    @Test
    @Covers({"stop1", "stop2"})
    void endsForTheReasonThatItIsStoppedWith(Testkit skep) {
        ServerRef<PhoneRpc> first = skep.start(PhoneStatem.spec());
        Pid pid = first.pid().orElseThrow();
        first.stop();
        assertThat(pid.isAlive()).isFalse();
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.normal());
        assertThatThrownBy(first::stop).isInstanceOf(CallException.NoProcess.class);

        skep.allowCrashes(crash -> crash.reason().equals(ExitReason.because("other reason")));
        ServerRef<PhoneRpc> second = skep.start(PhoneStatem.spec());
        second.stop(ExitReason.because("other reason"), ServerRef.FOREVER);
        assertThat(skep.awaitEnd(second.pid().orElseThrow())).isEqualTo(ExitReason.because("other reason"));
    }

    @Test
    @Covers("stop3")
    void isNotStoppedByABadTimeout(Testkit skep) {
        ServerRef<PhoneRpc> phone = skep.start(PhoneStatem.spec());

        assertThatThrownBy(() -> phone.stop(ExitReason.shutdown(), Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.001S");

        assertThat(phone.call(new PhoneRpc.IsAlive())).isEqualTo("yes");
        phone.stop();
        isGone(phone);
    }

    @ParameterizedTest
    @MethodSource("names")
    @Covers({"stop4", "stop5", "stop6", "stop7"})
    void isStoppedByItsName(Name<PhoneRpc> name, Testkit skep) {
        Pid pid = skep.start(PhoneStatem.spec().named(name)).pid().orElseThrow();
        ServerRef<PhoneRpc> byName = skep.node().ref(name);

        byName.stop();

        assertThat(pid.isAlive()).isFalse();
        assertThatThrownBy(byName::stop).isInstanceOf(CallException.NoProcess.class);
    }

    @Test
    @Covers("shutdown")
    void aShutdownIsNoCrashAndLeavesNothingBehind(Testkit skep, Probe probe) {
        ServerRef<PhoneRpc> phone = skep.start(PhoneStatem.spec());
        Pid pid = phone.pid().orElseThrow();
        probe.link(pid);
        PhoneStatem.works(phone, probe);

        assertThat(phone.call(new PhoneRpc.Stop(ExitReason.shutdown("reason")))).isEqualTo("stopped");

        assertThat(probe.awaitExit(pid)).isEqualTo(ExitReason.shutdown("reason"));
        isGone(phone);
        probe.refuteAny();
        assertThat(skep.crashes()).isEmpty();
    }

    @Test
    @Differs(cases = "enter_loop", entry = "A process cannot become a behaviour")
    void aMachineHasItsStarterForAParentAndEndsWithIt(Testkit skep, Probe probe) throws Exception {
        Pid phone = AsProcess.run(skep, self -> {
            ServerRef<PhoneRpc> started = self.startLink(PhoneStatem.spec()).orElseThrow();
            Pid pid = started.pid().orElseThrow();
            assertThat(pid.info().orElseThrow().ancestors().getFirst()).isEqualTo(self.pid());
            probe.monitor(pid);
            self.unlink(pid);
            pid.exit(ExitReason.shutdown());
            return pid;
        });

        assertThat(probe.awaitDown(phone)).isEqualTo(ExitReason.shutdown());
    }
}
