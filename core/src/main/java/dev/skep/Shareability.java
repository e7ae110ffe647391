package dev.skep;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/// Which classes can be shared between processes, found by their declarations.
///
/// A verdict is about the objects of exactly one class. Where the type of a field decides (a final class, a
/// sealed family, a known value), so it does; where it does not, the verdict says which fields to look at.
/// Verdicts are kept with the class that they are about, and refer only to what that class refers to itself:
/// they are collected with its class loader.
final class Shareability {
    /// The cache of all nodes that trust nothing in particular. A verdict then depends on the class alone.
    static final Shareability OF_NO_TRUSTED = new Shareability(Set.of());

    /// Values of the JDK; only these classes themselves, since somebody else's subclass may add anything.
    private static final Set<Class<?>> VALUES = Set.of(
            Object.class,
            String.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Character.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class,
            UUID.class,
            URI.class,
            Locale.class,
            Currency.class,
            Pattern.class,
            Class.class,
            OptionalInt.class,
            OptionalLong.class,
            OptionalDouble.class,
            StackTraceElement.class,
            InetSocketAddress.class);

    /// What is safe to share together with all its subclasses: values whose classes are hidden; the runtime's
    /// handles; throwables, since exit reasons are made of them; futures, which are written once, like a reply.
    private static final Set<Class<?>> FAMILIES = Set.of(
            Enum.class,
            Throwable.class,
            ZoneId.class,
            Path.class,
            Charset.class,
            InetAddress.class,
            MethodHandle.class,
            VarHandle.class,
            CompletableFuture.class,
            Pid.class,
            Name.class,
            ServerRef.class,
            Node.class,
            Monitor.class,
            Alias.class,
            From.class,
            Timer.class,
            PendingCall.class,
            StartSpec.class);

    /// What can be said of the objects of a class.
    sealed interface Verdict {
        /// All of them can be shared.
        Verdict IMMUTABLE = new Immutable();

        /// See [#IMMUTABLE].
        record Immutable() implements Verdict {}

        /// None of them can.
        ///
        /// @param way from the object to the fault, such as `.tags`
        /// @param fault what is wrong
        record Mutable(String way, String fault) implements Verdict {}

        /// Those can whose parts can.
        record Open(List<Part> parts) implements Verdict {}

        /// An immutable collection of the JDK, an Optional or an entry: those can whose elements can.
        record Holder() implements Verdict {}
    }

    /// A field whose type leaves open what is in it.
    ///
    /// @param elements whether what a collection in it holds is left open too
    record Part(Field field, boolean elements) {}

    /// What the declared type of a field says: [Undecided], or a verdict on all that can be in it.
    private sealed interface Declared permits Undecided, Decided {}

    private enum Undecided implements Declared {
        OPEN,
        /// It is a collection, to be looked at, of elements that are decided.
        OPEN_BUT_FOR_ELEMENTS
    }

    private record Decided(Verdict verdict) implements Declared {
        static final Decided IMMUTABLE = new Decided(Verdict.IMMUTABLE);

        static Decided mutable(String way, String fault) {
            return new Decided(new Verdict.Mutable(way, fault));
        }

        boolean isMutable() {
            return this != IMMUTABLE;
        }

        /// The same, found in a field.
        Decided in(Field field) {
            return verdict instanceof Verdict.Mutable(String way, String fault)
                    ? mutable("." + field.getName() + way, fault)
                    : this;
        }
    }

    private final Set<Class<?>> trusted;
    private final ClassValue<Verdict> verdicts = new ClassValue<>() {
        @Override
        protected Verdict computeValue(Class<?> type) {
            return judge(type);
        }
    };

    Shareability(Set<Class<?>> trusted) {
        this.trusted = trusted;
    }

    Verdict of(Class<?> type) {
        return verdicts.get(type);
    }

    // ---- Objects of a class --------------------------------------------------------------------------------------

    private Verdict judge(Class<?> type) {
        if (isShared(type)) {
            return Verdict.IMMUTABLE;
        }
        if (isHolder(type)) {
            return new Verdict.Holder();
        }
        if (type.isArray()) {
            return mutable(type);
        }
        List<Part> parts = new ArrayList<>();
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                Verdict fault = Modifier.isStatic(field.getModifiers()) ? Verdict.IMMUTABLE : judge(field, parts);
                if (fault instanceof Verdict.Mutable) {
                    return isOfTheJdk(type) ? mutable(type) : fault;
                }
            }
        }
        if (parts.isEmpty()) {
            return Verdict.IMMUTABLE;
        }
        return isOfTheJdk(type) ? mutable(type) : new Verdict.Open(List.copyOf(parts));
    }

    private Verdict judge(Field field, List<Part> parts) {
        return switch (declaredField(field, new HashSet<>())) {
            case Decided decided -> decided.verdict();
            case Undecided.OPEN -> open(field, true, parts);
            case Undecided.OPEN_BUT_FOR_ELEMENTS -> open(field, false, parts);
        };
    }

    /// A field that cannot be read, since its module is not open to this one, is taken at its declared type.
    private static Verdict open(Field field, boolean elements, List<Part> parts) {
        if (!isOfTheJdk(field.getDeclaringClass()) && field.trySetAccessible()) {
            parts.add(new Part(field, elements));
        } else if (isOfTheJdk(field.getDeclaringClass())) {
            return mutable(field.getDeclaringClass());
        }
        return Verdict.IMMUTABLE;
    }

    private static Verdict mutable(Class<?> type) {
        boolean view = type.getName().startsWith("java.util.Collections$")
                || type.getName().startsWith("java.util.ReverseOrder");
        return new Verdict.Mutable(
                "", type.getTypeName() + (view ? " is a view of something that can change" : " is mutable"));
    }

    // ---- Declared types ------------------------------------------------------------------------------------------

    private Declared declaredField(Field field, Set<Class<?>> seen) {
        if (!Modifier.isFinal(field.getModifiers())) {
            return Decided.mutable("." + field.getName(), "the field is not final");
        }
        Declared type = declared(field.getGenericType(), seen);
        return type instanceof Decided decided ? decided.in(field) : type;
    }

    /// What a declared type says of what it can hold, and of what that can hold.
    ///
    /// @param seen the classes that have been looked into on the way. One that is reached again adds nothing:
    ///     whatever was or will be found in it makes all that lead to it undecided too
    private Declared declared(Type type, Set<Class<?>> seen) {
        return switch (type) {
            case Class<?> plain -> declaredClass(plain, seen);
            case ParameterizedType generic -> {
                Class<?> raw = (Class<?>) generic.getRawType();
                Declared all = declaredClass(raw, seen);
                yield all == Undecided.OPEN && holdsOnly(raw) && areDecided(generic.getActualTypeArguments(), seen)
                        ? (raw == Optional.class ? Decided.IMMUTABLE : Undecided.OPEN_BUT_FOR_ELEMENTS)
                        : all;
            }
            case TypeVariable<?> variable -> declared(variable.getBounds()[0], seen);
            case WildcardType wildcard -> declared(wildcard.getUpperBounds()[0], seen);
            case GenericArrayType array -> Decided.mutable("", array.getTypeName() + " is mutable");
            default -> Undecided.OPEN;
        };
    }

    private static boolean holdsOnly(Class<?> raw) {
        return raw == Optional.class || Collection.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw);
    }

    private boolean areDecided(Type[] arguments, Set<Class<?>> seen) {
        for (Type argument : arguments) {
            if (declared(argument, seen) != Decided.IMMUTABLE) {
                return false;
            }
        }
        return true;
    }

    private Declared declaredClass(Class<?> type, Set<Class<?>> seen) {
        if (type == Object.class || isHolder(type) || (type.isInterface() && !type.isSealed() && !isShared(type))) {
            return Undecided.OPEN;
        }
        if (type.isPrimitive() || isShared(type) || !seen.add(type)) {
            return Decided.IMMUTABLE;
        }
        if (type.isArray()) {
            return new Decided(mutable(type));
        }
        Declared itself = type.isInterface() ? Decided.IMMUTABLE : fieldsOf(type, seen);
        if (itself instanceof Decided decided && decided.isMutable()) {
            return isOfTheJdk(type) ? new Decided(mutable(type)) : decided;
        }
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                if (declaredClass(permitted, seen) != Decided.IMMUTABLE) {
                    return Undecided.OPEN; // also if one of them is mutable: it is a matter of which one comes
                }
            }
            return itself;
        }
        return Modifier.isFinal(type.getModifiers()) ? itself : Undecided.OPEN;
    }

    private Declared fieldsOf(Class<?> type, Set<Class<?>> seen) {
        Declared all = Decided.IMMUTABLE;
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    Declared part = declaredField(field, seen);
                    if (part instanceof Decided decided && decided.isMutable()) {
                        return part;
                    }
                    if (part != Decided.IMMUTABLE) {
                        all = Undecided.OPEN;
                    }
                }
            }
        }
        return all;
    }

    // ---- What is known -------------------------------------------------------------------------------------------

    private boolean isShared(Class<?> type) {
        return isKnown(type) || isTrusted(type);
    }

    private static boolean isKnown(Class<?> type) {
        if (VALUES.contains(type)
                || (type.getPackageName().startsWith("java.time") && isOfTheJdk(type) && isFinal(type))) {
            return true;
        }
        for (Class<?> family : FAMILIES) {
            if (family.isAssignableFrom(type)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFinal(Class<?> type) {
        return Modifier.isFinal(type.getModifiers()) && !type.getSimpleName().endsWith("Builder");
    }

    private boolean isTrusted(Class<?> type) {
        if (type.isAnnotationPresent(Sendable.class) || trusted.contains(type)) {
            return true;
        }
        Class<?> above = type.getSuperclass();
        if (above != null && isTrusted(above)) {
            return true;
        }
        for (Class<?> implemented : type.getInterfaces()) {
            if (isTrusted(implemented)) {
                return true;
            }
        }
        return false;
    }

    /// The immutable collections of the JDK have no public classes.
    private static boolean isHolder(Class<?> type) {
        String name = type.getName();
        return type == Optional.class
                || type == AbstractMap.SimpleImmutableEntry.class
                || (isOfTheJdk(type)
                        && (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type))
                        && (name.startsWith("java.util.ImmutableCollections$")
                                || name.startsWith("java.util.Collections$Empty")
                                || name.startsWith("java.util.Collections$Singleton")
                                || name.equals("java.util.Collections$CopiesList")))
                || name.equals("java.util.KeyValueHolder");
    }

    private static boolean isOfTheJdk(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return !type.isHidden() && (loader == null || loader == ClassLoader.getPlatformClassLoader());
    }

    /// A class as messages name it: without its package, and with dots.
    static String nameOf(Class<?> type) {
        String name = type.getTypeName();
        int lambda = name.indexOf("$$Lambda");
        String told = lambda < 0 ? name : "a lambda in " + name.substring(name.lastIndexOf('.', lambda) + 1, lambda);
        return told.substring(lambda < 0 ? told.lastIndexOf('.') + 1 : 0).replace('$', '.');
    }
}
