package dev.skep;

import java.util.Objects;
import java.util.Optional;

/// What a process is to go on with: a new implementation, and how the state becomes one of its own.
///
/// @param implementation the new code, of the kind that the process runs: a GenServer for a GenServer, a
///     description for a supervisor; made for this one process
/// @param conversion how the state is converted; if it is not given, the new implementation does that
public record CodeChange(Object implementation, Optional<Conversion> conversion) {
    /// Converts the state of a version to that of another one.
    @FunctionalInterface
    public interface Conversion {
        /// Makes a new state; leaves the old one as it is, since it goes on to be used if the change is rolled
        /// back.
        ///
        /// @param state the old state, as the old implementation exports it
        /// @param version the version of the old implementation, if it has one
        /// @return the new state, not null
        /// @throws Exception if it cannot be converted: nothing is changed
        Object convert(Object state, Optional<String> version) throws Exception;
    }

    /// Checks the parts.
    ///
    /// @param implementation the new code
    /// @param conversion how the state is converted
    public CodeChange {
        Objects.requireNonNull(implementation, "implementation");
        Objects.requireNonNull(conversion, "conversion");
    }

    /// A change to an implementation that takes the state over by itself.
    ///
    /// @param implementation the new code
    /// @return the change
    public static CodeChange to(Object implementation) {
        return new CodeChange(implementation, Optional.empty());
    }

    /// A change with a conversion.
    ///
    /// @param implementation the new code
    /// @param conversion how the state is converted
    /// @return the change
    public static CodeChange to(Object implementation, Conversion conversion) {
        return new CodeChange(implementation, Optional.of(Objects.requireNonNull(conversion, "conversion")));
    }

    /// The new implementation, which has to be of a kind. For behaviours.
    ///
    /// @param <B> the kind
    /// @param kind the interface that users of the behaviour implement
    /// @return the implementation
    /// @throws IllegalArgumentException if it is of another kind
    public <B> B implementation(Class<B> kind) {
        if (!Objects.requireNonNull(kind, "kind").isInstance(implementation)) {
            throw new IllegalArgumentException("a " + kind.getSimpleName() + " can go on as another "
                    + kind.getSimpleName() + " only, but was given a "
                    + implementation.getClass().getName());
        }
        return kind.cast(implementation);
    }

    /// Refuses a change with a conversion. For behaviours that have nothing to convert.
    ///
    /// @param why why they have not, such as "a supervisor keeps its children"
    /// @throws IllegalArgumentException if there is a conversion
    public void refuseConversion(String why) {
        Objects.requireNonNull(why, "why");
        if (conversion.isPresent()) {
            throw new IllegalArgumentException(why + ": it has no state that a conversion could make another of");
        }
    }

    /// Refuses a state that an implementation cannot have, as far as the declaration of its class tells. Classes of the
    /// same name that different class loaders have loaded are different classes: better to say so at once than at
    /// the next message. For behaviours.
    ///
    /// @param state the state
    /// @param implementation the implementation
    /// @param kind the interface that it implements
    /// @param index the place of the state among that interface's type parameters, from 0
    /// @throws IllegalArgumentException if it cannot be its state
    public static void refuseForeignState(Object state, Object implementation, Class<?> kind, int index) {
        Optional<Class<?>> wanted = new TypeArguments(kind, implementation.getClass()).at(index);
        if (wanted.isPresent() && !wanted.get().isInstance(state)) {
            throw new IllegalArgumentException(implementation.getClass().getName() + " has a state of "
                    + describe(wanted.get()) + ", but was given one of " + describe(state.getClass()));
        }
    }

    /// Refuses an implementation that does not speak the protocol of the one before it, as far as the declarations of
    /// their classes tell. For behaviours.
    ///
    /// @param old the old implementation
    /// @param next the new one
    /// @param kind the interface that both implement
    /// @param index the place of the protocol among that interface's type parameters, from 0
    /// @throws IllegalArgumentException if callers of the old one could not call the new one
    public static void refuseForeignProtocol(Object old, Object next, Class<?> kind, int index) {
        Optional<Class<?>> spoken = new TypeArguments(kind, old.getClass()).at(index);
        Optional<Class<?>> wanted = new TypeArguments(kind, next.getClass()).at(index);
        if (spoken.isPresent() && wanted.isPresent() && !wanted.get().isAssignableFrom(spoken.get())) {
            throw new IllegalArgumentException(next.getClass().getName() + " speaks " + describe(wanted.get())
                    + ", but its callers speak " + describe(spoken.get())
                    + ": a protocol has to be loaded once, by a class loader that all versions share");
        }
    }

    private static String describe(Class<?> type) {
        return type + " (loaded by " + type.getClassLoader() + ")";
    }
}
