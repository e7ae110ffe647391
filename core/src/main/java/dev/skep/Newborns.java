package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Processes that were spawned, and wait for a thread because thousands of threads wait for a carrier already.
///
/// A thread that has not begun yet takes three times the memory of its process, and the collector copies it
/// until it has. So when that many are queued, a new process gets a place in a line instead. The line's
/// starter, a virtual thread, gives threads to as many as the carriers are through with in a moment, and goes on
/// behind these.
///
/// The newest go first, as with those who steal work from each other: of a tree of processes only some branches
/// are alive at once then, where the oldest first would bring all of it to life before the first leaf ends.
/// Source: Blumofe and Leiserson, Scheduling Multithreaded Computations by Work Stealing, 1999. But one time in
/// sixteen the oldest go, so that nobody waits without end for others who come later.
///
/// There are several lines, so that those who spawn on different carriers do not meet. Each has one word, its
/// `top`: null when nobody waits and there is no starter; [#NONE] while there is a starter that knows of
/// everybody; else the latest of those that it has not seen yet. Who changes it from null makes a starter run, and
/// the starter leaves by compare-and-set from `NONE` to null. So there is one whenever somebody waits, never two,
/// and what the last one has left behind is there for the next.
final class Newborns {
    /// So many virtual threads wait for each carrier when the next processes have to wait for a thread: a burst of
    /// fewer costs nothing.
    private static final int QUEUED_FOR_EACH = 2_048;
    /// One in so many of the spawned looks how many that are: a power of two.
    private static final int LOOKS = 64;
    /// How many get a thread before the starter lets them run, at least.
    private static final int BATCH = 128;
    /// In one turn of so many the oldest go first.
    private static final int OLDEST_FIRST = 16;

    /// So many wait in one line that another may have half of them.
    private static final int MANY = 16 * BATCH;
    private static final int MOST_LINES = 64;

    /// The word of a line whose starter knows of everybody.
    private static final Entry NONE = new Entry(null);

    private static final VarHandle TOP;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(Line.class, "top", Entry.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Scheduler scheduler;
    private final LongSupplier queued;
    private final long limit;
    private final Line[] lines;

    /// @param queued how many threads wait for a carrier; always 0 if every process is to get its thread at once
    /// @param carriers how many there are
    Newborns(Scheduler scheduler, LongSupplier queued, int carriers) {
        this.scheduler = scheduler;
        this.queued = queued;
        this.limit = (long) QUEUED_FOR_EACH * carriers;
        this.lines = new Line[Math.min(MOST_LINES, Integer.highestOneBit(2 * carriers - 1))];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = new Line((byte) i);
        }
    }

    /// Takes care that a new process gets a thread, if it is to wait for one.
    ///
    /// @return false if it is not
    boolean take(Process process) {
        Line line = lineOf(Worker.current());
        if (line.isClosed() && !areTooMany(process)) {
            return false;
        }
        line.add(process);
        return true;
    }

    /// Where those go whom somebody spawns: into the line from which it has its own thread, whose starter is likely to
    /// be on the same carrier; else into any.
    ///
    /// @param spawner null for none of the runtime's
    Line lineOf(@Nullable Worker spawner) {
        int number = spawner == null || spawner.line < 0
                ? (int) Thread.currentThread().threadId()
                : spawner.line;
        return lines[number & (lines.length - 1)];
    }

    private boolean areTooMany(Process latest) {
        return (latest.id & (LOOKS - 1)) == 0
                && latest.node.table.size() > limit // mostly not, and then nobody needs the JDK's management
                && queued.getAsLong() > limit;
    }

    private static final class Entry {
        final @Nullable Process process;

        @Nullable
        Entry below;

        Entry(@Nullable Process process) {
            this.process = process;
        }
    }

    /// A line, and its starter. All but the word is the starter's.
    final class Line implements Runnable, Thread.UncaughtExceptionHandler {
        private final byte number;
        private volatile @Nullable Entry top;

        private final ArrayDeque<Process> waiting = new ArrayDeque<>();
        private final ArrayDeque<Process> batch = new ArrayDeque<>();
        /// Those that have been taken off the word, and are not among the waiting yet.
        private @Nullable Entry taken;

        private int turns;

        Line(byte number) {
            this.number = number;
        }

        /// Whether nobody waits here, and there is no starter.
        boolean isClosed() {
            return top == null;
        }

        /// Somebody new waits.
        void add(Process process) {
            Entry entry = new Entry(process);
            Entry before;
            do {
                before = top;
                entry.below = before == NONE ? null : before;
            } while (!TOP.compareAndSet(this, before, entry));
            if (before == null) {
                startStarter();
            }
        }

        /// Others may have come already, and count on it.
        private void startStarter() {
            while (true) {
                try {
                    scheduler.start(this);
                    return;
                } catch (OutOfMemoryError full) {
                    scheduler.pauseLong();
                }
            }
        }

        @Override
        public void run() {
            while (true) {
                try {
                    if (!lineUp()) {
                        return;
                    }
                    boolean oldestFirst = ++turns % OLDEST_FIRST == 0;
                    share();
                    startSome(oldestFirst);
                    if (oldestFirst) {
                        scheduler.pauseLong(); // who only ever pauses may keep its carrier from the other queues
                    } else {
                        scheduler.pause();
                    }
                } catch (OutOfMemoryError full) { // nothing is lost: the same again when others have had their turn
                    scheduler.pauseLong();
                }
            }
        }

        /// Lines up who has come.
        ///
        /// @return false if there is nobody, and this is no starter any more
        private boolean lineUp() {
            takeIn();
            if (top != NONE) {
                taken = reversed((Entry) TOP.getAndSet(this, NONE));
                takeIn();
            }
            return !waiting.isEmpty() || !batch.isEmpty() || !TOP.compareAndSet(this, NONE, (Entry) null);
        }

        private void takeIn() {
            for (Entry next = taken; next != null && next.process != null; next = next.below) {
                waiting.addLast(next.process);
                taken = next.below;
            }
        }

        private static @Nullable Entry reversed(@Nullable Entry latest) {
            Entry first = null;
            for (Entry entry = latest; entry != null; ) {
                Entry below = entry.below;
                entry.below = first;
                first = entry;
                entry = below;
            }
            return first;
        }

        /// Leaves the older half of many to another line that has nobody: its starter is one thing that an idle
        /// carrier can steal, and runs there with all that it starts.
        private void share() {
            Line other = lines[turns & (lines.length - 1)];
            if (waiting.size() < MANY || !other.isClosed() || !TOP.compareAndSet(other, (Entry) null, NONE)) {
                return;
            }
            try {
                for (int left = waiting.size() / 2; left > 0; left--) {
                    other.waiting.addLast(waiting.getFirst());
                    waiting.removeFirst();
                }
            } finally {
                other.startStarter();
            }
        }

        /// Gives threads to a batch: at least to half as many, among all lines, as wait for a carrier anyway, so
        /// that a new process is not held up by many that run in turns. Those who go as the newest go in the
        /// order of spawning.
        private void startSome(boolean oldestFirst) {
            if (batch.isEmpty()) {
                int size = (int) Math.min(waiting.size(), Math.max(BATCH, queued.getAsLong() / (2L * lines.length)));
                for (int i = 0; i < size; i++) {
                    if (oldestFirst) {
                        batch.addLast(waiting.getFirst());
                        waiting.removeFirst(); // after it is in the batch: there may be no memory for that
                    } else {
                        batch.addFirst(waiting.getLast());
                        waiting.removeLast();
                    }
                }
            }
            for (Process next = batch.peekFirst(); next != null; next = batch.peekFirst()) {
                Worker worker = new Worker(next.node, next);
                worker.line = number;
                scheduler.start(worker);
                batch.removeFirst();
            }
        }

        /// The starter has failed: another one goes on where it was.
        @Override
        public void uncaughtException(Thread failed, Throwable failure) {
            Process next = batch.peekFirst();
            if (next != null) {
                next.node.reports.internalError("the starter of " + next, failure);
            }
            startStarter();
        }
    }
}
