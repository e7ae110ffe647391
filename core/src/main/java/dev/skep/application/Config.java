package dev.skep.application;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;

/// The settings of an application, in layers: the defaults of the [Setting]s, a file, the system properties, the
/// environment. What comes later wins. Immutable; each method returns a changed copy.
///
/// | layer | where `http.port` of the application `worker-bee` is |
/// |---|---|
/// | file, in the format of [Properties] | `http.port` |
/// | system properties | `worker-bee.http.port` |
/// | environment | `WORKER_BEE_HTTP_PORT` |
///
/// Erlang: an application's `env`, `sys.config` and `-Application Key Value`.
public final class Config {
    private final String application;
    /// The strongest first.
    private final List<Layer> layers;

    /// A place to look for values.
    ///
    /// @param source what it is, for messages
    /// @param isOutside whether operators put values there, and not the program
    /// @param keyOf the key of a setting's key there
    /// @param values the values
    private record Layer(String source, boolean isOutside, UnaryOperator<String> keyOf, Map<String, String> values) {
        /// What to set, to give a value.
        String place(String key) {
            String mine = keyOf.apply(key);
            return mine.equals(key) ? key + " in " + source : source + " " + mine;
        }
    }

    private Config(String application, List<Layer> layers) {
        this.application = application;
        this.layers = layers;
    }

    /// No layers but the defaults.
    ///
    /// @param application the application's name
    /// @return the settings
    public static Config of(String application) {
        return new Config(Objects.requireNonNull(application, "application"), List.of());
    }

    /// All layers: the file that the system property `<application>.config` or the environment variable
    /// `<APPLICATION>_CONFIG` names, if one of them does, and over it the system properties and the environment of
    /// this JVM.
    ///
    /// @param application the application's name
    /// @return the settings
    /// @throws ConfigException if that file cannot be read
    public static Config standard(String application) {
        Config without = of(application).systemProperties().environment(System.getenv());
        Optional<Path> file = without.get(Setting.path("config").optional());
        return file.isEmpty()
                ? without
                : of(application).file(file.get()).systemProperties().environment(System.getenv());
    }

    /// Adds a file, which wins over what is there.
    ///
    /// @param file the file, in the format of [Properties], UTF-8
    /// @return the settings with the file
    /// @throws ConfigException if it cannot be read
    public Config file(Path file) {
        Objects.requireNonNull(file, "file");
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(
                    application,
                    List.of("the file " + file + " cannot be read: "
                            + e.getClass().getSimpleName() + ": " + e.getMessage()));
        }
        return with(new Layer("file " + file, true, UnaryOperator.identity(), strings(properties)));
    }

    /// Adds the system properties as they are now, which win over what is there.
    ///
    /// @return the settings with the system properties
    public Config systemProperties() {
        return with(
                new Layer("system property", true, key -> application + "." + key, strings(System.getProperties())));
    }

    private static Map<String, String> strings(Properties properties) {
        Map<String, String> values = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return values;
    }

    /// Adds environment variables, which win over what is there.
    ///
    /// @param variables the variables, [System#getenv()] mostly
    /// @return the settings with the variables
    public Config environment(Map<String, String> variables) {
        return with(new Layer(
                "environment variable",
                true,
                this::variable,
                Map.copyOf(Objects.requireNonNull(variables, "variables"))));
    }

    private String variable(String key) {
        return (application + "_" + key).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /// Sets one value, which wins over what is there. Erlang: `application:set_env/3`.
    ///
    /// @param setting the setting
    /// @param text the value as text
    /// @return the settings with the value
    public Config with(Setting<?> setting, String text) {
        Objects.requireNonNull(setting, "setting");
        Objects.requireNonNull(text, "value of " + setting.key());
        return with(new Layer("the program's own value", false, UnaryOperator.identity(), Map.of(setting.key(), text)));
    }

    private Config with(Layer layer) {
        List<Layer> all = new ArrayList<>();
        all.add(layer);
        all.addAll(layers);
        return new Config(application, List.copyOf(all));
    }

    /// The value of a setting. Erlang: `application:get_env/2`.
    ///
    /// @param <T> its type
    /// @param setting the setting
    /// @return the value
    /// @throws ConfigException if it is missing, or is not what it should be; the message says where and what
    public <T> T get(Setting<T> setting) {
        Objects.requireNonNull(setting, "setting");
        for (Layer layer : layers) {
            String key = layer.keyOf().apply(setting.key());
            String text = layer.values().get(key);
            if (text != null) {
                return parsed(setting, layer, key, text);
            }
        }
        return setting.fallback().orElseThrow(() -> new ConfigException(application, List.of(missing(setting))));
    }

    private <T> T parsed(Setting<T> setting, Layer layer, String key, String text) {
        try {
            return setting.parse(text);
        } catch (RuntimeException unfit) {
            String shown = setting.isSecret() ? "(a secret)" : "\"" + text + "\"";
            throw new ConfigException(
                    application,
                    List.of(setting.key() + " is " + shown + " in " + layer.source()
                            + (key.equals(setting.key()) ? "" : " " + key) + ", but has to be " + setting.expected()));
        }
    }

    private String missing(Setting<?> setting) {
        List<String> places = layers.reversed().stream()
                .filter(Layer::isOutside)
                .map(layer -> layer.place(setting.key()))
                .toList();
        return setting.key() + " is missing: "
                + (places.isEmpty() ? "there is no layer to look in" : "set " + String.join(", or ", places))
                + "; it has to be " + setting.expected();
    }

    /// Checks all of several settings.
    ///
    /// @param settings the settings
    /// @throws ConfigException if some are missing, or not what they should be; the message names all of them
    public void check(Collection<? extends Setting<?>> settings) {
        List<String> problems = new ArrayList<>();
        for (Setting<?> setting : Objects.requireNonNull(settings, "settings")) {
            try {
                get(setting);
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(application, problems);
        }
    }

    /// The values of several settings as texts, secrets left out. Erlang: `application:get_all_env/1`.
    ///
    /// @param settings the settings
    /// @return by key, in the order of the settings
    /// @throws ConfigException as [#get(Setting)] does
    public Map<String, String> show(Collection<? extends Setting<?>> settings) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Setting<?> setting : Objects.requireNonNull(settings, "settings")) {
            String value = String.valueOf(get(setting));
            all.put(setting.key(), setting.isSecret() ? "(a secret)" : value);
        }
        return all;
    }

    /// The name of the application.
    ///
    /// @return the name
    public String application() {
        return application;
    }

    @Override
    public String toString() {
        return "settings of " + application;
    }
}
