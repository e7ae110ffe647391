package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Timeout;
import dev.skep.Timer;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("timer_bif_SUITE")
@NotApplicable(
        cases = {"suspended_scheduler_timeout", "multizero_timeout_in_timeout"},
        because = "it is about the timer wheels of the BEAM's schedulers, of which Skep has none")
class MessageTimersTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    /// More milliseconds than 31 bits hold.
    private static final Duration BIG = Duration.ofMillis(1L << 31);

    private static final Name<Object> NAME = Name.of("late");

    private static Duration ms(long number) {
        return Duration.ofMillis(number);
    }

    // ---- Ringing -------------------------------------------------------------------------------------------------

    @Test
    @Covers("start_timer_1")
    void aStartedTimerRingsInTimeOrIsCancelled(Node node, VirtualClock clock, Probe probe) {
        Timer rings = node.startTimer(SECOND, probe.pid(), "plopp");
        clock.advance(ms(999));
        probe.refuteAny();
        clock.advance(ms(1));
        probe.expectNext(new Timeout(rings, "plopp"));
        assertThat(rings.timeLeft()).isEmpty();
        assertThat(rings.cancel()).isEmpty();

        Timer cancelled = node.startTimer(SECOND, probe.pid(), "plapp");
        clock.advance(ms(300));
        assertThat(cancelled.cancel()).contains(ms(700));
        clock.advance(SECOND);
        probe.refuteAny();
        assertThat(cancelled.cancel()).isEmpty();
    }

    @Test
    @Covers("send_after_1")
    void aMessageIsSentAfterItsTime(Node node, VirtualClock clock, Probe probe) {
        Timer timer = node.sendAfter(SECOND, probe.pid(), "plipp");
        clock.advance(SECOND);
        probe.expectNext("plipp");
        assertThat(timer.timeLeft()).isEmpty();
    }

    @Test
    @Covers("send_after_2")
    void messagesComeInTheOrderOfTheirTimes(Node node, VirtualClock clock, Probe probe) {
        for (int time : List.of(5_000, 0, 200, 100, 500, 300, 400)) {
            node.sendAfter(ms(time), probe.pid(), time);
        }
        clock.advance(ms(5_000));
        List.of(0, 100, 200, 300, 400, 500, 5_000).forEach(probe::expectNext);
    }

    @Test
    @Covers({"start_timer_big", "send_after_big", "read_timer"})
    void longTimesAreExact(Node node, VirtualClock clock, Probe probe) {
        List<Timer> timers =
                List.of(node.startTimer(BIG, probe.pid(), "one"), node.sendAfter(BIG, probe.pid(), "two"));
        Timer last = node.sendAfter(BIG, probe.pid(), "three");
        clock.advance(ms(200));
        for (Timer timer : timers) {
            assertThat(timer.timeLeft()).contains(BIG.minusMillis(200));
            assertThat(timer.cancel()).contains(BIG.minusMillis(200));
            assertThat(timer.timeLeft()).isEmpty();
        }
        clock.advance(BIG.minusMillis(201));
        probe.refuteAny();
        clock.advance(ms(1));
        probe.expectNext("three");
        assertThat(last.timeLeft()).isEmpty();
    }

    @Test
    @Covers("evil_timers")
    void everyTimerRingsWithItsOwnMessage(Node node, VirtualClock clock, Probe probe) {
        record Message(List<Object> parts) {}
        Message message = new Message(List.of("text", List.of(probe.pid(), NAME), 333_333_333_333_333_333L));
        List<Timeout> expected = new ArrayList<>();
        for (int delay = 0; delay < 200; delay++) {
            expected.add(new Timeout(node.startTimer(ms(delay), probe.pid(), message), message));
        }
        clock.advance(ms(200));
        expected.forEach(probe::expectNext);
    }

    @Test
    @Covers("same_time_yielding")
    void anyNumberRingsAtTheSameTime(Node node, VirtualClock clock, Probe probe) {
        int number = 3_001;
        for (int each = 0; each < number; each++) {
            node.sendAfter(SECOND, probe.pid(), each);
        }
        clock.advance(SECOND.minusNanos(1));
        probe.refuteAny();
        clock.advance(Duration.ofNanos(1));
        IntStream.range(0, number).forEach(each -> probe.expect(Integer.class, value -> value == each));
        probe.refuteAny();
    }

    // ---- Cancelling ----------------------------------------------------------------------------------------------

    @Test
    @Covers("cancel_timer_sync")
    void cancellingTellsTheTimeLeftWhoeverDoesIt(Testkit skep, Node node, VirtualClock clock, Probe probe)
            throws Exception {
        for (boolean byAnother : new boolean[] {false, true}) {
            List<Timer> waiting = Stream.generate(() -> node.sendAfter(SECOND, probe.pid(), "cling"))
                    .limit(3)
                    .toList();
            List<Timer> rung = Stream.generate(() -> node.sendAfter(Duration.ZERO, probe.pid(), "pling"))
                    .limit(3)
                    .toList();
            Inside.Steps cancelAll = _ -> {
                waiting.forEach(timer -> assertThat(timer.cancel()).contains(SECOND));
                rung.forEach(timer -> assertThat(timer.cancel()).isEmpty());
            };
            if (byAnother) {
                Inside.process(skep, cancelAll);
            } else {
                waiting.forEach(timer -> assertThat(timer.cancel()).contains(SECOND));
                rung.forEach(timer -> assertThat(timer.cancel()).isEmpty());
            }
            rung.forEach(_ -> probe.expectNext("pling"));
            clock.advance(SECOND.multipliedBy(2));
            probe.refuteAny();
        }
    }

    @Test
    @Covers({"same_time_yielding_with_cancel", "same_time_yielding_with_cancel_other"})
    void aTimerThatIsCancelledWhenItIsDueRingsOrIsCancelled(Testkit skep, Node node, VirtualClock clock, Probe probe) {
        int number = 1_000;
        ConcurrentHashMap<Integer, Boolean> cancelled = new ConcurrentHashMap<>();
        Pid cancels = skep.spawn((Receiver<Object> self) -> {
            List<Timer> own = IntStream.range(0, number)
                    .mapToObj(each -> self.sendAfter(SECOND, each))
                    .toList();
            List<Timer> others = IntStream.range(0, number)
                    .mapToObj(each -> self.sendAfter(SECOND, probe.pid(), number + each))
                    .toList();
            self.sendAfter(SECOND, "cancel"); // rings at the same time, somewhere in between
            IntStream.range(0, number).forEach(each -> self.sendAfter(SECOND, number * 2 + each));
            self.receive(String.class);
            for (int each = 0; each < number; each++) {
                cancelled.put(each, own.get(each).cancel().isPresent());
                cancelled.put(number + each, others.get(each).cancel().isPresent());
            }
            for (int each = 0; each < number; each++) {
                int wanted = each;
                boolean came = self.receive(Integer.class, value -> value == wanted, Duration.ZERO)
                        .isPresent();
                assertThat(came).isNotEqualTo(cancelled.get(each));
            }
        });
        skep.settle();
        clock.advance(SECOND);

        assertThat(skep.awaitEnd(cancels)).isEqualTo(ExitReason.normal());
        skep.settle();
        for (int each = number; each < 2 * number; each++) {
            assertThat(probe.messages().contains(each)).isNotEqualTo(cancelled.get(each));
        }
    }

    @Test
    @Differs(cases = "read_timer_async", entry = "`{async, true}`, with the answer as a message")
    void readingAndCancellingNeverWait(Node node, VirtualClock clock, Probe probe) {
        Timer timer = node.sendAfter(BIG, probe.pid(), "never");
        clock.advance(ms(200));
        assertThat(timer.timeLeft()).contains(BIG.minusMillis(200));
        assertThat(timer.cancel()).contains(BIG.minusMillis(200));
        assertThat(timer.timeLeft()).isEmpty();
        probe.refuteAny();
    }

    @Test
    @Differs(
            cases = {"cancel_timer_1", "cancel_timer_e", "read_timer_trivial"},
            entry = "Cancelling or reading what is no timer")
    void aTimerThatIsOverIsAsGoodAsNone(Node node, Probe probe) {
        Timer timer = node.sendAfter(SECOND, probe.pid(), "never");
        assertThat(timer.cancel()).contains(SECOND);
        assertThat(timer.cancel()).isEmpty();
        assertThat(timer.timeLeft()).isEmpty();
    }

    // ---- Targets -------------------------------------------------------------------------------------------------

    @Test
    @Covers({"start_timer_e", "send_after_e"})
    void timesAndTargetsThatMakeNoSenseAreRefused(Testkit skep, Node node) throws Exception {
        Pid pid = Inside.dead(skep);
        assertThatIllegalArgumentException().isThrownBy(() -> node.startTimer(ms(-4), pid, "hej"));
        assertThatIllegalArgumentException().isThrownBy(() -> node.sendAfter(ms(-4), pid, "hej"));
        assertThatIllegalArgumentException().isThrownBy(() -> node.startTimer(ms(-4), NAME, "hej"));
        assertThatNullPointerException().isThrownBy(() -> node.startTimer(null, pid, "hej"));
        assertThatNullPointerException().isThrownBy(() -> node.sendAfter(SECOND, (Pid) null, "hej"));
        assertThatNullPointerException().isThrownBy(() -> node.sendAfter(SECOND, (Name<?>) null, "hej"));
        assertThatNullPointerException().isThrownBy(() -> node.startTimer(SECOND, pid, null));
        Inside.process(skep, self -> {
            assertThatIllegalArgumentException().isThrownBy(() -> self.startTimer(ms(-4), "hej"));
            assertThatIllegalArgumentException().isThrownBy(() -> self.sendAfter(ms(-4), "hej"));
        });
    }

    @Test
    @Covers("cleanup")
    void aTimerForAProcessThatHasEndedIsOver(Testkit skep, Node node) {
        Pid dead = Inside.dead(skep);
        assertThat(node.startTimer(SECOND, dead, "hej").timeLeft()).isEmpty();
        assertThat(node.sendAfter(SECOND, dead, "hej").timeLeft()).isEmpty();

        Pid target = skep.spawn(Inside::idle);
        List<Timer> timers = List.of(node.startTimer(SECOND, target, "hej"), node.sendAfter(SECOND, target, "hej"));
        timers.forEach(timer -> assertThat(timer.timeLeft()).contains(SECOND));
        target.exit(ExitReason.kill());
        skep.awaitEnd(target);
        timers.forEach(timer -> assertThat(timer.timeLeft()).isEmpty());
        timers.forEach(timer -> assertThat(timer.cancel()).isEmpty());
    }

    @Test
    @Covers("auto_cancel_yielding")
    void theTimersOfAProcessEndWithIt(Testkit skep) {
        List<Timer> timers = new ArrayList<>();
        Pid owner = skep.spawn((Receiver<Object> self) -> {
            IntStream.range(0, 3_000).forEach(each -> timers.add(self.startTimer(BIG.plusMillis(each), "hej")));
            self.receive();
        });
        skep.settle();
        assertThat(timers).hasSize(3_000).allSatisfy(timer -> assertThat(timer.timeLeft()).isPresent());

        owner.exit(ExitReason.because("bang"));
        skep.awaitEnd(owner);
        assertThat(timers).allSatisfy(timer -> assertThat(timer.timeLeft()).isEmpty());
    }

    @Test
    @Covers("registered_process")
    void aNameIsLookedUpWhenTheTimerRings(Node node, VirtualClock clock, Probe probe) {
        List<Timer> cancelled = List.of(node.startTimer(SECOND, NAME, "hej"), node.sendAfter(SECOND, NAME, "hej"));
        cancelled.forEach(timer -> assertThat(timer.cancel()).contains(SECOND));

        Timer wrapped = node.startTimer(SECOND, NAME, "hej");
        Timer plain = node.sendAfter(SECOND, NAME, "hopp");
        clock.advance(ms(500));
        assertThat(wrapped.timeLeft()).contains(ms(500));
        node.register(NAME, probe.pid());
        clock.advance(ms(500));
        probe.expectNext(new Timeout(wrapped, "hej"));
        probe.expectNext("hopp");
        assertThat(plain.timeLeft()).isEmpty();

        node.sendAfter(SECOND, NAME, "lost");
        node.unregister(NAME);
        clock.advance(SECOND);
        probe.refuteAny();
    }
}
