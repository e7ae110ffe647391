package dev.skep;

import dev.skep.stress.Scenario;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/// Names that are given and taken while the processes die.
///
/// Promised: one process has a name, and a process one name. What was said to have worked holds until the process ends
/// or the name is taken away. Nothing of a dead process is left behind, so the name is free for the next.
@Scenario({"register", "kill"})
@Scenario({"register", "registerOther"})
@Scenario({"register", "registerOther", "kill"})
@Scenario({"register unregister", "registerOther"})
@Scenario({"register", "unregister", "kill"})
@Scenario({"register", "registerAsOther", "kill"})
@Scenario({"register unregister registerAsOther", "unregister"})
@Scenario({"register", "kill registerOther"})
public class NamesModel {
    private static final Name<Object> NAME = Name.of("name");
    private static final Name<Object> OTHER_NAME = Name.of("other");

    private final Stage stage = new Stage();
    private final Process process = stage.begin(new Stage.Part() {});
    private final Process other = stage.begin(new Stage.Part() {});
    private volatile boolean killed;
    private volatile boolean unregisters;
    private boolean registered;
    private boolean otherRegistered;
    private boolean registeredAsOther;

    private boolean register(Name<?> name, Process named) {
        try {
            stage.node.register(name, named);
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    /// Gives a process a name.
    @Operation
    public void register() {
        registered |= register(NAME, process);
    }

    /// Gives the process another name.
    @Operation
    public void registerAsOther() {
        registeredAsOther |= register(OTHER_NAME, process);
    }

    /// Gives the name to another process.
    @Operation
    public void registerOther() {
        otherRegistered |= register(NAME, other);
    }

    /// Takes the name away.
    @Operation
    public void unregister() {
        unregisters = true;
        try {
            stage.node.unregister(NAME);
        } catch (IllegalArgumentException nobody) {
            // it has nobody
        }
    }

    /// Kills the process.
    @Operation
    public void kill() {
        killed = true;
        process.exit(ExitReason.kill());
    }

    /// What is promised.
    @Validate
    public void namesAreOfTheLiving() {
        @Nullable Process holder = stage.node.names.get(NAME);
        @Nullable Process otherHolder = stage.node.names.get(OTHER_NAME);
        if ((holder != null && !holder.isAlive()) || (otherHolder != null && !otherHolder.isAlive())) {
            throw new AssertionError("a name is left behind");
        }
        if (holder == process && otherHolder == process) {
            throw new AssertionError("a process has two names");
        }
        if (!killed && !unregisters && registered && otherRegistered) {
            throw new AssertionError("two processes were given one name");
        }
        if (!killed && !unregisters && registered && holder != process) {
            throw new AssertionError("a name was lost");
        }
        if (!unregisters && otherRegistered && holder != other) {
            throw new AssertionError("the other's name was lost");
        }
        if (!killed && registeredAsOther && otherHolder != process) {
            throw new AssertionError("the other name was lost");
        }
        for (Process each : new Process[] {process, other}) {
            Name<?> name = each.name();
            if (each.isAlive() && name != null && stage.node.names.get(name) != each) {
                throw new AssertionError("a process believes to have a name that it does not have");
            }
        }
        if (holder == null && !register(NAME, stage.begin(new Stage.Part() {}))) {
            throw new AssertionError("the name is not free");
        }
    }
}
