package dev.skep;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long a wait may last: as long as was asked for, but not past the deadline of the call that the waiting process
/// is handling. Who waits for that process does not wait any longer.
///
/// A call makes one, takes its parts, and hands on no more than a [#copy()] when something goes wrong. So the compiler
/// leaves it out: where caller and server run on two processors, each line of fresh memory costs a fifth of a call.
///
/// @param asked how long it may last by itself
/// @param began in the node's nanoseconds; of no meaning without a limit
/// @param deadline in the node's nanoseconds; [Durations#FOREVER] for no limit
/// @param inherited whether that is the deadline of the call that is being handled
record Limit(Duration asked, long began, long deadline, boolean inherited) {
    /// A wait that begins now.
    ///
    /// @param asked how long it may last by itself; zero waits for nothing, and so inherits nothing
    /// @param here the current thread's worker, if it is one
    static Limit of(Node node, Duration asked, @Nullable Worker here) {
        long nanos = Durations.nanos(asked);
        long callers = here == null || nanos == 0 ? Durations.FOREVER : here.inheritedDeadline(node);
        long now = nanos == Durations.FOREVER && callers == Durations.FOREVER ? 0 : node.clock.nanoTime();
        long own = nanos == Durations.FOREVER ? nanos : now + nanos;
        long deadline = Durations.earlier(own, callers);
        return new Limit(asked, now, deadline, deadline != own);
    }

    /// The same, for a place that is hardly ever come to: what leaves the method that has made it is there for good.
    Limit copy() {
        return new Limit(asked, began, deadline, inherited);
    }

    /// Whether there is no time at all, since the caller of the call that is being handled gives up now.
    boolean isOver() {
        return inherited && deadline - began <= 0;
    }

    /// Whether the time is up.
    boolean isReached(Node node) {
        return nanosLeft(node) == 0;
    }

    /// What is left by now, in nanoseconds; [Durations#FOREVER] for no limit.
    long nanosLeft(Node node) {
        return deadline == Durations.FOREVER ? deadline : Math.max(0, deadline - node.clock.nanoTime());
    }

    /// How long it is in all, in nanoseconds; [Durations#FOREVER] for no limit.
    long nanos() {
        return deadline == Durations.FOREVER ? deadline : Math.max(0, deadline - began);
    }

    /// How long that is, for the message of a failure.
    @Override
    public String toString() {
        return inherited
                ? Duration.ofNanos(nanos()) + ", which is what was left of its own caller's deadline"
                : asked.toString();
    }
}
