package dev.skep.bench.measure;

/// One prepared workload. The kind of the workload says which of the four it is.
public sealed interface Task extends AutoCloseable {
    /// Frees what the task has set up.
    @Override
    default void close() {}

    /// Work that is timed as a whole, over and over.
    non-sealed interface Timed extends Task {
        /// Comes before each run, and is not timed.
        default void before() throws Exception {}

        /// Does all operations of one run, and returns when the last one is done.
        void run() throws Exception;
    }

    /// Work that times its own operations.
    non-sealed interface Sampled extends Task {
        /// Does all operations.
        ///
        /// @return how long each took, in nanoseconds
        long[] sample() throws Exception;
    }

    /// Work that goes on by itself while it is switched on.
    non-sealed interface Ongoing extends Task {
        /// Switches it on or off.
        void set(boolean on) throws Exception;
    }

    /// Work that fills the memory, once.
    non-sealed interface Filling extends Task {
        /// Makes as many things as a run has operations, and keeps them alive until closed.
        void fill() throws Exception;
    }
}
