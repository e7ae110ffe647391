package dev.skep;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The living processes of a node, by id.
///
/// A process stands at the place `id mod capacity`; ids whose place is taken are passed over, so adding is one
/// compare-and-set, and removing one store. When half the places are taken, the capacity doubles: the old places
/// stay as they are, in segments that together make the larger table, and a process that was added under a smaller
/// capacity is found under that one. Source: the process table of Erlang/OTP, which has a fixed capacity.
final class ProcessTable {
    private static final int FIRST = 1 << 10;
    private static final int FIRST_BITS = 10;

    /// So many numbers apart, two counters are on different lines of memory.
    private static final int LINE = 16;
    /// The last id.
    private static final int IDS = LINE;
    /// How many ids were passed over.
    private static final int PASSED_OVER = LINE + 1;

    /// What those who spawn count, away from what those who end count: these are mostly on other processors, and
    /// each would fetch the line from the other.
    private final AtomicLongArray spawns = new AtomicLongArray(3 * LINE);

    private final LongAdder removed = new LongAdder();
    /// Segment 0 has FIRST places, segment k > 0 has FIRST << (k - 1). Replaced when it grows, under this object's
    /// monitor.
    private volatile List<AtomicReferenceArray<@Nullable Process>> segments =
            List.of(new AtomicReferenceArray<>(FIRST));

    /// Adds a process and gives it its id.
    void add(Process process) {
        while (true) {
            long id = spawns.incrementAndGet(IDS);
            long capacity = capacity(segments);
            if ((id & 63) == 0 && size() > capacity / 2) {
                grow(capacity);
                capacity = capacity(segments);
            }
            process.id = id;
            if (place(segments, id & (capacity - 1), process)) {
                return;
            }
            spawns.incrementAndGet(PASSED_OVER);
        }
    }

    /// Removes a process, once. Nobody else writes to a place that is taken, so a store is enough.
    void remove(Process process) {
        List<AtomicReferenceArray<@Nullable Process>> all = segments;
        for (long capacity = capacity(all); capacity >= FIRST; capacity >>= 1) {
            long index = process.id & (capacity - 1);
            int segment = segmentOf(index);
            int offset = offset(index, segment);
            if (all.get(segment).getAcquire(offset) == process) {
                all.get(segment).setRelease(offset, null);
                removed.increment();
                return;
            }
        }
    }

    @Nullable
    Process find(long id) {
        List<AtomicReferenceArray<@Nullable Process>> all = segments;
        for (long capacity = capacity(all); capacity >= FIRST; capacity >>= 1) {
            long index = id & (capacity - 1);
            int segment = segmentOf(index);
            Process process = all.get(segment).get(offset(index, segment));
            if (process != null && process.id == id) {
                return process;
            }
        }
        return null;
    }

    /// All processes, oldest first.
    List<Pid> list() {
        List<Pid> found = new ArrayList<>();
        for (AtomicReferenceArray<@Nullable Process> segment : segments) {
            for (int i = 0; i < segment.length(); i++) {
                Process process = segment.get(i);
                if (process != null) {
                    found.add(process);
                }
            }
        }
        found.sort(null);
        return found;
    }

    /// How many there are; while some come and go, it may count some of these that have gone already.
    int size() {
        long gone = removed.sum() + spawns.get(PASSED_OVER); // first, so that it is never less than there are
        return (int) (spawns.get(IDS) - gone);
    }

    private static boolean place(List<AtomicReferenceArray<@Nullable Process>> all, long index, Process process) {
        int segment = segmentOf(index);
        return all.get(segment).compareAndSet(offset(index, segment), null, process);
    }

    private synchronized void grow(long seen) {
        if (capacity(segments) == seen) {
            List<AtomicReferenceArray<@Nullable Process>> grown = new ArrayList<>(segments);
            grown.add(new AtomicReferenceArray<>(Math.toIntExact(seen)));
            segments = List.copyOf(grown);
        }
    }

    private static long capacity(List<?> segments) {
        return (long) FIRST << (segments.size() - 1);
    }

    private static int segmentOf(long index) {
        return Math.max(0, 64 - Long.numberOfLeadingZeros(index) - FIRST_BITS);
    }

    private static int offset(long index, int segment) {
        return segment == 0 ? (int) index : (int) (index - ((long) FIRST << (segment - 1)));
    }
}
