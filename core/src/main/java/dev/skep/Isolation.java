package dev.skep;

import dev.skep.Shareability.Verdict;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Refuses messages that can be changed after they were sent. A strict node has one.
///
/// What can be said of a class is said once and cached ([Shareability]); for most messages that is all there is to
/// do. Only where a component's type leaves open what is in it (an interface, a type variable, a list) the value
/// itself is looked at, and what that holds, each object once.
final class Isolation {
    private final Shareability shareability;

    Isolation(Set<Class<?>> trusted) {
        this.shareability = trusted.isEmpty() ? Shareability.OF_NO_TRUSTED : new Shareability(trusted);
    }

    /// @throws NotSendableException if it can be changed
    void check(Object message) {
        Verdict verdict = shareability.of(message.getClass());
        if (verdict != Verdict.IMMUTABLE) {
            checkValues(new Found(message, null, "", true), verdict);
        }
    }

    /// An exit reason: what is the user's in it.
    void checkReason(ExitReason reason) {
        switch (reason) {
            case ExitReason.Because(Object value) -> check(value);
            case ExitReason.Shutdown(Optional<Object> detail) -> detail.ifPresent(this::check);
            case ExitReason.Normal _,
                    ExitReason.Kill _,
                    ExitReason.Killed _,
                    ExitReason.NoProcess _,
                    ExitReason.NoConnection _,
                    ExitReason.Crashed _ -> {}
        }
    }

    /// A value in the message, and how it was reached.
    ///
    /// @param elements whether what a collection holds is to be looked at
    private record Found(Object value, @Nullable Found in, String step, boolean elements) {
        String path() {
            ArrayDeque<String> steps = new ArrayDeque<>();
            Found found = this;
            while (found.in != null) {
                steps.addFirst(found.step);
                found = found.in;
            }
            return Shareability.nameOf(found.value.getClass()) + String.join("", steps);
        }
    }

    private void checkValues(Found message, Verdict ofMessage) {
        ArrayDeque<Found> open = new ArrayDeque<>();
        IdentityHashMap<Object, Boolean> seen = new IdentityHashMap<>();
        Found found = message;
        Verdict verdict = ofMessage;
        while (true) {
            switch (verdict) {
                case Verdict.Immutable _ -> {}
                case Verdict.Mutable(String way, String fault) ->
                    throw new NotSendableException(found.path() + way, fault);
                case Verdict.Holder _ -> {
                    if (found.elements && seen.put(found.value, true) == null) {
                        addElements(found, open);
                    }
                }
                case Verdict.Open(var parts) -> {
                    if (seen.put(found.value, true) == null) {
                        for (Shareability.Part part : parts) {
                            Object value = valueOf(part.field(), found.value);
                            if (value != null) {
                                open.add(new Found(
                                        value, found, "." + part.field().getName(), part.elements()));
                            }
                        }
                    }
                }
            }
            found = open.poll();
            if (found == null) {
                return;
            }
            verdict = shareability.of(found.value.getClass());
        }
    }

    private static @Nullable Object valueOf(Field field, Object holder) {
        try {
            return field.get(holder);
        } catch (IllegalAccessException e) {
            throw new AssertionError("was made accessible: " + field, e);
        }
    }

    private static void addElements(Found found, ArrayDeque<Found> open) {
        switch (found.value) {
            case Optional<?> optional -> optional.ifPresent(value -> open.add(new Found(value, found, "", true)));
            case Collection<?> collection -> {
                int index = 0;
                for (Object element : collection) {
                    add(element, "[" + index++ + "]", found, open);
                }
            }
            case Map<?, ?> map ->
                map.forEach((key, value) -> {
                    add(key, ".key", found, open);
                    add(value, ".value", found, open);
                });
            case Map.Entry<?, ?> entry -> {
                add(entry.getKey(), ".key", found, open);
                add(entry.getValue(), ".value", found, open);
            }
            default -> throw new AssertionError("holds nothing that is known of: " + found.value.getClass());
        }
    }

    private static void add(@Nullable Object value, String step, Found in, ArrayDeque<Found> open) {
        if (value != null) {
            open.add(new Found(value, in, step, true));
        }
    }
}
