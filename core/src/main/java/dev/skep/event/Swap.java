package dev.skep.event;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/// Another handler is to take the place of the one that returns this, with
/// [dev.skep.Next#continueWith(Object)]. It keeps the owner. Erlang: `{swap_handler, ...}`.
///
/// @param <E> the events
/// @param argument what the old handler's `terminate` gets
/// @param id the new handler
/// @param factory makes it
public record Swap<E>(
        Optional<Object> argument, HandlerId<?> id, Supplier<? extends EventHandler<?, ? super E, ?>> factory) {
    /// Checks the parts.
    ///
    /// @param argument what the old handler's `terminate` gets
    /// @param id the new handler
    /// @param factory makes it
    public Swap {
        Objects.requireNonNull(argument, "argument");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(factory, "factory");
    }

    /// A swap without an argument.
    ///
    /// @param <E> the events
    /// @param <Q> the protocol of the new handler's calls
    /// @param id the new handler
    /// @param factory makes it
    /// @return the swap
    public static <E, Q> Swap<E> to(HandlerId<Q> id, Supplier<? extends EventHandler<?, ? super E, Q>> factory) {
        return new Swap<E>(Optional.empty(), id, factory);
    }
}
