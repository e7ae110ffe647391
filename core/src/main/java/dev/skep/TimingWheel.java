package dev.skep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The timers of a node: a nursery in front of a hierarchical timing wheel.
///
/// Any thread adds an alarm by one compare-and-set on the nursery's stack. The clock's thread empties it
/// every millisecond or so, and files what is still pending; an alarm that was cancelled before that, as the
/// time limit of nearly every call is, never touches the wheel.
///
/// The wheel has 7 levels of 64 slots; a tick is 2^20 ns (1.05 ms), so it reaches 146 years. An alarm stands at
/// the level of the highest 6-bit digit in which its tick differs from the wheel's, and moves down as that
/// comes near. Filing, cancelling and ringing cost the same however many there are; a bitmap a level finds the
/// next occupied slot. Nothing rings early; what is due within the same tick rings in the order of its due time.
///
/// Source: G. Varghese and A. Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987; the levels by
/// exclusive-or are those of Tokio's timer.
final class TimingWheel {
    private static final int TICK_SHIFT = 20;
    private static final int LEVELS = 7;
    private static final int SLOTS = 64;
    private static final long LAST_TICK = (1L << (6 * LEVELS)) - 1;

    private final Clock clock;
    private final Consumer<Throwable> failures;
    private final long origin;
    /// In virtual time, what is due rings at once, not up to a tick later: an alarm stands in the slot of the tick in
    /// which it is due, and not of the next one, and stays there until it is due.
    private final boolean exact;
    private final AtomicReference<@Nullable Alarm> nursery = new AtomicReference<>();
    private final AtomicReference<@Nullable Alarm> cancelled = new AtomicReference<>();
    /// The clock's thread does not look again before this time.
    private volatile long plannedTick;
    /// When it looked last.
    private volatile long lastTick;

    // Only the clock's thread touches what follows.
    private final @Nullable Alarm[] heads = new Alarm[LEVELS * SLOTS];
    private final @Nullable Alarm[] tails = new Alarm[LEVELS * SLOTS];
    private final long[] occupied = new long[LEVELS];
    private final ArrayList<Alarm> due = new ArrayList<>();
    private long wheelTick;
    private int filedCount;
    /// The count of the last tick, for everybody.
    private volatile int filedAtTick;

    /// @param failures hears of what ringing has thrown
    TimingWheel(Clock clock, Consumer<Throwable> failures) {
        this.clock = clock;
        this.failures = failures;
        this.origin = clock.nanoTime();
        this.exact = clock.isVirtual();
        this.plannedTick = Long.MAX_VALUE;
        this.lastTick = origin;
    }

    /// Adds an alarm that rings in `delay` nanoseconds. From any thread.
    void add(Alarm alarm, long delay) {
        long now = clock.nanoTime() - origin;
        add(alarm, now, now + delay);
    }

    /// Adds an alarm that rings at `time`, which is later than `now`; both are the clock's. From any thread.
    void addAt(Alarm alarm, long time, long now) {
        add(alarm, now - origin, time - origin);
    }

    private void add(Alarm alarm, long now, long at) {
        alarm.due = at < 0 ? Long.MAX_VALUE : at;
        Alarm head;
        do {
            head = nursery.get();
            alarm.next = head;
        } while (!nursery.compareAndSet(head, alarm));
        // A first alarm must be seen before it is due, and soon enough for the nursery to stay small. If the
        // clock's thread is about to go to sleep, it looks at the nursery after it has published its plan.
        long planned = plannedTick;
        if (planned > alarm.due || (head == null && planned - now > Workers.LONG_NAP)) {
            clock.wake();
        }
    }

    /// Cancels an alarm. From any thread.
    ///
    /// @return the nanoseconds that were left, or -1 if it had rung or been cancelled before
    long cancel(Alarm alarm) {
        if (!alarm.tryCancel()) {
            return -1;
        }
        if (alarm.filed) {
            Alarm head;
            do {
                head = cancelled.get();
                alarm.nextCancelled = head;
            } while (!cancelled.compareAndSet(head, alarm));
        }
        return left(alarm);
    }

    /// Whether an alarm is pending, and due at `time`, the clock's, or before.
    boolean ringsBy(Alarm alarm, long time) {
        return alarm.isPending() && alarm.due <= time - origin;
    }

    /// The nanoseconds until a pending alarm is due; zero when it should ring any moment.
    long left(Alarm alarm) {
        return Math.max(0, alarm.due - (clock.nanoTime() - origin));
    }

    /// A time that has been reached for sure, at the price of one read of memory instead of one of the clock. While
    /// processes run, it is a millisecond behind, ten if they run for long; more only if the clock's thread has
    /// just been woken, or gets no processor. From any thread.
    long lastTick() {
        return lastTick;
    }

    /// Rings what is due. On the clock's thread.
    ///
    /// @return the clock's time of the next alarm, or `Long.MAX_VALUE`
    long tick() {
        long time = clock.nanoTime();
        lastTick = time;
        long now = time - origin;
        plannedTick = now; // who adds from here on need not wake anybody before `planned`
        file();
        unlinkCancelled();
        turn(now);
        filedAtTick = filedCount;
        return filedCount == 0 ? Long.MAX_VALUE : origin + nextTime();
    }

    private long nextTime() {
        long tick = nextTick();
        Alarm alarm = heads[(int) (tick & (SLOTS - 1))];
        if (!exact || tick > wheelTick || alarm == null) {
            return tick << TICK_SHIFT;
        }
        long earliest = alarm.due;
        for (; alarm != null; alarm = alarm.next) {
            earliest = Math.min(earliest, alarm.due);
        }
        return earliest;
    }

    /// Tells those who add when the next look is, and looks for those who were told nothing.
    ///
    /// @param next the clock's time of the next tick
    /// @return false if something was added in between: the caller ticks again
    boolean plan(long next) {
        plannedTick = next == Long.MAX_VALUE ? Long.MAX_VALUE : next - origin;
        return nursery.get() == null;
    }

    int pending() {
        return filedCount;
    }

    /// How many were pending after the last tick. From any thread.
    int pendingAtTick() {
        return filedAtTick;
    }

    private void file() {
        Alarm stack = nursery.getAndSet(null);
        Alarm oldestFirst = null;
        while (stack != null) {
            Alarm following = stack.next;
            stack.next = oldestFirst;
            oldestFirst = stack;
            stack = following;
        }
        while (oldestFirst != null) {
            Alarm alarm = oldestFirst;
            oldestFirst = alarm.next;
            alarm.next = null;
            if (alarm.isPending()) {
                alarm.filed = true;
                link(alarm);
                if (!alarm.isPending()) {
                    unlink(alarm);
                }
            }
        }
    }

    private void unlinkCancelled() {
        Alarm alarm = cancelled.getAndSet(null);
        while (alarm != null) {
            Alarm following = alarm.nextCancelled;
            alarm.nextCancelled = null;
            unlink(alarm);
            alarm = following;
        }
    }

    private void turn(long now) {
        long target = now >>> TICK_SHIFT;
        while (filedCount > 0) {
            long tick = nextTick();
            if (tick > target) {
                break;
            }
            wheelTick = Math.max(wheelTick, tick);
            boolean cascaded = false;
            for (int level = LEVELS - 1; level > 0; level--) {
                cascaded |= cascade(level);
            }
            if (!cascaded || (occupied[0] & bit(0)) != 0) {
                ringSlot((int) (wheelTick & (SLOTS - 1)), exact ? now : Long.MAX_VALUE);
                if (exact && tick == target) {
                    break; // what is still in the slot is due later within this tick
                }
            }
        }
        wheelTick = Math.max(wheelTick, target);
    }

    /// Moves the slot that the wheel has reached at `level` down to where its alarms belong now.
    private boolean cascade(int level) {
        if ((wheelTick & ((1L << (6 * level)) - 1)) != 0 || (occupied[level] & bit(level)) == 0) {
            return false;
        }
        int slot = level * SLOTS + digit(wheelTick, level);
        Alarm alarm = heads[slot];
        while (alarm != null) {
            Alarm following = alarm.next;
            unlink(alarm);
            link(alarm);
            alarm = following;
        }
        return true;
    }

    private void ringSlot(int slot, long now) {
        Alarm alarm = heads[slot];
        while (alarm != null) {
            Alarm following = alarm.next;
            if (alarm.due <= now) {
                unlink(alarm);
                due.add(alarm);
            }
            alarm = following;
        }
        if (due.size() > 1) {
            due.sort(Comparator.comparingLong(a -> a.due)); // stable: equal ones keep their order
        }
        for (int i = 0; i < due.size(); i++) {
            if (due.get(i).tryRing()) {
                try {
                    due.get(i).ring();
                } catch (Throwable thrown) { // the other timers must not suffer for it
                    failures.accept(thrown);
                }
            }
        }
        due.clear();
    }

    /// The earliest tick at which there is something to do: ring a slot of level 0, or cascade a higher one.
    private long nextTick() {
        long earliest = Long.MAX_VALUE;
        for (int level = 0; level < LEVELS; level++) {
            if (occupied[level] != 0) {
                int shift = 6 * level;
                int current = digit(wheelTick, level);
                long ahead = Long.rotateRight(occupied[level], current);
                long distance = Long.numberOfTrailingZeros(ahead);
                long tick = ((wheelTick >>> shift) + distance) << shift;
                earliest = Math.min(earliest, Math.max(tick, wheelTick));
            }
        }
        return earliest;
    }

    private static int digit(long tick, int level) {
        return (int) (tick >>> (6 * level)) & (SLOTS - 1);
    }

    private long bit(int level) {
        return 1L << digit(wheelTick, level);
    }

    private void link(Alarm alarm) {
        long roundUp = exact ? 0 : (1 << TICK_SHIFT) - 1;
        long up = alarm.due > (LAST_TICK << TICK_SHIFT) ? LAST_TICK : (alarm.due + roundUp) >>> TICK_SHIFT;
        long tick = Math.max(up, wheelTick);
        int level = (63 - Long.numberOfLeadingZeros((tick ^ wheelTick) | (SLOTS - 1))) / 6;
        int slot = level * SLOTS + digit(tick, level);
        Alarm tail = tails[slot];
        alarm.previous = tail;
        alarm.next = null;
        if (tail == null) {
            heads[slot] = alarm;
            occupied[level] |= 1L << (slot & (SLOTS - 1));
        } else {
            tail.next = alarm;
        }
        tails[slot] = alarm;
        alarm.slot = slot;
        filedCount++;
    }

    private void unlink(Alarm alarm) {
        int slot = alarm.slot;
        if (slot < 0) {
            return;
        }
        Alarm before = alarm.previous;
        Alarm after = alarm.next;
        if (before == null) {
            heads[slot] = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tails[slot] = before;
        } else {
            after.previous = before;
        }
        if (heads[slot] == null) {
            occupied[slot / SLOTS] &= ~(1L << (slot & (SLOTS - 1)));
        }
        alarm.previous = null;
        alarm.next = null;
        alarm.slot = -1;
        filedCount--;
    }
}
