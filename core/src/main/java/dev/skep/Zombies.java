package dev.skep;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The abandoned threads of a node, until they end.
final class Zombies {
    private record Abandoned(Process process, ExitReason reason, Instant since) {}

    private final Map<Worker, Abandoned> abandoned = new ConcurrentHashMap<>();

    Zombie add(Worker worker, Process process, ExitReason reason) {
        Abandoned entry = new Abandoned(process, reason, Instant.now());
        abandoned.put(worker, entry);
        return zombie(worker, entry);
    }

    void remove(Worker worker) {
        abandoned.remove(worker);
    }

    List<Zombie> list() {
        List<Zombie> zombies = new ArrayList<>();
        abandoned.forEach((worker, entry) -> zombies.add(zombie(worker, entry)));
        zombies.sort(Comparator.comparing(Zombie::pid));
        return zombies;
    }

    private static Zombie zombie(Worker worker, Abandoned entry) {
        Thread thread = worker.thread();
        StackTraceElement[] stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        return new Zombie(entry.process, entry.reason, entry.since, List.of(stack));
    }
}
