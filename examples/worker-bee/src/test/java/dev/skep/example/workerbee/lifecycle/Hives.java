package dev.skep.example.workerbee.lifecycle;

import dev.skep.application.Config;
import dev.skep.example.workerbee.workers.Database;

/// Services for tests: each at a port and in a database of its own.
final class Hives {
    private Hives() {}

    static Hive start(WorkerBee service) {
        Config config = Config.of(WorkerBee.NAME)
                .with(WorkerBee.PORT, "0")
                .with(WorkerBee.DATABASE, Database.inMemory().url());
        return Hive.start(service, config).orElseThrow(error -> new AssertionError(error.toString()));
    }
}
