package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// How many messages may wait for a process, and what happens to one more. Immutable; it is given to a behaviour
/// by its [StartSpec#mailbox()], to a plain process when it is spawned.
///
/// ```java
/// GenServer.spec(Sampler::new).mailbox(1_000, Overflow.DROP_OLDEST)
/// ```
///
/// ## What counts
/// | counts, and may be dropped or made to wait | always gets in, and takes no room |
/// |---|---|
/// | calls and casts | exit signals, and the [Exit] messages of a process that traps them |
/// | what is sent to the pid, the name or an alias | [Down] |
/// | timers that others have started | timers that the process has started for itself |
/// | | [Response], the answers to its own requests |
/// | | what it has asked for otherwise: [Pid#sendNotice(Object)] |
/// | | stops, questions for [ProcessInfo], and all other requests of the runtime |
///
/// A message counts from when it is sent until the process takes it to handle it; the one that is being handled
/// does not count. A call whose caller has given up counts until its turn, when it is skipped.
///
/// What is dropped is counted ([ProcessInfo.Load#dropped()]) and reported, at most every ten seconds for each
/// process ([OverloadReport]). A call that is dropped fails at once with [CallException.Overloaded].
///
/// Erlang: mailboxes are unbounded there; `max_heap_size` comes nearest to [Overflow#CRASH].
public sealed interface Mailbox {
    /// No limit, the default. The process is reported as overloaded when more than the node's high-water mark
    /// wait ([NodeBuilder#highWater(int)]).
    record Unbounded() implements Mailbox {
        static final Unbounded INSTANCE = new Unbounded();

        @Override
        public String toString() {
            return "unbounded";
        }
    }

    /// A capacity, and what happens beyond it.
    ///
    /// @param capacity how many messages may wait, one or more
    /// @param overflow what happens to one more
    /// @param marks when the process counts as overloaded, and when no more; empty for never
    /// @param patience how long the sender of a cast or another message that is not waited for is held up
    ///     with [Overflow#BLOCK]; [ServerRef#FOREVER] for no limit
    record Bounded(int capacity, Overflow overflow, Optional<WaterMarks> marks, Duration patience) implements Mailbox {
        /// Checks the parts.
        ///
        /// @param capacity how many messages may wait, one or more
        /// @param overflow what happens to one more
        /// @param marks when the process counts as overloaded, and when no more
        /// @param patience how long a sender is held up, longer than zero
        public Bounded {
            Objects.requireNonNull(overflow, "overflow");
            Objects.requireNonNull(marks, "marks");
            Durations.positive(patience, "patience of a mailbox");
            if (capacity < 1) {
                throw new IllegalArgumentException(
                        "the capacity of a mailbox must be one or more, but was " + capacity);
            }
        }

        /// When the process counts as overloaded. By default from 80 % of the capacity on, until it is down to 50
        /// %.
        ///
        /// @param high the share of the capacity that makes it so, above zero, up to one
        /// @param low the share at which it is no longer so, zero or more, below `high`
        /// @return the changed mailbox
        public Bounded waterMarks(double high, double low) {
            return new Bounded(capacity, overflow, Optional.of(new WaterMarks(high, low)), patience);
        }

        /// The process never counts as overloaded: for one that is meant to be full, such as a stage of a
        /// pipeline that holds up the stage before it.
        ///
        /// @return the changed mailbox
        public Bounded withoutWaterMarks() {
            return new Bounded(capacity, overflow, Optional.empty(), patience);
        }

        /// How long [Overflow#BLOCK] holds up the sender of a message that is no call; five seconds by default, as
        /// a call waits. The limit is what frees two processes that wait for room at each other.
        ///
        /// @param limit longer than zero; [ServerRef#FOREVER] for no limit
        /// @return the changed mailbox
        public Bounded patience(Duration limit) {
            return new Bounded(capacity, overflow, marks, limit);
        }

        @Override
        public String toString() {
            return "capacity " + capacity + ", " + overflow;
        }
    }

    /// Shares of a mailbox's capacity, apart from each other so that a process at the edge is not reported again
    /// and again.
    ///
    /// @param high the share from which on the process counts as overloaded, above zero, up to one
    /// @param low the share at which it no longer does, zero or more, below `high`
    record WaterMarks(double high, double low) {
        static final WaterMarks USUAL = new WaterMarks(0.8, 0.5);

        /// Checks the marks.
        ///
        /// @param high the share from which on the process counts as overloaded
        /// @param low the share at which it no longer does
        public WaterMarks {
            if (!(low >= 0 && low < high && high <= 1)) { // so that NaN is refused too
                throw new IllegalArgumentException("the water marks of a mailbox must be shares of its capacity with"
                        + " 0 <= low < high <= 1, but were low " + low + " and high " + high);
            }
        }
    }

    /// No limit.
    ///
    /// @return the default
    static Mailbox unbounded() {
        return Unbounded.INSTANCE;
    }

    /// A capacity, with the usual marks and patience.
    ///
    /// @param capacity how many messages may wait, one or more
    /// @param overflow what happens to one more
    /// @return the mailbox
    static Bounded bounded(int capacity, Overflow overflow) {
        return new Bounded(capacity, overflow, Optional.of(WaterMarks.USUAL), ServerRef.DEFAULT_TIMEOUT);
    }
}
