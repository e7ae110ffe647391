package dev.skep.registry;

import dev.skep.Behaviour;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.StartSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// How to start a [Registry]: its kind, its name, who listens. Immutable; each method returns a changed copy.
///
/// Elixir's `partitions` are not needed: no process is involved in registering.
///
/// @param <R> the registry
public final class RegistrySpec<R extends Registry<?, ?, ?>> extends StartSpec<R> {
    private final Name<R> name;
    private final Function<Table.Setup, Table<?, ?>> kind;
    private final Function<Node, R> reference;
    private final List<Name<?>> listeners;
    private final Map<String, Object> meta;

    RegistrySpec(Name<R> name, Function<Table.Setup, Table<?, ?>> kind, Function<Node, R> reference) {
        this(Objects.requireNonNull(name, "name"), kind, reference, List.of(), Map.of());
    }

    private RegistrySpec(
            Name<R> name,
            Function<Table.Setup, Table<?, ?>> kind,
            Function<Node, R> reference,
            List<Name<?>> listeners,
            Map<String, Object> meta) {
        this.name = name;
        this.kind = kind;
        this.reference = reference;
        this.listeners = listeners;
        this.meta = meta;
    }

    /// Sends a [RegistryEvent] to whoever has a name, for each process that is registered or unregistered, as a
    /// message outside of its protocol. Elixir: `:listeners`.
    ///
    /// @param listener the name; nobody needs to have it yet
    /// @return the same start with that listener too
    public RegistrySpec<R> listener(Name<?> listener) {
        List<Name<?>> more = new ArrayList<>(listeners);
        more.add(Objects.requireNonNull(listener, "listener"));
        return new RegistrySpec<>(name, kind, reference, List.copyOf(more), meta);
    }

    /// Attaches a value to the registry as a whole: [Registry#meta(String, Class)]. Elixir: `:meta`.
    ///
    /// @param key its key
    /// @param value an immutable value
    /// @return the same start with that value
    public RegistrySpec<R> meta(String key, Object value) {
        Map<String, Object> more = new HashMap<>(meta);
        more.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
        return new RegistrySpec<>(name, kind, reference, listeners, Map.copyOf(more));
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) {
        Table<?, ?> table = kind.apply(new Table.Setup(self.node(), self.pid(), name, listeners, meta));
        self.pid().hold(new Closing(table)); // first: nobody may find a table that would never be closed
        return new RegistryLoop(table, self);
    }

    @Override
    protected R reference(Pid pid) {
        return reference.apply(pid.shared(Table.class).orElseThrow().node);
    }

    @Override
    public Optional<Name<R>> name() {
        return Optional.of(name);
    }

    @Override
    public String describe() {
        return "Registry " + name;
    }
}
