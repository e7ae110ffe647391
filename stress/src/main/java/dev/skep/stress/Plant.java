package dev.skep.stress;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/// The runtime and its checks once more, with a fault in one class.
final class Plant extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final Mutant mutant;

    Plant(Mutant mutant) {
        super(new URL[0], Plant.class.getClassLoader());
        this.mutant = mutant;
    }

    /// The model that has to find the fault, on top of it.
    Class<?> model() {
        try {
            return loadClass("dev.skep." + mutant.model());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("there is no model " + mutant.model(), e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean own = name.startsWith("dev.skep.") && !name.startsWith("dev.skep.stress.");
        if (!own) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                byte[] code = code(name);
                loaded = defineClass(name, code, 0, code.length);
            }
            return loaded;
        }
    }

    private byte[] code(String name) throws ClassNotFoundException {
        byte[] original = original(name);
        return name.equals(mutant.className()) ? mutant.plantInto(original) : original;
    }

    private static byte[] original(String name) throws ClassNotFoundException {
        try (InputStream file = Plant.class.getClassLoader().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    /// Writes the class with the fault into a folder, which then goes before the others on a class path.
    static void write(Mutant mutant, Path folder) throws IOException {
        try {
            Path file = folder.resolve(mutant.className().replace('.', '/') + ".class");
            Files.createDirectories(file.getParent());
            Files.write(file, mutant.plantInto(original(mutant.className())));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("there is no class " + mutant.className(), e);
        }
    }
}
