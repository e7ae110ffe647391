package dev.skep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The end of a node: all its processes are told to end, in reverse order of their start, and killed if they do not.
final class Closing {
    /// How much longer than the kill grace a killed process may take to be abandoned, in nanoseconds.
    private static final long ALLOWANCE = 10_000_000_000L;

    private final Node node;
    private final long deadline;
    /// The thread was interrupted: it waits no more for what has only been asked to end.
    private boolean hurried;

    Closing(Node node, Duration timeout) {
        this.node = node;
        this.deadline = node.clock.nanoTime() + Durations.nanos(timeout);
    }

    void run() {
        try {
            for (Pid top : tops().reversed()) {
                top.exit(ExitReason.shutdown());
                join(top);
            }
            node.refuseStarts();
            List<Pid> rest = node.processes();
            rest.forEach(pid -> pid.exit(ExitReason.shutdown()));
            rest.forEach(this::join);
            kill();
            node.clock.stop();
        } catch (ProcessExit toldToEnd) { // this thread runs a process of another node, and may not wait any more
            node.refuseStarts();
            node.processes().forEach(pid -> pid.exit(ExitReason.kill()));
            throw toldToEnd;
        } finally {
            if (hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// What threads have started, oldest first.
    private List<Pid> tops() {
        List<Pid> tops = new ArrayList<>();
        for (Pid pid : node.processes()) {
            if (((Process) pid).parent() == null) {
                tops.add(pid);
            }
        }
        return tops;
    }

    private void kill() {
        List<Pid> stubborn = node.processes();
        stubborn.forEach(pid -> pid.exit(ExitReason.kill()));
        long start = node.clock.nanoTime();
        long limit = Math.min(node.killGrace, Long.MAX_VALUE / 2) + ALLOWANCE;
        stubborn.forEach(pid -> join(pid, limit - (node.clock.nanoTime() - start)));
    }

    private void join(Pid pid) {
        join(pid, hurried ? 0 : deadline - node.clock.nanoTime());
    }

    private void join(Pid pid, long nanos) {
        try {
            pid.join(Duration.ofNanos(Math.max(0, nanos)));
        } catch (CallException.Interrupted e) {
            hurried |= Thread.interrupted();
        }
    }
}
