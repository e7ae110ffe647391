package dev.skep.server;

import dev.skep.Behaviour;
import dev.skep.Mailbox;
import dev.skep.Name;
import dev.skep.Overflow;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How to start a [GenServer]: what makes it, under which name, how long its `init` may take, how many
/// messages may wait for it. Immutable.
///
/// @param <P> the server's protocol
public final class ServerSpec<P> extends StartSpec<ServerRef<P>> {
    private final Supplier<? extends GenServer<?, P>> factory;
    private final @Nullable Name<P> name;
    private final Duration initTimeout;
    private final Mailbox mailbox;

    ServerSpec(Supplier<? extends GenServer<?, P>> factory) {
        this(Objects.requireNonNull(factory, "factory"), null, ServerRef.FOREVER, Mailbox.unbounded());
    }

    private ServerSpec(
            Supplier<? extends GenServer<?, P>> factory,
            @Nullable Name<P> name,
            Duration initTimeout,
            Mailbox mailbox) {
        this.factory = factory;
        this.name = name;
        this.initTimeout = initTimeout;
        this.mailbox = mailbox;
    }

    /// Registers the server under a name, before its `init` runs.
    ///
    /// @param name the name
    /// @return the same start with that name
    public ServerSpec<P> named(Name<P> name) {
        return new ServerSpec<>(factory, Objects.requireNonNull(name, "name"), initTimeout, mailbox);
    }

    /// Limits the time that `init` may take; then the process is killed, and the start fails.
    ///
    /// @param timeout longer than zero; [ServerRef#FOREVER] for no limit
    /// @return the same start with that limit
    public ServerSpec<P> initTimeout(Duration timeout) {
        if (Objects.requireNonNull(timeout, "init timeout").isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("init timeout must be longer than zero, but was " + timeout);
        }
        return new ServerSpec<>(factory, name, timeout, mailbox);
    }

    /// Limits how many messages may wait for the server.
    ///
    /// @param capacity how many, one or more; the one that is being handled does not count
    /// @param overflow what happens to one more
    /// @return the same start with that mailbox
    /// @throws IllegalArgumentException if the capacity is below one
    public ServerSpec<P> mailbox(int capacity, Overflow overflow) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "mailbox of " + describe() + ": the capacity must be one or more, but was " + capacity);
        }
        return mailbox(Mailbox.bounded(capacity, overflow));
    }

    /// Limits how many messages may wait for the server, with marks or a patience of your choice.
    ///
    /// @param limits how many messages may wait, and what happens beyond that
    /// @return the same start with that mailbox
    public ServerSpec<P> mailbox(Mailbox limits) {
        return new ServerSpec<>(factory, name, initTimeout, Objects.requireNonNull(limits, "mailbox"));
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) {
        GenServer<?, P> server = factory.get();
        return new GenServerLoop<>(Objects.requireNonNull(server, "the factory made no server"), self);
    }

    @Override
    protected ServerRef<P> reference(Pid pid) {
        return ServerRef.of(pid);
    }

    @Override
    public Optional<Name<P>> name() {
        return Optional.ofNullable(name);
    }

    @Override
    public Duration initTimeout() {
        return initTimeout;
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public String describe() {
        return madeIn(factory, "a GenServer");
    }
}
