package dev.skep.example.workerbee.workers;

import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.ProgressReport;
import dev.skep.Report;
import dev.skep.Zombie;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/// Hears of every child that a supervisor starts: counts the restarts, and lets others wait for one.
public final class Restarts implements NodeListener {
    private final Map<String, Start> latest = new HashMap<>();
    private long total;
    private long abandoned;

    private record Start(Pid pid, long nanoTime) {}

    @Override
    public void reported(Report report) {
        if (report instanceof ProgressReport(var _, var child, var pid, boolean restart)) {
            long now = System.nanoTime();
            synchronized (this) {
                latest.put(child, new Start(pid, now));
                if (restart) {
                    total++;
                }
                notifyAll();
            }
        }
    }

    @Override
    public synchronized void abandoned(Zombie zombie) {
        abandoned++;
    }

    /// How many threads have been abandoned.
    ///
    /// @return how many
    public synchronized long zombies() {
        return abandoned;
    }

    /// How often any child has been restarted.
    ///
    /// @return how often
    public synchronized long total() {
        return total;
    }

    /// Waits until a child has a successor, which is at work.
    ///
    /// @param child the child's id
    /// @param predecessor the process to be succeeded
    /// @param patience how long to wait at most
    /// @return when the successor was at work, as [System#nanoTime()] has it; empty if there was none in time
    /// @throws InterruptedException if the thread is interrupted
    public synchronized OptionalLong awaitSuccessor(String child, Pid predecessor, Duration patience)
            throws InterruptedException {
        long patienceEnds = System.nanoTime() + patience.toNanos();
        while (true) {
            Start start = latest.get(child);
            if (start != null && start.pid().compareTo(predecessor) > 0) {
                return OptionalLong.of(start.nanoTime());
            }
            long millis = (patienceEnds - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return OptionalLong.empty();
            }
            wait(millis);
        }
    }
}
