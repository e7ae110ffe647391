package dev.skep.bench.measure;

import java.util.Arrays;
import java.util.Optional;

/// The workloads, in the order in which they run. Their names are the same for every system, and so are the
/// numbers of operations, except where one is so slow that a share of them has to do; those that fill the heap come
/// last.
public enum Workload {
    CAST_1_1("cast-1-1", Kind.TIME, 1_000_000, 300_000, "one process casts to one server, then waits for it"),
    FAN_IN("fan-in-100-1", Kind.TIME, 1_000_000, 300_000, "100 processes cast to one server, then one waits for it"),
    CALL_1("call-1", Kind.TIME, 100_000, 60_000, "one process calls one server"),
    CALL_THREAD("call-thread", Kind.TIME, 50_000, 10_000, "a platform thread, which is no process, calls one server"),
    CALL_100_1("call-100-1", Kind.TIME, 300_000, 60_000, "100 processes call one server"),
    CALL_100_100("call-100-100", Kind.TIME, 300_000, 60_000, "100 processes call a server of their own each"),
    PING_PONG("ping-pong", Kind.TIME, 300_000, 60_000, "two servers cast to each other; a round trip"),
    PING_PONG_RECEIVE("ping-pong-receive", Kind.TIME, 300_000, 60_000, "two processes send and receive; a round trip"),
    RING("ring-1000", Kind.TIME, 300_000, 100_000, "a token goes round 1,000 processes; a hop"),
    BROADCAST("broadcast-10000", Kind.TIME, 300_000, 50_000, "one process casts to 10,000 servers, which answer it"),
    SELECTIVE_RECEIVE(
            "selective-receive-10000", Kind.TIME, 1_000, 200, "a receive that passes over 10,000 other messages"),
    SPAWN_MONITOR_EXIT("spawn-monitor-exit", Kind.TIME, 300_000, 50_000, "spawn with a monitor, wait for its message"),
    SPAWN_BURST("spawn-burst", Kind.TIME, 300_000, 50_000, "spawn as fast as possible, then wait for one message each"),
    SERVER_START_STOP("server-start-stop", Kind.TIME, 50_000, 10_000, "start a server, then stop it"),
    SUPERVISOR_START_STOP(
            "supervisor-start-stop",
            Kind.TIME,
            100_000,
            10_000,
            "a supervisor starts so many children one by one, then ends them; a child"),
    TIMER_START_CANCEL("timer-start-cancel", Kind.TIME, 300_000, 50_000, "start a timer, then cancel it"),
    TIMERS_PENDING(
            "timers-pending",
            Kind.TIME,
            1_000_000,
            100_000,
            "so many timers are pending at once; start and cancel one"),
    REGISTRY_LOOKUP("registry-lookup", Kind.TIME, 1_000_000, 200_000, "find a process by one of 10,000 names"),
    REGISTRY_REGISTER("registry-register", Kind.TIME, 200_000, 50_000, "register a name, then unregister it"),
    BLOCKING_HANDLERS(
            "blocking-handlers", Kind.TIME, 50_000, 10_000, "10,000 servers sleep 10 ms for each message, at once"),
    RESTART("restart", Kind.LATENCY, 20_000, 3_000, "from the kill of a supervised server to its successor's name"),
    CALL_LATENCY(
            "call-latency", Kind.LATENCY, 200_000, 40_000, "calls of 100 processes at half of what the server can do"),
    HOGGED_NOT("hogged-not", Kind.LATENCY, 3_000, 1_000, "a call every millisecond, from when it was due"),
    HOGGED("hogged", Kind.LATENCY, 3_000, 1_000, "the same while as many servers as carriers compute"),
    HOGGED_UNWATCHED("hogged-unwatched", Kind.LATENCY, 100, 30, "the same without the watchdog"),
    SKYNET("skynet-1m", Kind.TIME, 1_111_111, 111_111, "a tree of processes, ten children each, adds up; a process"),
    TOUCH_IDLE("touch-idle", Kind.TIME, 500_000, 50_000, "one cast and one call to each of so many idle servers"),
    HEALTH("health-100k", Kind.LOAD, 100_000, 100_000, "so many idle children, each checked every second; or not"),
    IDLE_SERVER("idle-server", Kind.MEMORY, 1_000_000, 100_000, "an idle, linked server, of so many");

    private final String label;
    private final Kind kind;
    private final int operations;
    private final int quickOperations;
    private final String description;

    Workload(String label, Kind kind, int operations, int quickOperations, String description) {
        this.label = label;
        this.kind = kind;
        this.operations = operations;
        this.quickOperations = quickOperations;
        this.description = description;
    }

    /// The name by which it is chosen and reported.
    public String label() {
        return label;
    }

    /// What it measures.
    public Kind kind() {
        return kind;
    }

    /// How many operations one run has.
    public int operations(boolean quick) {
        return quick ? quickOperations : operations;
    }

    /// What is done, in a line.
    public String description() {
        return description;
    }

    /// The workload of a name.
    public static Optional<Workload> of(String label) {
        return Arrays.stream(values()).filter(one -> one.label.equals(label)).findFirst();
    }
}
