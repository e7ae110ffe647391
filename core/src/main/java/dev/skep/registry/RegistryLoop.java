package dev.skep.registry;

import dev.skep.Behaviour;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Self;
import java.util.Optional;

/// The process of a registry: it owns the table, and has nothing to do.
final class RegistryLoop implements Behaviour {
    private final Table<?, ?> table;
    private final Self<Object> self;

    RegistryLoop(Table<?, ?> table, Self<Object> self) {
        this.table = table;
        this.self = self;
    }

    @Override
    public void init() {}

    @Override
    public void call(Object message, From from) {
        unexpected(message);
    }

    @Override
    public void cast(Object message) {
        unexpected(message);
    }

    @Override
    public void info(Object message) {
        unexpected(message);
    }

    private void unexpected(Object message) {
        self.node().unexpected(self.pid(), "got a message, but registries take none", message);
    }

    @Override
    public void terminate(ExitReason reason) {}

    @Override
    public Optional<Object> shared() {
        return Optional.of(table);
    }

    @Override
    public Object reportedState() {
        return "registry with " + table.count() + " entries of " + table.processes() + " processes";
    }

    @Override
    public String initialCall() {
        return Registry.class.getName();
    }
}
