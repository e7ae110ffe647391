package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The timers of a node in virtual time.
class TimingWheelTest {
    /// The length of a tick, in nanoseconds: nothing rings later than this after it is due.
    private static final long TICK = 1L << 20;

    private final VirtualTime clock = new VirtualTime(false);
    private final TimingWheel timers =
            new TimingWheel(clock, failure -> failures().add(failure));
    private final List<Throwable> failed = new ArrayList<>();
    private final List<Bell> rung = new ArrayList<>();

    private List<Throwable> failures() {
        return failed;
    }

    /// A clock that a test sets.
    private static final class VirtualTime implements Clock {
        long now = 5_000_000_000L;
        boolean woken;
        private final boolean virtual;

        VirtualTime(boolean virtual) {
            this.virtual = virtual;
        }

        @Override
        public boolean isVirtual() {
            return virtual;
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void start(String node, Ticker ticker) {}

        @Override
        public void wake() {
            woken = true;
        }

        @Override
        public void stop() {}
    }

    private final class Bell extends Alarm {
        final long dueAt;
        final int number;
        long rungAt = -1;

        Bell(long delay, int number) {
            long at = clock.now + delay;
            this.dueAt = at < 0 ? Long.MAX_VALUE : at;
            this.number = number;
            timers.add(this, delay);
        }

        @Override
        void ring() {
            assertThat(rungAt).as("rings once").isNegative();
            rungAt = clock.now;
            rung.add(this);
        }
    }

    /// Ticks whenever the timers want to, as the clock's thread does, until a time.
    private void runUntil(long end) {
        while (true) {
            long next = timers.tick();
            if (!timers.plan(next)) {
                continue;
            }
            clock.woken = false;
            if (next > end) {
                break;
            }
            assertThat(next).as("time goes forward").isGreaterThan(clock.now);
            clock.now = next;
        }
        clock.now = Math.max(clock.now, end);
        timers.tick();
    }

    private void runFor(long nanos) {
        runUntil(clock.now + nanos);
    }

    private static void assertOnTime(Bell bell) {
        assertThat(bell.rungAt)
                .as("due at %d", bell.dueAt)
                .isGreaterThanOrEqualTo(bell.dueAt)
                .isLessThan(bell.dueAt + 2 * TICK);
    }

    @Test
    void aTimerRingsWhenItIsDueAndNotBefore() {
        Bell bell = new Bell(10 * TICK, 0);
        runFor(10 * TICK - 1);
        assertThat(bell.rungAt).isNegative();
        runFor(2 * TICK);
        assertOnTime(bell);
        assertThat(timers.pending()).isZero();
    }

    @Test
    void aTimerThatIsDueAtOnceRingsAtTheNextTick() {
        Bell bell = new Bell(0, 0);
        runFor(TICK);
        assertOnTime(bell);
    }

    /// Each digit of a due tick selects a slot of a level: these are the ticks at which a digit carries.
    @Test
    void timersOnBothSidesOfEveryLevelsBoundaryRingOnTimeAndInOrder() {
        List<Bell> bells = new ArrayList<>();
        for (int level = 0; level < 7; level++) {
            long span = 1L << (6 * level);
            for (long multiple : new long[] {1, 2, 31, 32, 33, 62, 63, 64}) {
                for (long offset : new long[] {-1, 0, 1}) {
                    for (long nanos : new long[] {-1, 0, 1}) {
                        long ticks = multiple * span + offset;
                        if (ticks >= 0 && ticks < 1L << 41) {
                            bells.add(new Bell(Math.max(0, ticks * TICK + nanos), bells.size()));
                        }
                    }
                }
            }
        }
        runFor((1L << 41) * TICK);
        assertThat(rung).hasSameSizeAs(bells);
        bells.forEach(TimingWheelTest::assertOnTime);
        bells.sort(Comparator.comparingLong(bell -> bell.dueAt)); // stable
        assertThat(rung).containsExactlyElementsOf(bells);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 63, 64, 4095, 4096, 262_143, 262_144, 16_777_215, 16_777_216, 1_073_741_823})
    void timersSetAtAnyTimeCascadeRightly(long startTick) {
        runFor(startTick * TICK);
        List<Bell> bells = new ArrayList<>();
        for (int shift = 0; shift < 36; shift++) {
            bells.add(new Bell((1L << shift) * TICK, bells.size()));
            bells.add(new Bell((1L << shift) * TICK - 1, bells.size()));
        }
        runFor((1L << 36) * TICK);
        assertThat(rung).hasSameSizeAs(bells);
        bells.forEach(TimingWheelTest::assertOnTime);
    }

    @Test
    void timersOfTheSameMomentRingInTheOrderInWhichTheyWereSet() {
        List<Bell> bells = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            bells.add(new Bell(70 * TICK, i));
        }
        runFor(72 * TICK);
        assertThat(rung).isEqualTo(bells);
    }

    @Test
    void timersOfTheSameTickRingInTheOrderOfTheirDueTimes() {
        List<Bell> bells = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            bells.add(new Bell(70 * TICK + 1000 - i, i));
        }
        runFor(72 * TICK);
        assertThat(rung).isEqualTo(bells.reversed());
    }

    @Test
    void aTimerCancelledBeforeTheWheelHasSeenItNeverRings() {
        Bell bell = new Bell(10 * TICK, 0);
        assertThat(timers.cancel(bell)).isEqualTo(10 * TICK);
        assertThat(timers.cancel(bell)).isEqualTo(-1);
        runFor(20 * TICK);
        assertThat(rung).isEmpty();
    }

    @Test
    void aTimerCancelledInTheWheelNeverRingsAndLeavesIt() {
        for (long ticks : new long[] {1, 10, 100, 10_000, 1_000_000, 100_000_000_000L}) {
            Bell bell = new Bell(ticks * TICK, 0);
            timers.tick();
            assertThat(timers.pending()).isEqualTo(1);
            clock.now += 5;
            assertThat(timers.left(bell)).isEqualTo(ticks * TICK - 5);
            assertThat(timers.cancel(bell)).isEqualTo(ticks * TICK - 5);
            assertThat(timers.cancel(bell)).isEqualTo(-1);
            timers.tick();
            assertThat(timers.pending()).isZero();
        }
        runFor(1_000_001 * TICK);
        assertThat(rung).isEmpty();
    }

    @Test
    void aTimerThatHasRungCannotBeCancelled() {
        Bell bell = new Bell(TICK, 0);
        runFor(3 * TICK);
        assertThat(timers.cancel(bell)).isEqualTo(-1);
        assertThat(timers.left(bell)).isZero();
    }

    @Test
    void aTimerOfTheFarFutureStaysOutOfTheWay() {
        Bell never = new Bell(Long.MAX_VALUE, 0);
        Bell century = new Bell(100L * 365 * 24 * 3600 * 1_000_000_000L, 1);
        Bell soon = new Bell(TICK, 2);
        runFor(3 * TICK);
        assertThat(rung).containsExactly(soon);
        runFor(99L * 365 * 24 * 3600 * 1_000_000_000L);
        assertThat(rung).containsExactly(soon);
        runFor(366L * 24 * 3600 * 1_000_000_000L);
        assertOnTime(century);
        assertThat(never.rungAt).isNegative();
        assertThat(timers.cancel(never)).isPositive();
    }

    @Test
    void aClockThatSleepsPastManyTimersRingsThemInOrder() {
        for (int i = 0; i < 1000; i++) {
            new Bell((i * 7919L % 1000) * 300 * TICK, i);
        }
        timers.tick();
        clock.now += 400_000 * TICK; // a suspended machine
        timers.tick();
        assertThat(rung).hasSize(1000).isSortedAccordingTo(Comparator.comparingLong(bell -> bell.dueAt));
    }

    @Test
    void aTimerSetByATimerRings() {
        List<Long> times = new ArrayList<>();
        class Again extends Alarm {
            @Override
            void ring() {
                times.add(clock.now);
                if (times.size() < 100) {
                    timers.add(new Again(), TICK);
                }
            }
        }
        timers.add(new Again(), 0);
        runFor(300 * TICK);
        assertThat(times).hasSize(100).isSorted();
    }

    @Test
    void aTimerThatThrowsHurtsNoOther() {
        RuntimeException failure = new IllegalStateException("on purpose");
        timers.add(
                new Alarm() {
                    @Override
                    void ring() {
                        throw failure;
                    }
                },
                TICK);
        Bell other = new Bell(TICK, 0);
        Bell later = new Bell(2 * TICK, 0);
        runFor(4 * TICK);
        assertThat(rung).containsExactly(other, later);
        assertThat(failed).containsExactly(failure);
    }

    @Test
    void millionsOfTimersRingOrAreCancelled() {
        int many = 2_000_000;
        Random random = new Random(42);
        List<Bell> bells = new ArrayList<>(many);
        for (int i = 0; i < many; i++) {
            bells.add(new Bell(random.nextLong(3600L * 1_000_000_000L), i));
            if (i % 100_000 == 0) {
                timers.tick();
            }
        }
        int cancelled = 0;
        for (int i = 0; i < many; i += 2) {
            if (timers.cancel(bells.get(i)) >= 0) {
                cancelled++;
            }
        }
        assertThat(cancelled).isEqualTo(many / 2);
        timers.tick();
        assertThat(timers.pending()).isEqualTo(many / 2);
        runFor(3601L * 1_000_000_000L);
        assertThat(rung.size()).isEqualTo(many / 2);
        assertThat(rung.stream().allMatch(bell -> bell.rungAt >= bell.dueAt && bell.rungAt < bell.dueAt + 2 * TICK))
                .isTrue();
        assertThat(timers.pending()).isZero();
    }

    /// The model: a set sorted by due time, then by number.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void theWheelDoesWhatASortedSetDoes(long seed) {
        Random random = new Random(seed);
        TreeSet<Bell> model =
                new TreeSet<>(Comparator.<Bell>comparingLong(bell -> bell.dueAt).thenComparingInt(bell -> bell.number));
        int number = 0;
        for (int step = 0; step < 3000; step++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> model.add(new Bell(random.nextLong(1L << random.nextInt(1, 60)), number++));
                case 2 -> {
                    if (!model.isEmpty()) {
                        Bell any = random.nextBoolean() ? model.first() : model.last();
                        boolean pending = any.rungAt < 0;
                        assertThat(timers.cancel(any) >= 0).isEqualTo(pending);
                        model.remove(any);
                    }
                }
                default -> {
                    rung.clear();
                    runFor(random.nextLong(1L << random.nextInt(1, 45)));
                    List<Bell> expected = new ArrayList<>();
                    while (!model.isEmpty() && rung.contains(model.first())) {
                        expected.add(model.pollFirst());
                    }
                    assertThat(rung).as("seed %d step %d", seed, step).isEqualTo(expected);
                    expected.forEach(TimingWheelTest::assertOnTime);
                    if (!model.isEmpty()) {
                        assertThat(model.first().dueAt).isGreaterThan(clock.now - TICK);
                    }
                }
            }
        }
    }

    // ---- Waking the clock's thread -------------------------------------------------------------------------------

    @Test
    void whoSetsATimerThatIsDueBeforeTheNextLookWakesTheClock() {
        sleepUntilPlanned();
        Bell hour = new Bell(3600L * 1_000_000_000L, 0);
        assertThat(clock.woken).as("the first while nobody looks").isTrue();
        sleepUntilPlanned();
        assertThat(timers.left(hour)).isPositive();

        Bell minute = new Bell(60L * 1_000_000_000L, 1);
        assertThat(clock.woken).as("earlier than all others").isTrue();
        sleepUntilPlanned();
        assertThat(timers.left(minute)).isPositive();
    }

    @Test
    void whoSetsATimerWhileTheClocksThreadTicksIsSeenBeforeItSleeps() {
        long next = timers.tick();
        Bell late = new Bell(TICK, 0);
        assertThat(timers.plan(next)).as("it has to look again").isFalse();
        runFor(3 * TICK);
        assertOnTime(late);
    }

    private void sleepUntilPlanned() {
        long next = timers.tick();
        assertThat(timers.plan(next)).isTrue();
        clock.woken = false;
    }

    /// A clock whose time is virtual: what rings, rings in the nanosecond in which it is due.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void inVirtualTimeEverythingRingsExactlyWhenItIsDue(long seed) {
        VirtualTime virtual = new VirtualTime(true);
        TimingWheel exact = new TimingWheel(virtual, failure -> failed.add(failure));
        Random random = new Random(seed);
        List<Long> rungAt = new ArrayList<>();
        List<Long> dueAt = new ArrayList<>();
        long[] spans = {1, 1 << 10, TICK, TICK * 64, TICK * 64 * 64, TICK * 64 * 64 * 64};
        for (int i = 0; i < 2000; i++) {
            long delay = 1 + (long) (random.nextDouble() * spans[random.nextInt(spans.length)] * 3);
            long wanted = virtual.now + delay;
            Alarm alarm = new Alarm() {
                @Override
                void ring() {
                    rungAt.add(virtual.now);
                    dueAt.add(wanted);
                }
            };
            exact.add(alarm, delay);
            if (random.nextInt(10) == 0) {
                exact.cancel(alarm);
                i--;
            }
            if (random.nextInt(4) == 0) {
                virtual.now = Math.max(virtual.now, Math.min(exact.tick(), virtual.now + delay));
            }
        }
        long next = exact.tick();
        while (next != Long.MAX_VALUE) {
            assertThat(next).as("time goes on").isGreaterThan(virtual.now);
            virtual.now = next;
            next = exact.tick();
        }
        assertThat(failed).isEmpty();
        assertThat(rungAt).hasSize(2000).isEqualTo(dueAt);
    }
}
