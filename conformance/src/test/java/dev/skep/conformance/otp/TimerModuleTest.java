package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Timer;
import dev.skep.Timers;
import dev.skep.conformance.Inside;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.coverage.NotApplicable;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("timer_simple_SUITE")
@NotApplicable(
        cases = {
            "apply_after3",
            "apply_after4",
            "cancel6",
            "nonexistent1",
            "nonexistent2",
            "send_interval5",
            "unexpected1",
            "unexpected2",
            "unexpected3"
        },
        because = "there is no timer server that could be ended, or be sent what it does not expect")
@Differs(
        cases = {"sleep1", "tc"},
        entry = "`timer:sleep`, `timer:tc`")
@Differs(cases = "cancel_invalid_args", entry = "Cancelling or reading what is no timer")
class TimerModuleTest {
    private static final Duration HALF = Duration.ofMillis(500);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ExitReason REASON = ExitReason.because("its time is up");
    private static final Name<Object> NAME = Name.of("target");

    /// How often the message has come, which is taken out of the mailbox.
    private static int received(Probe probe) {
        int count = probe.messages().size();
        IntStream.range(0, count).forEach(_ -> probe.expectNext("message"));
        return count;
    }

    // ---- Once ----------------------------------------------------------------------------------------------------

    @Test
    @Covers({"apply_after1", "apply_after2"})
    void aProcessIsStartedAfterItsTime(Node node, VirtualClock clock, Probe probe) {
        node.timers().applyAfter(Duration.ZERO, _ -> probe.pid().send("at once"));
        clock.advance(Duration.ZERO);
        probe.expectNext("at once");

        node.timers().applyAfter(HALF, _ -> probe.pid().send("later"));
        clock.advance(HALF.minusNanos(1));
        probe.refuteAny();
        clock.advance(Duration.ofNanos(1));
        probe.expectNext("later");
    }

    @Test
    @Covers({"send_after1", "send_after2", "send_after3"})
    void noDelaySendsAtOnce(Node node, Probe probe) {
        node.register(NAME, probe.pid());
        node.sendAfter(Duration.ZERO, probe.pid(), "by pid");
        node.sendAfter(Duration.ZERO, NAME, "by name");
        probe.expectNext("by pid");
        probe.expectNext("by name");
    }

    @Test
    @Covers({"send_after4", "send_after5", "send_after6", "send_after7"})
    void aMessageIsSentLaterToAPidOrToWhoHasTheNameThen(Node node, VirtualClock clock, Probe probe) {
        node.sendAfter(HALF, probe.pid(), "by pid");
        node.sendAfter(HALF, NAME, "by name");
        node.register(NAME, probe.pid());
        clock.advance(HALF.minusNanos(1));
        probe.refuteAny();
        clock.advance(Duration.ofNanos(1));
        probe.expectNext("by pid");
        probe.expectNext("by name");
    }

    @Test
    @Covers({"exit_after1", "kill_after1"})
    void aProcessIsSentAnExitSignalAfterItsTime(Testkit skep, Node node, VirtualClock clock, Probe probe) {
        Pid exits = skep.spawn(Inside::idle);
        Pid killed = skep.spawn(Inside::idle);
        probe.link(exits);
        probe.link(killed);
        node.timers().exitAfter(SECOND, exits, REASON);
        node.timers().killAfter(SECOND, killed);
        clock.advance(SECOND.minusNanos(1));
        probe.refuteAny();
        clock.advance(Duration.ofNanos(1));
        assertThat(probe.awaitExit(exits)).isEqualTo(REASON);
        assertThat(probe.awaitExit(killed)).isEqualTo(ExitReason.killed());
    }

    @Test
    @Covers({"exit_after2", "kill_after2", "exit_after4"})
    void whoHasANameIsSentAnExitSignalAfterItsTime(Testkit skep, Node node, VirtualClock clock, Probe probe) {
        Name<Object> other = Name.of("other");
        Pid exits = skep.spawn(Inside::idle);
        Pid killed = skep.spawn(Inside::idle);
        probe.link(exits);
        probe.link(killed);
        node.timers().exitAfter(SECOND, NAME, REASON);
        node.timers().killAfter(SECOND, other);
        node.timers().exitAfter(SECOND, Name.of("nobody"), REASON);
        node.register(NAME, exits);
        node.register(other, killed);
        clock.advance(SECOND);
        assertThat(probe.awaitExit(exits)).isEqualTo(REASON);
        assertThat(probe.awaitExit(killed)).isEqualTo(ExitReason.killed());
    }

    @Test
    @Covers({"exit_after3", "kill_after3"})
    void aProcessMayLimitItsOwnTime(Testkit skep, VirtualClock clock, Probe probe) {
        Pid exits = skep.spawn((Receiver<Object> self) -> {
            self.timers().exitAfter(SECOND, self.pid(), REASON);
            Inside.idle(self);
        });
        Pid killed = skep.spawn((Receiver<Object> self) -> {
            self.timers().killAfter(SECOND, self.pid());
            Inside.idle(self);
        });
        probe.link(exits);
        probe.link(killed);
        skep.settle();
        clock.advance(SECOND);
        assertThat(probe.awaitExit(exits)).isEqualTo(REASON);
        assertThat(probe.awaitExit(killed)).isEqualTo(ExitReason.killed());
    }

    // ---- Again and again -----------------------------------------------------------------------------------------

    @Test
    @Covers("apply_interval1")
    void processesAreStartedUntilTheTimerIsCancelled(Node node, VirtualClock clock, Probe probe) {
        Timer timer = node.timers().applyInterval(SECOND, _ -> probe.pid().send("message"));
        clock.advance(SECOND.multipliedBy(3));
        assertThat(received(probe)).isEqualTo(3);

        assertThat(timer.cancel()).contains(SECOND);
        clock.advance(SECOND.multipliedBy(3));
        probe.refuteAny();
    }

    @Test
    @Covers({"send_interval1", "send_interval2", "send_interval3", "send_interval4"})
    void aMessageIsSentAgainAndAgainToAPidOrToWhoHasTheName(Node node, VirtualClock clock, Probe probe) {
        node.register(NAME, probe.pid());
        List<Timer> timers = List.of(
                node.timers().sendInterval(SECOND, probe.pid(), "message"),
                node.timers().sendInterval(SECOND, NAME, "message"));
        probe.refuteAny();
        clock.advance(SECOND.multipliedBy(5));
        assertThat(received(probe)).isEqualTo(10);

        timers.forEach(timer -> assertThat(timer.cancel()).isPresent());
        clock.advance(SECOND.multipliedBy(5));
        probe.refuteAny();
    }

    @Test
    @Covers({"cancel4", "cancel5"})
    void afterCancellingOnlyOtherTimersRing(Node node, VirtualClock clock, Probe probe) {
        List<Timer> timers = List.of(
                node.timers().sendInterval(HALF, probe.pid(), "message"),
                node.timers().applyInterval(HALF, _ -> probe.pid().send("message")));
        clock.advance(HALF);
        assertThat(received(probe)).isEqualTo(2);

        timers.forEach(timer -> assertThat(timer.cancel()).isPresent());
        node.sendAfter(HALF.plusMillis(100), probe.pid(), "another");
        clock.advance(SECOND);
        probe.expectNext("another");
        probe.refuteAny();
    }

    // ---- Cancelling and bad input --------------------------------------------------------------------------------

    @Test
    @Covers({"cancel1", "cancel2", "cancel3"})
    void whatWasSentAtOnceCannotBeCancelledTheRestCan(Node node, VirtualClock clock, Probe probe) {
        assertThat(node.sendAfter(Duration.ZERO, probe.pid(), "message").cancel())
                .isEmpty();
        probe.expectNext("message");

        assertThat(node.sendAfter(SECOND, probe.pid(), "message").cancel()).contains(SECOND);
        assertThat(node.timers()
                        .applyAfter(SECOND, _ -> probe.pid().send("message"))
                        .cancel())
                .contains(SECOND);
        clock.advance(SECOND.multipliedBy(2));
        probe.refuteAny();
    }

    @Test
    @Covers({
        "apply_after_invalid_args",
        "apply_interval_invalid_args",
        "send_after_invalid_args",
        "send_interval_invalid_args"
    })
    void badInputIsRefused(Node node, Probe probe) {
        Timers timers = node.timers();
        Duration negative = Duration.ofMillis(-1);
        assertThatIllegalArgumentException().isThrownBy(() -> timers.applyAfter(negative, _ -> {}));
        assertThatNullPointerException().isThrownBy(() -> timers.applyAfter(SECOND, null));
        assertThatIllegalArgumentException().isThrownBy(() -> timers.applyInterval(negative, _ -> {}));
        assertThatIllegalArgumentException().isThrownBy(() -> timers.applyInterval(Duration.ZERO, _ -> {}));
        assertThatNullPointerException().isThrownBy(() -> timers.applyInterval(SECOND, null));
        assertThatIllegalArgumentException().isThrownBy(() -> node.sendAfter(negative, probe.pid(), "test"));
        assertThatIllegalArgumentException().isThrownBy(() -> node.sendAfter(negative, NAME, "test"));
        assertThatNullPointerException().isThrownBy(() -> node.sendAfter(SECOND, probe.pid(), null));
        assertThatIllegalArgumentException().isThrownBy(() -> timers.sendInterval(negative, probe.pid(), "test"));
        assertThatIllegalArgumentException().isThrownBy(() -> timers.sendInterval(negative, NAME, "test"));
        assertThatNullPointerException().isThrownBy(() -> timers.sendInterval(SECOND, (Pid) null, "test"));
        assertThatNullPointerException().isThrownBy(() -> timers.sendInterval(SECOND, probe.pid(), null));
    }

    // ---- Load, and real time -------------------------------------------------------------------------------------

    @Test
    @Covers("timer_perf")
    void manyTimersOfAllKindsRingAsOftenAsTheyShould(Node node, VirtualClock clock, Probe probe) {
        List<Timer> intervals = IntStream.of(10, 100, 1_000)
                .mapToObj(time -> node.timers().applyInterval(Duration.ofMillis(time), _ -> probe.pid()
                        .send("message")))
                .toList();
        IntStream.rangeClosed(1, 100).forEach(time -> node.timers()
                .applyAfter(Duration.ofMillis(time * 10L), _ -> probe.pid().send("message")));
        clock.advance(SECOND);
        assertThat(received(probe)).isEqualTo(100 + 10 + 1 + 100);
        intervals.forEach(Timer::cancel);
    }

    @Test
    @SkepTest
    @Covers("sleep2")
    void aProcessThatSleepsForVeryLongCanBeKilled(Testkit skep, Probe probe) {
        Pid sleeps = skep.spawn(_ -> Thread.sleep(0xffff_ffffL + 1));
        probe.monitor(sleeps);
        skep.node().timers().killAfter(Duration.ofMillis(1), sleeps);
        assertThat(probe.awaitDown(sleeps)).isEqualTo(ExitReason.killed());
    }
}
