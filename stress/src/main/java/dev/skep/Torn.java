package dev.skep;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Atomic operations in pieces, and such that do not look: what [dev.skep.stress.Mutant] puts in the place of the real
/// ones.
public final class Torn {
    private Torn() {}

    /// Looks, then sets.
    public static boolean compareAndSet(VarHandle field, Object of, @Nullable Object expected, @Nullable Object value) {
        Object found = field.getVolatile(of);
        if (found != expected) {
            return false;
        }
        field.setVolatile(of, value);
        return true;
    }

    /// Looks, then sets.
    public static boolean compareAndSet(VarHandle field, Object of, int expected, int value) {
        int found = (int) field.getVolatile(of);
        if (found != expected) {
            return false;
        }
        field.setVolatile(of, value);
        return true;
    }

    /// Sets, whatever there is.
    public static boolean set(VarHandle field, Object of, @Nullable Object expected, @Nullable Object value) {
        field.setVolatile(of, value);
        return true;
    }

    /// Looks, then sets.
    public static @Nullable Object getAndSet(VarHandle field, Object of, @Nullable Object value) {
        Object found = field.getVolatile(of);
        field.setVolatile(of, value);
        return found;
    }
}
