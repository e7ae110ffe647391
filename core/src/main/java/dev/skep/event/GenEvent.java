package dev.skep.event;

import dev.skep.Behaviour;
import dev.skep.Mailbox;
import dev.skep.Name;
import dev.skep.Overflow;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An event manager: it hands each event to all of its handlers, which come and go while it runs. Erlang: `gen_event`.
///
/// ```java
/// GenEventRef<OrderEvent> orders = node.start(GenEvent.<OrderEvent>manager().named(ORDERS));
/// orders.addHandler(COUNTING, Counting::new);
/// orders.notify(new OrderEvent.Placed(1));
/// Result<Integer, HandlerError> count = orders.call(COUNTING, new Counting.Rpc.Count());
/// ```
///
/// Handlers run in the manager's process, one after the other, the one that was added last first. A handler that
/// crashes is removed and reported, and its owner is told; the manager and the others go on. That makes an event
/// manager a good place for what may fail without hurting the rest, such as alarms, audit trails and statistics.
/// Where receivers should not wait for each other, give each a process of its own instead.
///
/// The manager traps exits. This is its description: immutable, and it can start any number of managers.
///
/// @param <E> the events, a sealed interface mostly
public final class GenEvent<E> extends StartSpec<GenEventRef<E>> {
    private final @Nullable Name<EventRpc<E>> name;
    private final Mailbox mailbox;

    private GenEvent(@Nullable Name<EventRpc<E>> name, Mailbox mailbox) {
        this.name = name;
        this.mailbox = mailbox;
    }

    /// A manager without a name and without handlers.
    ///
    /// @param <E> the events
    /// @return how to start it
    public static <E> GenEvent<E> manager() {
        return new GenEvent<>(null, Mailbox.unbounded());
    }

    /// Registers the manager under a name.
    ///
    /// @param registered the name
    /// @return the changed manager
    public GenEvent<E> named(Name<EventRpc<E>> registered) {
        return new GenEvent<>(Objects.requireNonNull(registered, "name"), mailbox);
    }

    /// Limits how many events and other messages may wait for the manager, which is as fast as all of its handlers
    /// together.
    ///
    /// @param capacity how many, one or more; the one that is being handled does not count
    /// @param overflow what happens to one more
    /// @return the changed manager
    /// @throws IllegalArgumentException if the capacity is below one
    public GenEvent<E> mailbox(int capacity, Overflow overflow) {
        return mailbox(Mailbox.bounded(capacity, overflow));
    }

    /// Limits how many events and other messages may wait for the manager, with marks or a patience of your choice.
    ///
    /// @param limits how many messages may wait, and what happens beyond that
    /// @return the changed manager
    public GenEvent<E> mailbox(Mailbox limits) {
        return new GenEvent<>(name, Objects.requireNonNull(limits, "mailbox"));
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) {
        return new GenEventLoop<E>(self);
    }

    @Override
    protected GenEventRef<E> reference(Pid pid) {
        return new GenEventRef<>(ServerRef.of(pid));
    }

    @Override
    public Optional<Name<EventRpc<E>>> name() {
        return Optional.ofNullable(name);
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public String describe() {
        return name == null ? "a GenEvent" : "GenEvent " + name;
    }
}
