package dev.skep.bench.pekko;

import dev.skep.bench.measure.Peer;
import dev.skep.bench.measure.Task;
import dev.skep.bench.measure.Workload;
import java.util.Optional;

/// Pekko in those workloads that it can express. It has no selective receive; its receptionist is another thing than a
/// registry of names; and it wants a dispatcher of its own for handlers that block.
public final class PekkoPeer implements Peer {
    /// Made once in a JVM.
    public PekkoPeer() {}

    @Override
    public String system() {
        return "pekko";
    }

    @Override
    public Optional<Task> task(Workload workload, int operations) {
        return switch (workload) {
            case CAST_1_1 -> Optional.of(Messages.tellOneToOne(operations));
            case FAN_IN -> Optional.of(Messages.fanIn(operations));
            case CALL_1 -> Optional.of(Messages.asksToOne(1, operations));
            case CALL_THREAD -> Optional.of(Messages.asksFromThread(operations));
            case CALL_100_1 -> Optional.of(Messages.asksToOne(100, operations));
            case CALL_100_100 -> Optional.of(Messages.asksToOwn(operations));
            case PING_PONG -> Optional.of(Rings.around(2, 2 * operations));
            case RING -> Optional.of(Rings.around(1_000, operations));
            case BROADCAST -> Optional.of(Crowd.broadcast(operations));
            case SPAWN_MONITOR_EXIT -> Optional.of(Spawning.oneByOne(operations, 2, false));
            case SPAWN_BURST -> Optional.of(Spawning.burst(operations));
            case SERVER_START_STOP -> Optional.of(Spawning.oneByOne(operations, 1, true));
            case SUPERVISOR_START_STOP -> Optional.of(Spawning.parentStartStop(operations));
            case TIMER_START_CANCEL -> Optional.of(Others.timerStartCancel(operations));
            case TIMERS_PENDING -> Optional.of(Others.timersPending(operations));
            case RESTART -> Optional.of(Others.restart(operations));
            case SKYNET -> Optional.of(Spawning.skynet(operations));
            case TOUCH_IDLE -> Optional.of(Crowd.touchIdle(operations));
            case IDLE_SERVER -> Optional.of(Crowd.idle(operations));
            case PING_PONG_RECEIVE,
                    SELECTIVE_RECEIVE,
                    REGISTRY_LOOKUP,
                    REGISTRY_REGISTER,
                    BLOCKING_HANDLERS,
                    CALL_LATENCY,
                    HOGGED_NOT,
                    HOGGED,
                    HOGGED_UNWATCHED,
                    HEALTH -> Optional.empty();
        };
    }
}
