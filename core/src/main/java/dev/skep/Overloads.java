package dev.skep;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Finds and reports processes that get more messages than they handle.
///
/// All of it happens on the clock's thread, which looks at the running processes anyway: a sender pays
/// nothing, no process carries anything for it, and the reports of a process come in their order. What the
/// clock's thread would not see is announced to it: messages that were dropped, and a plain process that
/// waits in a receive behind messages that it does not want.
final class Overloads {
    /// A process has recovered after so long below its low-water mark, in nanoseconds: one that is full and half
    /// empty in turn is not reported each time.
    private static final long CALM = 1_000_000_000L;
    /// The least time between two reports of messages that a process has dropped, in nanoseconds.
    private static final long DROP_REPORTS = 10_000_000_000L;

    private final Reports reports;
    /// Of unbounded mailboxes; zero for none.
    private final int highWater;

    private final Queue<Process> announced = new ConcurrentLinkedQueue<>();
    /// Changed by the clock's thread only.
    private final Map<Process, Watched> watched = new ConcurrentHashMap<>();

    Overloads(Reports reports, int highWater) {
        this.reports = reports;
        this.highWater = highWater;
    }

    /// A process that is overloaded, or has dropped messages.
    private final class Watched {
        private final Process process;
        volatile boolean overloaded;
        private long calmSince;
        private boolean calm;
        private long nextDropReport = Long.MIN_VALUE;

        Watched(Process process) {
            this.process = process;
        }

        /// @return false if it needs no more watching
        boolean review(long now) {
            Bound bound = process.bound;
            boolean alive = process.isAlive();
            if (bound != null) {
                bound.heard();
                if (bound.isCrashed() && !bound.crashReported) {
                    bound.crashReported = true;
                    report(OverloadReport.Kind.CRASHED, 0);
                }
                long dropped = bound.dropped();
                if (dropped > bound.droppedReported && (!alive || now >= nextDropReport)) {
                    report(OverloadReport.Kind.DROPPED, dropped - bound.droppedReported);
                    bound.droppedReported = dropped;
                    nextDropReport = now + DROP_REPORTS;
                }
            }
            if (!alive) {
                return false;
            }
            reviewLoad(now);
            return overloaded || now < nextDropReport;
        }

        private void reviewLoad(long now) {
            if (!overloaded) {
                if (isHigh(process) && !process.isEnding()) {
                    overloaded = true;
                    calm = false;
                    report(OverloadReport.Kind.OVERLOADED, 0);
                }
            } else if (isAboveLow(process)) {
                calm = false;
            } else if (!calm) {
                calm = true;
                calmSince = now;
            } else if (now - calmSince >= CALM) {
                overloaded = false;
                report(OverloadReport.Kind.RECOVERED, 0);
            }
        }

        private void report(OverloadReport.Kind kind, long dropped) {
            Bound bound = process.bound;
            Mailbox mailbox = bound == null ? Mailbox.unbounded() : bound.mailbox;
            reports.report(new OverloadReport(process, kind, load(process, Integer.MAX_VALUE), mailbox, dropped));
        }
    }

    // ---- From any thread -----------------------------------------------------------------------------------------

    /// The clock's thread is to look at a process.
    void announce(Process process) {
        announced.add(process);
        process.node.clock.wake();
    }

    /// A process is about to wait although messages are left.
    void waits(Process process) {
        if (isHigh(process) && !watched.containsKey(process)) {
            announce(process);
        }
    }

    boolean isOverloaded(Process process) {
        Watched found = watched.get(process);
        return found != null && found.overloaded;
    }

    // ---- On the clock's thread -----------------------------------------------------------------------------------

    /// Looks at a process that runs or is about to. One that ends hears of the ends of others, and handles no
    /// more.
    void look(Process process) {
        if (isHigh(process) && !process.isEnding()) {
            watched.computeIfAbsent(process, Watched::new);
        }
    }

    /// Reports what there is to report.
    ///
    /// @return whether to look again soon
    boolean review(long now) {
        for (Process process = announced.poll(); process != null; process = announced.poll()) {
            watched.computeIfAbsent(process, Watched::new);
        }
        if (watched.isEmpty()) {
            return false;
        }
        watched.values().removeIf(each -> !each.review(now));
        return !watched.isEmpty();
    }

    private boolean isHigh(Process process) {
        int high = high(process);
        return load(process, high) >= high;
    }

    private boolean isAboveLow(Process process) {
        int low = low(process);
        return load(process, low + 1) > low;
    }

    /// How many messages wait.
    ///
    /// @param most not to be counted beyond: a look should not walk along a million
    private static int load(Process process, int most) {
        Bound bound = process.bound;
        return bound == null ? process.mailboxLength(most) : bound.count();
    }

    private int high(Process process) {
        Bound bound = process.bound;
        if (bound != null) {
            return bound.high;
        }
        return highWater == 0 ? Integer.MAX_VALUE : highWater;
    }

    private int low(Process process) {
        Bound bound = process.bound;
        return bound == null ? highWater / 2 : bound.low;
    }
}
