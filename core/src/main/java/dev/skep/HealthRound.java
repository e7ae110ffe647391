package dev.skep;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The processes that are checked at the same interval, spread over it: it is cut into 64 slices, and a single
/// alarm rings at the next one that has somebody in it. Only the clock's thread touches it.
final class HealthRound {
    private static final int SLICES = 64;
    /// So many in a row are in one slice.
    private static final int TOGETHER = 16;
    /// In nanoseconds; what is checked more rarely than every 73 years is not checked.
    private static final long LONGEST = Long.MAX_VALUE / 4;

    private final HealthChecks checks;
    private final long interval;
    private final long sliceLength;
    private final List<List<HealthWatch>> slices = new ArrayList<>(SLICES);
    /// A bit for each slice that is not empty.
    private long occupied;
    /// The slice that is looked at next, and when.
    private int next;

    private long due;
    private int added;
    private int size;
    private @Nullable Ring alarm;

    HealthRound(HealthChecks checks, long interval) {
        this.checks = checks;
        this.interval = interval;
        this.sliceLength = Math.max(1, Math.min(interval, LONGEST) / SLICES);
        for (int i = 0; i < SLICES; i++) {
            slices.add(new ArrayList<>(0));
        }
    }

    long interval() {
        return interval;
    }

    int size() {
        return size;
    }

    /// Adds a watch. The first few are due an interval from now, the next few half an interval, then three
    /// quarters, one quarter, and so on: however many there are, they are spread evenly. What is added in a row
    /// stays together, since it lies together in memory, and to look at it is little else than to wait for
    /// memory.
    void add(HealthWatch watch, long now) {
        int ahead = SLICES - (Integer.reverse(added++ / TOGETHER) >>> (Integer.SIZE - 6));
        long at = now + ahead * sliceLength;
        int slice;
        if (occupied == 0) {
            slice = 0;
            plan(slice, at);
        } else {
            long steps = Math.floorDiv(at - due, sliceLength);
            slice = Math.floorMod(next + steps, SLICES);
            if (steps < 0) {
                plan(slice, due + steps * sliceLength);
            }
        }
        List<HealthWatch> others = slices.get(slice);
        watch.enterRound(this, slice, others.size());
        others.add(watch);
        occupied |= 1L << slice;
        size++;
    }

    /// Removes a watch from its place; the last of its slice takes that.
    void remove(int slice, int index) {
        List<HealthWatch> others = slices.get(slice);
        HealthWatch last = others.removeLast();
        if (index < others.size()) {
            others.set(index, last);
            last.enterRound(this, slice, index);
        }
        size--;
        if (others.isEmpty()) {
            occupied &= ~(1L << slice);
            if (occupied == 0) {
                cancelAlarm();
                checks.ended(this);
            }
        }
    }

    private void plan(int slice, long at) {
        next = slice;
        due = at;
        cancelAlarm();
        alarm = new Ring();
        checks.node.timers.add(alarm, Math.max(0, at - checks.node.clock.nanoTime()));
    }

    private void cancelAlarm() {
        if (alarm != null) {
            checks.node.timers.cancel(alarm);
            alarm = null;
        }
    }

    private final class Ring extends Alarm {
        @Override
        void ring() {
            if (alarm == this) {
                alarm = null;
                lookAtAllThatIsDue();
            }
        }
    }

    private void lookAtAllThatIsDue() {
        long now = checks.node.clock.nanoTime();
        for (int looked = 0; looked < SLICES && occupied != 0 && due <= now; looked++) {
            lookAt(slices.get(next), now);
            if (occupied != 0) {
                int distance = Long.numberOfTrailingZeros(Long.rotateRight(occupied, next + 1)) + 1;
                next = (next + distance) & (SLICES - 1);
                due += distance * sliceLength;
            }
        }
        if (occupied != 0) {
            plan(next, due <= now ? now + sliceLength : due); // after a long pause nobody is looked at twice
        }
    }

    private static void lookAt(List<HealthWatch> slice, long now) {
        for (int i = slice.size() - 1; i >= 0; i--) { // from the end: those that are removed are replaced by the last
            HealthWatch watch = slice.get(i);
            if (watch.isOver()) {
                watch.leaveRound();
            } else {
                watch.look(now);
            }
        }
    }
}
