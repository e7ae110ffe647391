package dev.skep.application;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A setting of an application: its key, its type, its default, and what values are good. Immutable; keep one constant
/// for each.
///
/// ```java
/// static final Setting<Integer> PORT = Setting.integer("http.port")
///         .where(port -> port > 0 && port < 65536, "from 1 to 65535")
///         .orElse(8080);
/// ```
///
/// @param <T> the type of its value
public final class Setting<T> {
    private static final Pattern KEY = Pattern.compile("[A-Za-z][A-Za-z0-9]*(?:[.-][A-Za-z0-9]+)*");
    private static final Pattern TIME = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

    private final String key;
    private final String expected;
    private final Function<String, ? extends T> parser;
    private final @Nullable T fallback;
    private final boolean secret;

    private Setting(
            String key, String expected, Function<String, ? extends T> parser, @Nullable T fallback, boolean secret) {
        this.key = key;
        this.expected = expected;
        this.parser = parser;
        this.fallback = fallback;
        this.secret = secret;
    }

    /// A setting of a type of your own.
    ///
    /// @param <T> the type of its value
    /// @param key letters and digits in parts, with dots or hyphens between them: `http.port`
    /// @param expected what the value has to be, for error messages: `an integer`
    /// @param parser makes the value of a text; what it throws means that the text is no good
    /// @return the setting, without a default
    public static <T> Setting<T> of(String key, String expected, Function<String, ? extends T> parser) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(expected, "what setting " + key + " is expected to be");
        Objects.requireNonNull(parser, "parser of setting " + key);
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException(
                    "the key of a setting is made of letters and digits, with dots or hyphens"
                            + " between them, as in http.port, but was \"" + key + "\"");
        }
        return new Setting<>(key, expected, parser, null, false);
    }

    /// A text; not blank.
    ///
    /// @param key the key
    /// @return the setting, without a default
    public static Setting<String> text(String key) {
        return of(key, "a text that is not blank", text -> {
            if (text.isBlank()) {
                throw new IllegalArgumentException("blank");
            }
            return text;
        });
    }

    /// An integer.
    ///
    /// @param key the key
    /// @return the setting, without a default
    public static Setting<Integer> integer(String key) {
        return of(key, "an integer", text -> Integer.valueOf(text.strip()));
    }

    /// An integer of 64 bits.
    ///
    /// @param key the key
    /// @return the setting, without a default
    public static Setting<Long> longInteger(String key) {
        return of(key, "an integer of 64 bits", text -> Long.valueOf(text.strip()));
    }

    /// A number with a fraction.
    ///
    /// @param key the key
    /// @return the setting, without a default
    public static Setting<Double> number(String key) {
        return of(key, "a number", text -> Double.valueOf(text.strip()));
    }

    /// True or false, in lower or upper case.
    ///
    /// @param key the key
    /// @return the setting, without a default
    public static Setting<Boolean> flag(String key) {
        return of(key, "true or false", text -> switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        });
    }

    /// A length of time: `250ms`, `5s`, `10m`, `2h`, `1d`, or as in ISO 8601, `PT5S`.
    ///
    /// @param key the key
    /// @return the setting, without a default
    public static Setting<Duration> duration(String key) {
        return of(key, "a length of time such as 250ms, 5s, 10m, 2h or PT1M30S", Setting::parseDuration);
    }

    private static Duration parseDuration(String text) {
        Matcher brief = TIME.matcher(text.strip());
        if (!brief.matches()) {
            return Duration.parse(text.strip());
        }
        long amount = Long.parseLong(brief.group(1));
        return switch (brief.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /// A file or folder; it need not exist.
    ///
    /// @param key the key
    /// @return the setting, without a default
    public static Setting<Path> path(String key) {
        return of(key, "a path", text -> Path.of(text.strip()));
    }

    /// A URI.
    ///
    /// @param key the key
    /// @return the setting, without a default
    public static Setting<URI> uri(String key) {
        return of(key, "a URI", text -> URI.create(text.strip()));
    }

    /// One of the constants of an enum, in any case, with hyphens or underscores.
    ///
    /// @param <E> the enum
    /// @param key the key
    /// @param type the enum
    /// @return the setting, without a default
    public static <E extends Enum<E>> Setting<E> oneOf(String key, Class<E> type) {
        Objects.requireNonNull(type, "type of setting " + key);
        String names = String.join(
                ", ",
                Arrays.stream(type.getEnumConstants())
                        .map(constant ->
                                constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .toList());
        return of(
                key,
                "one of " + names,
                text -> Enum.valueOf(type, text.strip().toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    /// Several values of this type, with commas between them. Blanks around them do not count; an empty text is an
    /// empty list.
    ///
    /// @return a setting of the same key, without a default
    public Setting<List<T>> list() {
        return new Setting<>(
                key,
                "a list, with commas, of: " + expected,
                text -> text.isBlank()
                        ? List.of()
                        : Arrays.stream(text.split(",", -1))
                                .map(part -> (T) parser.apply(part.strip()))
                                .toList(),
                null,
                secret);
    }

    /// A setting that need not be given.
    ///
    /// @return a setting of the same key, whose default is empty
    public Setting<Optional<T>> optional() {
        return new Setting<>(
                key, expected, text -> Optional.of(parser.apply(text)), Optional.ofNullable(fallback), secret);
    }

    /// The value when nothing else is given.
    ///
    /// @param value the default
    /// @return the setting with that default
    public Setting<T> orElse(T value) {
        return new Setting<>(key, expected, parser, Objects.requireNonNull(value, "default of setting " + key), secret);
    }

    /// Rules out values, in addition to what is ruled out already. The default is not looked at.
    ///
    /// @param good whether a value is good
    /// @param rule what it has to be, for error messages: `from 1 to 65535`
    /// @return the setting with that rule
    public Setting<T> where(Predicate<? super T> good, String rule) {
        Objects.requireNonNull(good, "rule of setting " + key);
        Objects.requireNonNull(rule, "text of the rule of setting " + key);
        return new Setting<>(
                key,
                expected + " " + rule,
                text -> {
                    T value = parser.apply(text);
                    if (!good.test(value)) {
                        throw new IllegalArgumentException("ruled out");
                    }
                    return value;
                },
                fallback,
                secret);
    }

    /// Keeps the value out of error messages and listings.
    ///
    /// @return the setting, whose value is a secret
    public Setting<T> secret() {
        return new Setting<>(key, expected, parser, fallback, true);
    }

    /// The key.
    ///
    /// @return the key
    public String key() {
        return key;
    }

    /// What a value has to be.
    ///
    /// @return a text such as `an integer from 1 to 65535`
    public String expected() {
        return expected;
    }

    /// The value when nothing else is given.
    ///
    /// @return the default, if there is one
    public Optional<T> fallback() {
        return Optional.ofNullable(fallback);
    }

    /// Whether the value is kept out of messages.
    ///
    /// @return true if so
    public boolean isSecret() {
        return secret;
    }

    /// @throws RuntimeException if the text is no good
    T parse(String text) {
        return Objects.requireNonNull(parser.apply(text), "the parser returned null");
    }

    @Override
    public String toString() {
        return key + " (" + expected + ")";
    }
}
