package dev.skep.group;

import dev.skep.Behaviour;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.StartSpec;
import java.util.Objects;
import java.util.Optional;

/// How to start a scope of process groups: [Groups#scope(Name)]. Immutable.
///
/// @param <G> the groups
/// @param <P> the protocol of the members
public final class GroupsSpec<G, P> extends StartSpec<Groups<G, P>> {
    private final Name<Groups<G, P>> name;

    GroupsSpec(Name<Groups<G, P>> name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) {
        return new ScopeLoop<G>(self);
    }

    @Override
    protected Groups<G, P> reference(Pid pid) {
        return Groups.of(pid.shared(ScopeTable.class).orElseThrow().node, name);
    }

    @Override
    public Optional<Name<Groups<G, P>>> name() {
        return Optional.of(name);
    }

    @Override
    public String describe() {
        return "Groups " + name;
    }
}
