package dev.skep.bench.vertx;

import dev.skep.bench.measure.Peer;
import dev.skep.bench.measure.Task;
import dev.skep.bench.measure.Workload;
import java.util.Optional;

/// Vert.x in those workloads that it can express. A verticle is no process: it has no links, no mailbox to select from,
/// nobody who restarts it, and is not meant to be there by the million.
public final class VertxPeer implements Peer {
    /// Made once in a JVM.
    public VertxPeer() {}

    @Override
    public String system() {
        return "vertx";
    }

    @Override
    public Optional<Task> task(Workload workload, int operations) throws Exception {
        Task task = switch (workload) {
            case CAST_1_1 -> Messages.sends(1, operations);
            case FAN_IN -> Messages.sends(100, operations);
            case CALL_1 -> Messages.requests(1, operations);
            case CALL_THREAD -> Messages.requestsFromThread(operations);
            case CALL_100_1 -> Messages.requests(100, operations);
            case CALL_100_100 -> Messages.requestsToOwn(100, operations);
            case PING_PONG -> Messages.around(2, 2 * operations);
            case RING -> Messages.around(1_000, operations);
            case BROADCAST -> Messages.broadcast(operations);
            case SERVER_START_STOP -> Others.deployUndeploy(operations);
            case TIMER_START_CANCEL -> Others.timerStartCancel(operations);
            case TIMERS_PENDING -> Others.timersPending(operations);
            default -> null;
        };
        return Optional.ofNullable(task);
    }
}
