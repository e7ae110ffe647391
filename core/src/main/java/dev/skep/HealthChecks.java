package dev.skep;

import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The health checks of a node. Any thread begins and ends them; all else happens on the clock's thread, which
/// needs no carrier: it may look at a process while all carriers are kept, and while the process's supervisor is
/// busy.
///
/// All processes that are checked at the same interval are one [HealthRound], which spreads them over the
/// interval and has one alarm. A process that does not pass at first sight has alarms of its own until it is
/// decided: [HealthWatch].
final class HealthChecks {
    /// How long changes may wait to be looked at together, in nanoseconds: many children start at once.
    private static final long SETTLING = 10_000_000;

    final Node node;
    private final Queue<HealthWatch> changed = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean planned = new AtomicBoolean();

    // Only the clock's thread touches what follows.
    private final Map<Long, HealthRound> rounds = new HashMap<>();
    private @Nullable Turn turn;

    HealthChecks(Node node) {
        this.node = node;
    }

    /// A watch has been made or stopped. From any thread.
    void change(HealthWatch watch) {
        changed.add(watch);
        if (planned.compareAndSet(false, true)) {
            node.timers.add(new Settle(), SETTLING);
        }
    }

    private final class Settle extends Alarm {
        @Override
        void ring() {
            planned.set(false); // first: a change that comes now is seen below, or plans another look
            long now = node.clock.nanoTime();
            for (HealthWatch watch = changed.poll(); watch != null; watch = changed.poll()) {
                if (watch.isOver()) {
                    watch.leaveRound();
                } else {
                    rounds.computeIfAbsent(watch.interval(), interval -> new HealthRound(HealthChecks.this, interval))
                            .add(watch, now);
                }
            }
        }
    }

    /// The last watch has left a round.
    void ended(HealthRound round) {
        rounds.remove(round.interval(), round);
    }

    /// How many processes are checked. On the clock's thread.
    int size() {
        return rounds.values().stream().mapToInt(HealthRound::size).sum();
    }

    /// A thread that has been started and does nothing but note that it ran: it tells a process that does not get
    /// to run from a machine on which nothing does. There is at most one that has not run.
    Turn turn() {
        Turn latest = turn;
        if (latest == null || latest.ran) {
            latest = new Turn();
            turn = latest;
            node.scheduler.start(latest);
        }
        return latest;
    }

    static final class Turn implements Runnable, Thread.UncaughtExceptionHandler {
        volatile boolean ran;

        @Override
        public void run() {
            ran = true;
        }

        @Override
        public void uncaughtException(Thread failed, Throwable failure) {
            // it throws nothing
        }
    }
}
