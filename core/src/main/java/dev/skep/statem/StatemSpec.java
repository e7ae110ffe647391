package dev.skep.statem;

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

/// How to start a [GenStatem]: what makes it, under which name, how long its `init` may take, how many
/// messages may wait for it. Immutable.
///
/// @param <P> the machine's protocol
public final class StatemSpec<P> extends StartSpec<ServerRef<P>> {
    private final Supplier<? extends GenStatem<?, ?, P>> factory;
    private final @Nullable Name<P> name;
    private final Duration initTimeout;
    private final Mailbox mailbox;

    StatemSpec(Supplier<? extends GenStatem<?, ?, P>> factory) {
        this(Objects.requireNonNull(factory, "factory"), null, ServerRef.FOREVER, Mailbox.unbounded());
    }

    private StatemSpec(
            Supplier<? extends GenStatem<?, ?, P>> factory,
            @Nullable Name<P> name,
            Duration initTimeout,
            Mailbox mailbox) {
        this.factory = factory;
        this.name = name;
        this.initTimeout = initTimeout;
        this.mailbox = mailbox;
    }

    /// Registers the machine under a name, before its `init` runs.
    ///
    /// @param name the name
    /// @return the same start with that name
    public StatemSpec<P> named(Name<P> name) {
        return new StatemSpec<>(factory, Objects.requireNonNull(name, "name"), initTimeout, mailbox);
    }

    /// Limits the time that `init` may take; then the process is killed, and the start fails.
    ///
    /// @param timeout longer than zero; [ServerRef#FOREVER] for no limit
    /// @return the same start with that limit
    public StatemSpec<P> initTimeout(Duration timeout) {
        if (Objects.requireNonNull(timeout, "init timeout").isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("init timeout must be longer than zero, but was " + timeout);
        }
        return new StatemSpec<>(factory, name, timeout, mailbox);
    }

    /// Limits how many messages may wait for the machine. What it has postponed does not count: it has taken that.
    ///
    /// @param capacity how many, one or more; the one that is being handled does not count
    /// @param overflow what happens to one more
    /// @return the same start with that mailbox
    /// @throws IllegalArgumentException if the capacity is below one
    public StatemSpec<P> mailbox(int capacity, Overflow overflow) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "mailbox of " + describe() + ": the capacity must be one or more, but was " + capacity);
        }
        return mailbox(Mailbox.bounded(capacity, overflow));
    }

    /// Limits how many messages may wait for the machine, with marks or a patience of your choice.
    ///
    /// @param limits how many messages may wait, and what happens beyond that
    /// @return the same start with that mailbox
    public StatemSpec<P> mailbox(Mailbox limits) {
        return new StatemSpec<>(factory, name, initTimeout, Objects.requireNonNull(limits, "mailbox"));
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) {
        GenStatem<?, ?, P> machine = factory.get();
        return new StatemLoop<>(Objects.requireNonNull(machine, "the factory made no state machine"), self);
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
        return madeIn(factory, "a GenStatem");
    }
}
