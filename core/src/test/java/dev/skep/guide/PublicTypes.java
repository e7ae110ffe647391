package dev.skep.guide;

import dev.skep.Node;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The types that the module `dev.skep` shows to its users.
///
/// @param all public classes, records, interfaces and enums of exported packages, nested ones too
public record PublicTypes(List<Class<?>> all) {
    private static final List<String> OF_JAVA = List.of("java.lang", "java.time", "java.util", "java.util.concurrent");

    /// All of them, as the module exports them.
    public static PublicTypes ofTheModule() {
        ModuleReference module = ModuleFinder.of(mainClasses()).find("dev.skep").orElseThrow();
        Set<String> exported = module.descriptor().exports().stream()
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        try (ModuleReader reader = module.open();
                Stream<String> files = reader.list()) {
            return new PublicTypes(files.filter(file -> file.endsWith(".class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> exported.contains(name.substring(0, Math.max(0, name.lastIndexOf('.')))))
                    .<Class<?>>map(PublicTypes::load)
                    .filter(PublicTypes::isPublic)
                    .sorted((one, other) -> one.getName().compareTo(other.getName()))
                    .toList());
        } catch (IOException e) {
            throw new AssertionError("the classes of the module cannot be listed", e);
        }
    }

    private static Path mainClasses() {
        try {
            return Path.of(Node.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError("where Node was loaded from is no path", e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Node.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError("listed, but not there: " + name, e);
        }
    }

    private static boolean isPublic(Class<?> type) {
        for (Class<?> t = type; t != null; t = t.getEnclosingClass()) {
            if (!Modifier.isPublic(t.getModifiers())) {
                return false;
            }
        }
        return !type.isAnonymousClass() && !type.isLocalClass();
    }

    /// Whether there is a type, or a member of a type, of that name.
    ///
    /// @param reference `Class`, `Class.Nested` or `Class.member`, without the package
    boolean has(String reference) {
        return all.stream().anyMatch(type -> isOrHas(type, nameOf(type), reference));
    }

    /// The same for the usual packages of Java.
    static boolean javaHas(String reference) {
        String type = reference.contains(".") ? reference.substring(0, reference.indexOf('.')) : reference;
        return OF_JAVA.stream()
                .flatMap(of -> javaType(of + "." + type).stream())
                .anyMatch(found -> isOrHas(found, type, reference));
    }

    private static Optional<Class<?>> javaType(String name) {
        try {
            return Optional.of(Class.forName(name, false, null));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    private static boolean isOrHas(Class<?> type, String name, String reference) {
        return reference.equals(name)
                || (reference.startsWith(name + ".") && hasMember(type, reference.substring(name.length() + 1)));
    }

    private static boolean hasMember(Class<?> type, String member) {
        return Arrays.stream(type.getMethods())
                        .anyMatch(method -> method.getName().equals(member))
                || Arrays.stream(type.getFields())
                        .anyMatch(field -> field.getName().equals(member))
                || Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(method -> Modifier.isProtected(method.getModifiers())
                                && method.getName().equals(member));
    }

    private static String nameOf(Class<?> type) {
        return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
    }
}
