package dev.skep.conformance.soak;

import java.util.List;
import java.util.function.ToLongFunction;

/// What the system uses at one moment.
///
/// @param seconds since the start
/// @param processes on the node
/// @param heap bytes in use after a garbage collection
/// @param platformThreads of the JVM
/// @param virtualThreads of the JVM, parked ones included
/// @param timers pending
/// @param zombies abandoned threads
/// @param names registered with the node
/// @param entries in the two registries
/// @param asleep processes that have been found asleep, though there is something for them
/// @param operations done by clients so far
/// @param failed calls that failed for an injected reason so far
/// @param unexplained what has failed for no injected reason so far
record Sample(
        double seconds,
        long processes,
        long heap,
        long platformThreads,
        long virtualThreads,
        long timers,
        long zombies,
        long names,
        long entries,
        long asleep,
        long operations,
        long failed,
        long unexplained) {

    /// Something that must not grow.
    ///
    /// @param name what it is called
    /// @param of how it is read
    /// @param slack how much more is within the usual ups and downs, however little there was
    record Measure(String name, ToLongFunction<Sample> of, long slack) {}

    static final List<Measure> FLAT = List.of(
            new Measure("processes", Sample::processes, 300),
            new Measure("heap", Sample::heap, 8L << 20),
            new Measure("platform threads", Sample::platformThreads, 16),
            new Measure("virtual threads", Sample::virtualThreads, 300),
            new Measure("timers", Sample::timers, 800),
            new Measure("zombies", Sample::zombies, 20),
            new Measure("names", Sample::names, 50),
            new Measure("registry entries", Sample::entries, 600));

    static final String HEADING =
            "  time  processes  heap MB  platform  virtual  timers  zombies  names  entries  asleep"
                    + "  operations  failed  unexplained";

    String line() {
        long whole = (long) seconds;
        return "%3d:%02d  %9d  %7.1f  %8d  %7d  %6d  %7d  %5d  %7d  %6d  %10d  %6d  %11d"
                .formatted(
                        whole / 60,
                        whole % 60,
                        processes,
                        heap / 1048576.0,
                        platformThreads,
                        virtualThreads,
                        timers,
                        zombies,
                        names,
                        entries,
                        asleep,
                        operations,
                        failed,
                        unexplained);
    }

    static final String TABBED_HEADING = "seconds\tprocesses\theap\tplatform_threads\tvirtual_threads\ttimers\tzombies"
            + "\tnames\tentries\tasleep\toperations\tfailed\tunexplained";

    String tabbed() {
        return "%.1f\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d"
                .formatted(
                        seconds,
                        processes,
                        heap,
                        platformThreads,
                        virtualThreads,
                        timers,
                        zombies,
                        names,
                        entries,
                        asleep,
                        operations,
                        failed,
                        unexplained);
    }
}
