package dev.skep.supervisor;

import dev.skep.Behaviour;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A supervisor that is described when it starts.
final class SupervisorAtStart extends StartSpec<SupervisorRef> {
    private final Callable<Supervisor> description;
    private final @Nullable Name<SupervisorRpc> name;

    SupervisorAtStart(Callable<Supervisor> description, @Nullable Name<SupervisorRpc> name) {
        this.description = Objects.requireNonNull(description, "description of a supervisor");
        this.name = name;
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) throws Exception {
        Supervisor described = Objects.requireNonNull(
                description.call(), () -> "the code that describes " + describe() + " returned null");
        if (described.name().isPresent()) {
            throw new IllegalArgumentException("a supervisor that is described at its start cannot be given its name, "
                    + described.name().get() + ", by its description: give it to Supervisor.atStart");
        }
        return described.behaviour(self);
    }

    @Override
    protected SupervisorRef reference(Pid pid) {
        return new SupervisorRef(ServerRef.of(pid));
    }

    @Override
    public Optional<Name<SupervisorRpc>> name() {
        return Optional.ofNullable(name);
    }

    @Override
    public boolean isSupervisor() {
        return true;
    }

    @Override
    public String describe() {
        return name == null ? "a Supervisor that is described at its start" : "Supervisor " + name;
    }
}
