package dev.skep.supervisor;

import dev.skep.Behaviour;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.StartSpec;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How to start a [SupervisorBridge]. Immutable.
public final class BridgeSpec extends StartSpec<Pid> {
    private final Supplier<? extends SupervisorBridge<?>> factory;
    /// Whose class says where it is from.
    private final Object origin;

    private final @Nullable Name<?> name;

    BridgeSpec(Supplier<? extends SupervisorBridge<?>> factory) {
        this(factory, Objects.requireNonNull(factory, "factory"), null);
    }

    BridgeSpec(Callable<? extends AutoCloseable> open) {
        this(() -> new Opening(open), Objects.requireNonNull(open, "code that opens a subsystem"), null);
    }

    private BridgeSpec(Supplier<? extends SupervisorBridge<?>> factory, Object origin, @Nullable Name<?> name) {
        this.factory = factory;
        this.origin = origin;
        this.name = name;
    }

    /// Something that is opened and closed.
    private record Opening(Callable<? extends AutoCloseable> open) implements SupervisorBridge<AutoCloseable> {
        @Override
        public AutoCloseable start() throws Exception {
            return open.call();
        }
    }

    /// Registers the bridge's process under a name, before the subsystem is started.
    ///
    /// @param registered the name; nobody needs to send anything there, so it may be of any protocol
    /// @return the same start with that name
    public BridgeSpec named(Name<?> registered) {
        return new BridgeSpec(factory, origin, Objects.requireNonNull(registered, "name"));
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) {
        return new BridgeLoop<>(Objects.requireNonNull(factory.get(), "the factory made no bridge"), self);
    }

    @Override
    protected Pid reference(Pid pid) {
        return pid;
    }

    @Override
    public Optional<? extends Name<?>> name() {
        return Optional.ofNullable(name);
    }

    @Override
    public String describe() {
        return madeIn(origin, "a SupervisorBridge");
    }
}
