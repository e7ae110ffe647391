package dev.skep.registry;

import dev.skep.Behaviour;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Self;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The process of a registry: it owns the table, and gives locks away.
final class RegistryLoop implements Behaviour {
    private final Table<?, ?> table;
    private final Self<Object> self;
    private final Locks locks;

    RegistryLoop(Table<?, ?> table, Self<Object> self) {
        this.table = table;
        this.self = self;
        this.locks = new Locks(self);
    }

    @Override
    public void init() {}

    @Override
    public void call(Object message, From from) {
        if (message instanceof LockRpc.Acquire(Object key)) {
            locks.acquire(key, from);
        } else {
            unexpected(message);
        }
    }

    @Override
    public void cast(Object message) {
        if (message instanceof LockRpc.Release(Object key, long number)) {
            locks.release(key, number);
        } else {
            unexpected(message);
        }
    }

    @Override
    public void info(Object message) {
        if (message instanceof Down down) {
            locks.ended(down.monitor());
        } else {
            unexpected(message);
        }
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

    /// A list of the entries, in no order.
    @Override
    public Object state() {
        List<Entry<?, ?, ?>> entries = new ArrayList<>();
        table.forEach(found -> entries.add(found.entry()));
        return List.copyOf(entries);
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
