package dev.skep;

import org.jspecify.annotations.Nullable;

/// Whether it pays to look again for a moment before a thread waits or ends.
///
/// It does not where others are ready who could have the carrier meanwhile. The clock's thread, which counts who has
/// done something since its last look, says when that is likely.
///
/// To park a virtual thread and to make it go on wakes another carrier if that has nothing to do: two to three
/// microseconds where it was measured. Two processes that talk to each other from two carriers would pay that for each
/// message, though the answer is there sooner. So who waits looks again for about as long, and keeps a record: after a
/// look in vain the next one, three, seven, up to 1,023 waits do without.
///
/// A record is an int: in its lowest bits how many waits still do without a look; above it how many it were the last
/// time; above that the credit of the last looks, of which each that has paid makes up for a quarter of one in vain.
/// So two who are brought out of step, by a tick of the clock, say, find each other again, and do not both turn to
/// parking. The sign bit says that the last look has found what it was for.
final class Spin {
    /// How often to look. With a pause of the processor between two looks it takes about eight microseconds, as long as
    /// to park, to be woken on another carrier and to go on.
    private static final int LOOKS = 400;

    private static final int FOUND = 1 << 31;
    /// Where the last number of waits without a look begins.
    private static final int LAST = 10;
    /// The most waits without a look: so many that the looks in vain of who always waits for long are a hundredth of
    /// what it does.
    private static final int MOST = (1 << LAST) - 1;
    /// Where the credit begins. A look in vain is made up for by so many that have paid.
    private static final int CREDIT = 2 * LAST;

    private static final int PRICE = 4;
    private static final int MOST_CREDIT = 15;
    /// The record of who has never looked: most wait only a few times, and for something that takes longer.
    static final int NEW = 3 << LAST | 3;

    /// Whether there may be others who do something while a thread looks again and again.
    final boolean pays;
    /// The record of the threads that are no processes, all in one: a race loses a look or two.
    private int ofOthers = NEW;
    /// The record of the behaviours that have just started: each does so once.
    private int ofStarted = NEW;

    /// How many workers may be active at once before some of them have to wait for a carrier: of two who talk to each
    /// other one waits for the other.
    private final int room;
    /// More are active. Written by the clock's thread.
    private volatile boolean crowded;

    /// @param pays whether to look at all
    /// @param carriers on how many carriers
    Spin(boolean pays, int carriers) {
        this.pays = pays;
        this.room = 2 * carriers;
    }

    /// So many workers have done something since the last look at them. On the clock's thread.
    void seen(int active) {
        boolean now = active > room;
        if (crowded != now) {
            crowded = now;
        }
    }

    /// Whether others are likely to be ready, so that a carrier is not to be kept.
    boolean isCrowded() {
        return crowded;
    }

    /// What is looked for.
    interface Sought {
        boolean isThere();
    }

    /// Looks again whether a thread has to wait at all.
    ///
    /// @param worker the thread's worker; null for none
    boolean comesSoon(Blocking.Awaited awaited, @Nullable Worker worker) {
        if (!pays) {
            return false;
        }
        if (worker == null) {
            int record = look(ofOthers, awaited);
            ofOthers = record;
            return hasFound(record); // not the field, which another thread may have written by now
        }
        if (crowded || worker.hasStarted || worker.isTurnOver()) {
            return false; // what it has started may need the carrier that this thread has
        }
        worker.spins = look(worker.spins, awaited);
        return hasFound(worker.spins);
    }

    /// Looks again for who has not looked before others could have its carrier.
    boolean comesAfterPause(Blocking.Awaited awaited, @Nullable Worker worker) {
        if (worker == null || !worker.hasStarted) {
            return false;
        }
        worker.hasStarted = false;
        return comesSoon(awaited, worker);
    }

    /// Looks again whether a process that has just started has something to do.
    boolean comesAfterStart(Sought sought) {
        if (crowded) {
            return false;
        }
        int record = look(ofStarted, sought);
        ofStarted = record;
        return hasFound(record);
    }

    /// Looks, if the record says that it may pay.
    ///
    /// @return the new record
    static int look(int record, Sought sought) {
        if (doesWithout(record)) {
            return withoutLook(record);
        }
        for (int i = 0; i < LOOKS; i++) {
            if (sought.isThere()) {
                return afterFinding(record);
            }
            Thread.onSpinWait();
        }
        return afterNothing(record);
    }

    /// Looks once, after others have had the carrier, if the record says that it may pay.
    ///
    /// @return the new record
    static int lookAfterOthers(int record, Sought sought, Worker worker) {
        if (doesWithout(record)) {
            return withoutLook(record);
        }
        worker.pause(worker.node.scheduler);
        return sought.isThere() ? afterFinding(record) : afterNothing(record);
    }

    private static boolean doesWithout(int record) {
        return (record & MOST) > 0;
    }

    private static int withoutLook(int record) {
        return (record & ~FOUND) - 1;
    }

    private static int credit(int record) {
        return (record & ~FOUND) >>> CREDIT;
    }

    private static int afterFinding(int record) {
        return FOUND | Math.min(credit(record) + 1, MOST_CREDIT) << CREDIT;
    }

    private static int afterNothing(int record) {
        int credit = credit(record);
        if (credit >= PRICE) {
            return (credit - PRICE) << CREDIT;
        }
        int next = Math.min(MOST, 2 * ((record >>> LAST) & MOST) + 1);
        return next << LAST | next;
    }

    /// Whether the look that has left this record has found what it was for.
    static boolean hasFound(int record) {
        return record < 0;
    }
}
