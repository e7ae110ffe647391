package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Timer;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_asyncio_backend/test_msg_passing")
class TimerMessageTest {
    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    @Test
    @Covers({"test_send_after_basic", "test_send_after_to_named_process"})
    void aMessageComesWhenItsTimeHasCome(Testkit skep, VirtualClock clock, Probe probe) {
        Name<Object> name = Name.of("delayed_receiver");
        skep.node().register(name, probe.pid());

        skep.node().sendAfter(millis(100), probe.pid(), "by pid");
        skep.node().sendAfter(millis(100), name, "by name");

        clock.advance(millis(99));
        probe.refuteAny();
        clock.advance(millis(1));
        probe.expectNext("by pid");
        probe.expectNext("by name");
    }

    @Test
    @Covers({"test_send_after_multiple_timers", "test_multiple_timers_same_target"})
    void timersOfOneProcessRingInTheOrderOfTheirTimes(Testkit skep, VirtualClock clock, Probe probe) {
        skep.node().sendAfter(millis(50), probe.pid(), "A");
        skep.node().sendAfter(millis(100), probe.pid(), "B");
        skep.node().sendAfter(millis(50), probe.pid(), "C");
        skep.node().sendAfter(millis(150), probe.pid(), "D");
        skep.node().sendAfter(millis(20), probe.pid(), "E");

        clock.advance(millis(150));

        List.of("E", "A", "C", "B", "D").forEach(probe::expectNext);
        probe.refuteAny();
    }

    @Test
    @Covers({"test_cancel_timer_before_fire", "test_read_timer_cancelled", "test_cancel_timer_nonexistent"})
    void aTimerThatIsCancelledDoesNotRing(Testkit skep, VirtualClock clock, Probe probe) {
        Timer timer = skep.node().sendAfter(millis(150), probe.pid(), "delayed");
        clock.advance(millis(50));
        assertThat(timer.timeLeft()).contains(millis(100));

        assertThat(timer.cancel()).contains(millis(100));

        assertThat(timer.timeLeft()).isEmpty();
        assertThat(timer.cancel()).as("there is none any more").isEmpty();
        clock.advance(millis(150));
        probe.refuteAny();
    }

    @Test
    @Covers({"test_cancel_timer_after_fire", "test_read_timer_fired"})
    void aTimerThatHasRungCannotBeCancelled(Testkit skep, VirtualClock clock, Probe probe) {
        Timer timer = skep.node().sendAfter(millis(50), probe.pid(), "delayed");

        clock.advance(millis(50));

        assertThat(timer.timeLeft()).isEmpty();
        assertThat(timer.cancel()).isEmpty();
        probe.expectNext("delayed");
    }

    @Test
    @Covers("test_read_timer_active")
    void aTimerSaysHowMuchTimeIsLeft(Testkit skep, VirtualClock clock, Probe probe) {
        Timer timer = skep.node().sendAfter(millis(200), probe.pid(), "delayed");
        assertThat(timer.timeLeft()).contains(millis(200));

        clock.advance(millis(100));
        assertThat(timer.timeLeft()).contains(millis(100));
        clock.advance(millis(100));
        assertThat(timer.timeLeft()).isEmpty();
        probe.expectNext("delayed");
    }

    @Test
    @Covers("test_send_after_to_dead_process")
    void aTimerForTheDeadIsSilent(Testkit skep, VirtualClock clock) {
        Pid pid = skep.spawn(_ -> {});
        skep.awaitEnd(pid);

        Timer timer = skep.node().sendAfter(millis(50), pid, "delayed");
        clock.advance(millis(50));

        assertThat(timer.timeLeft()).isEmpty();
    }

    /// A message of which nothing is to be left.
    private record Note(int number) {}

    @Test
    @Covers("test_timer_cleanup_on_cancel")
    void nothingIsKeptOfCancelledTimers(Testkit skep, Probe probe) {
        List<Timer> timers = new ArrayList<>();
        List<WeakReference<Note>> notes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            notes.add(sendLater(skep, new Note(i), probe, timers));
        }
        assertThat(timers).allSatisfy(timer -> assertThat(timer.timeLeft()).isPresent());

        timers.forEach(Timer::cancel);
        timers.clear();
        skep.clock().advance(millis(1)); // the clock clears up when it ticks

        skep.await("their messages are garbage", () -> {
            System.gc();
            return notes.stream().allMatch(note -> note.refersTo(null));
        });
    }

    private static WeakReference<Note> sendLater(Testkit skep, Note note, Probe probe, List<Timer> timers) {
        timers.add(skep.node().sendAfter(millis(1000), probe.pid(), note));
        return new WeakReference<>(note);
    }

    @Test
    @Covers("test_timer_self_scheduling_pattern")
    void aProcessMakesItsNextTickWhenOneHasCome(Testkit skep, VirtualClock clock, Probe probe) {
        skep.spawn((Receiver<Object> self) -> {
            for (int tick = 1; tick <= 3; tick++) {
                self.sendAfter(millis(50), "tick");
                self.receive(String.class, "tick"::equals);
                probe.pid().send(tick);
            }
        });

        for (int tick = 1; tick <= 3; tick++) {
            clock.advance(millis(50));
            probe.expectNext(tick);
            probe.refuteAny();
        }
    }

    @Test
    @Covers("test_timer_with_complex_message")
    void aTimerSendsAnyMessage(Testkit skep, VirtualClock clock, Probe probe) {
        Map<String, Object> complex =
                Map.of("type", "timer_event", "data", Map.of("value", 42, "nested", List.of(1, 2, 3)));

        skep.node().sendAfter(millis(50), probe.pid(), complex);
        clock.advance(millis(50));

        probe.expectNext(complex);
    }
}
