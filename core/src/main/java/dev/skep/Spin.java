package dev.skep;

import org.jspecify.annotations.Nullable;

/// Whether it pays to look again for a moment before a thread waits or ends.
///
/// To park a virtual thread and to make it go on wakes another carrier if that has nothing to do: two to three
/// microseconds where it was measured. Two processes that talk to each other from two carriers would pay that for each
/// message, though the answer is there sooner. So who waits looks again for about as long, and keeps a record: after a
/// look in vain the next one, three, seven, up to 127 waits do without.
///
/// A record is an int: in the lower byte how many waits still do without, above it how many it were the last time.
final class Spin {
    /// How often to look. With a pause of the processor between two looks it takes about two microseconds.
    private static final int LOOKS = 100;

    private static final int MOST = 127;
    /// The record of who has never looked: most wait only a few times, and for something that takes longer.
    static final int NEW = 3 << 8 | 3;

    /// Whether there may be others who do something while a thread looks again and again.
    final boolean pays;
    /// The record of the threads that are no processes, all in one: a race loses a look or two.
    private int ofOthers = NEW;

    /// @param pays whether to look at all
    Spin(boolean pays) {
        this.pays = pays;
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
            int record = look(ofOthers, awaited::isDone);
            ofOthers = record;
            return record == 0; // not the field, which another thread may have written by now
        }
        if (worker.hasStarted) {
            worker.hasStarted = false;
            return false;
        }
        worker.spins = look(worker.spins, awaited::isDone);
        return worker.spins == 0;
    }

    /// Looks, if the record says that it may pay.
    ///
    /// @return the new record; zero if what is sought is there, and only then
    static int look(int record, Sought sought) {
        if ((record & MOST) > 0) {
            return record - 1;
        }
        for (int i = 0; i < LOOKS; i++) {
            if (sought.isThere()) {
                return 0;
            }
            Thread.onSpinWait();
        }
        int next = Math.min(MOST, 2 * (record >>> 8) + 1);
        return next << 8 | next;
    }
}
