package dev.skep;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The abandoned threads of a node, until they end.
final class Zombies {
    record Abandoned(Process process, ExitReason reason, Instant since) {}

    private final Map<Worker, Abandoned> abandoned = new ConcurrentHashMap<>();

    Abandoned add(Worker worker, Process process, ExitReason reason) {
        Abandoned entry = new Abandoned(process, reason, Instant.now());
        abandoned.put(worker, entry);
        return entry;
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

    static Zombie zombie(Worker worker, Abandoned entry) {
        return new Zombie(entry.process, entry.reason, entry.since, worker.stack());
    }
}
