package dev.skep;

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

    private Spin() {}

    /// What is looked for.
    interface Sought {
        boolean isThere();
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
