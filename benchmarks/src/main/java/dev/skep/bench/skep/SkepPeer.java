package dev.skep.bench.skep;

import dev.skep.bench.measure.Peer;
import dev.skep.bench.measure.Task;
import dev.skep.bench.measure.Workload;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Skep in all workloads.
public final class SkepPeer implements Peer {
    /// Held, since a logger that nobody holds forgets its level.
    private final Logger log = Logger.getLogger("dev.skep");

    /// Made once in a JVM.
    public SkepPeer() {
        log.setLevel(Level.OFF); // as in the Erlang peer: 20,000 crash reports on a terminal measure the terminal
    }

    @Override
    public String system() {
        return "skep";
    }

    @Override
    public Optional<Task> task(Workload workload, int operations) {
        return Optional.ofNullable(
                switch (workload) {
                    case CAST_1_1 -> new Messages(operations).castOneToOne();
                    case FAN_IN -> new Messages(operations).fanIn();
                    case CALL_1 -> new Messages(operations).callOne();
                    case CALL_THREAD -> new Messages(operations).callFromThread();
                    case CALL_100_1 -> new Messages(operations).callHundredToOne();
                    case CALL_100_100 -> new Messages(operations).callHundredToHundred();
                    case PING_PONG -> new PingPong(operations);
                    case PING_PONG_RECEIVE -> new PingPongReceive(operations);
                    case RING -> new Ring(operations);
                    case BROADCAST -> Crowd.broadcast(operations);
                    case BLOCKING_HANDLERS -> Crowd.blockingHandlers(operations);
                    case SELECTIVE_RECEIVE -> new SelectiveReceive(operations);
                    case SPAWN_MONITOR_EXIT -> Spawning.withMonitor(operations);
                    case SPAWN_BURST -> Spawning.burst(operations);
                    case SKYNET -> Spawning.skynet(operations);
                    case SERVER_START_STOP -> Lifecycle.serverStartStop(operations);
                    case SUPERVISOR_START_STOP -> Lifecycle.supervisorStartStop(operations);
                    case RESTART -> new Restarting(operations);
                    case TIMER_START_CANCEL -> TimersAndNames.timerStartCancel(operations);
                    case TIMERS_PENDING -> TimersAndNames.timersPending(operations);
                    case REGISTRY_LOOKUP -> TimersAndNames.lookup(operations);
                    case REGISTRY_REGISTER -> TimersAndNames.register(operations);
                    case CALL_LATENCY -> new CallLatency(operations);
                    case HOGGED_NOT -> Hogged.byNobody(operations);
                    case HOGGED -> Hogged.byAsManyAsCarriers(operations);
                    case HOGGED_UNWATCHED -> Hogged.withoutWatchdog(operations);
                    case TOUCH_IDLE -> new IdleServers.Touched(operations);
                    case HEALTH -> new CheckedChildren(operations);
                    case IDLE_SERVER -> new IdleServers.Counted(operations);
                });
    }
}
