package dev.skep.registry;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Stage;
import dev.skep.Stages;
import dev.skep.stress.Scenario;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/// The tables of registries, while processes register, leave and die, and the registry itself ends.
///
/// Promised: under a unique key one process stands. What was said to be registered is found until its process leaves or
/// ends, or the registry does. Nothing of the dead is left behind.
@Scenario({"register", "registerOther"})
@Scenario({"register", "kill"})
@Scenario({"register", "kill", "registerOther"})
@Scenario({"register", "register", "kill"})
@Scenario({"register unregister", "registerOther"})
@Scenario({"register unregister", "kill"})
@Scenario({"register", "close"})
@Scenario({"register", "close", "kill"})
@Scenario({"register", "registerOther", "close"})
public class RegistryModel {
    private static final String KEY = "key";

    private final Stage stage = new Stage();
    private final Pid owner = Stages.idle(stage);
    private final Pid process = Stages.idle(stage);
    private final Pid other = Stages.idle(stage);
    private final UniqueTable<String, String> unique = new UniqueTable<>(setup());
    private final DuplicateTable<String, String> duplicate = new DuplicateTable<>(setup());
    private volatile boolean killed;
    private volatile boolean closed;
    private volatile boolean unregisters;
    private boolean registered;
    private boolean otherRegistered;
    private boolean wrong;

    private Table.Setup setup() {
        return new Table.Setup(Stages.node(stage), owner, Name.of("registry"), List.of(), Map.of());
    }

    private boolean register(Pid pid) {
        try {
            boolean one = unique.register(pid, KEY, Optional.empty()) == null;
            if (duplicate.register(pid, KEY, Optional.empty()) != null) {
                wrong = true;
            }
            return one;
        } catch (IllegalArgumentException | IllegalStateException ended) {
            return false;
        }
    }

    /// Registers a process under the key.
    @Operation
    public void register() {
        registered |= register(process);
    }

    /// Registers another process under the key.
    @Operation
    public void registerOther() {
        otherRegistered |= register(other);
    }

    /// Takes the process away from the key.
    @Operation
    public void unregister() {
        unregisters = true;
        unique.of(process, KEY).forEach(unique::unregister);
        duplicate.of(process, KEY).forEach(duplicate::unregister);
    }

    /// Kills the process.
    @Operation
    public void kill() {
        killed = true;
        process.exit(ExitReason.kill());
    }

    /// The registry ends.
    @Operation
    public void close() {
        closed = true;
        unique.close();
        unique.endAll(ExitReason.shutdown());
        duplicate.close();
        duplicate.endAll(ExitReason.shutdown());
    }

    /// What is promised.
    @Validate
    public void entriesAreOfTheLiving() {
        if (wrong) {
            throw new AssertionError("a duplicate key was refused");
        }
        Registration<String, String> holder = unique.find(KEY);
        if (!killed && !closed && !unregisters && registered && otherRegistered) {
            throw new AssertionError("two processes were registered under one key");
        }
        if (!killed && !closed && !unregisters && registered && (holder == null || holder.pid() != process)) {
            throw new AssertionError("an entry was lost");
        }
        if (!closed && otherRegistered && (holder == null || holder.pid() != other)) {
            throw new AssertionError("the other's entry was lost");
        }
        process.exit(ExitReason.kill());
        other.exit(ExitReason.kill());
        left("unique", unique, unique.count());
        left("duplicate", duplicate, duplicate.count());
        if (duplicate.keys() != 0) {
            throw new AssertionError("a key of nobody is left behind");
        }
    }

    private static void left(String kind, Table<?, ?> table, long count) {
        if (count != 0 || table.processes() != 0) {
            throw new AssertionError(
                    "in the " + kind + " table " + count + " entries of " + table.processes() + " dead are left");
        }
    }
}
