package dev.skep.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
    private static final Setting<Integer> PORT = Setting.integer("http.port")
            .where(port -> port > 0 && port < 65536, "from 1 to 65535")
            .orElse(8080);

    private static Config given(String... pairs) {
        Config config = Config.of("shop");
        for (int i = 0; i < pairs.length; i += 2) {
            config = config.with(Setting.text(pairs[i]), pairs[i + 1]);
        }
        return config;
    }

    // ---- Types ---------------------------------------------------------------------------------------------------

    @Test
    void everyTypeIsRead() {
        Config config = given(
                "text",
                "a text",
                "integer",
                " 42 ",
                "long",
                "9000000000",
                "number",
                "0.5",
                "flag",
                "TRUE",
                "path",
                "a/b",
                "uri",
                "http://localhost:1",
                "unit",
                "milliseconds",
                "list",
                "1, 2,3",
                "none",
                "");

        assertThat(config.get(Setting.text("text"))).isEqualTo("a text");
        assertThat(config.get(Setting.integer("integer"))).isEqualTo(42);
        assertThat(config.get(Setting.longInteger("long"))).isEqualTo(9_000_000_000L);
        assertThat(config.get(Setting.number("number"))).isEqualTo(0.5);
        assertThat(config.get(Setting.flag("flag"))).isTrue();
        assertThat(config.get(Setting.path("path"))).isEqualTo(Path.of("a", "b"));
        assertThat(config.get(Setting.uri("uri"))).isEqualTo(URI.create("http://localhost:1"));
        assertThat(config.get(Setting.oneOf("unit", TimeUnit.class))).isEqualTo(TimeUnit.MILLISECONDS);
        assertThat(config.get(Setting.integer("list").list())).containsExactly(1, 2, 3);
        assertThat(config.get(Setting.integer("none").list())).isEmpty();
    }

    @Test
    void lengthsOfTimeAreReadInBothForms() {
        Setting<Duration> time = Setting.duration("time");

        assertThat(given("time", "250ms").get(time)).isEqualTo(Duration.ofMillis(250));
        assertThat(given("time", "5 s").get(time)).isEqualTo(Duration.ofSeconds(5));
        assertThat(given("time", "10m").get(time)).isEqualTo(Duration.ofMinutes(10));
        assertThat(given("time", "2h").get(time)).isEqualTo(Duration.ofHours(2));
        assertThat(given("time", "1d").get(time)).isEqualTo(Duration.ofDays(1));
        assertThat(given("time", "PT1M30S").get(time)).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void aTypeOfOnesOwnIsReadByItsParser() {
        Setting<List<String>> words = Setting.of("words", "words", text -> List.of(text.split(" ")));

        assertThat(given("words", "a b").get(words)).containsExactly("a", "b");
    }

    @Test
    void aSettingThatNeedNotBeGivenIsEmpty() {
        Setting<Optional<Integer>> limit = Setting.integer("limit").optional();

        assertThat(Config.of("shop").get(limit)).isEmpty();
        assertThat(given("limit", "3").get(limit)).contains(3);
    }

    // ---- Layers --------------------------------------------------------------------------------------------------

    @Test
    void laterLayersWin(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("shop.properties");
        Files.writeString(file, "http.port=1001\nname=from the file\n");
        Config withFile = Config.of("layered-shop").file(file);
        Config withProperties = withProperty("layered-shop.http.port", "1002", withFile);
        Config withAll = withProperties.environment(Map.of("LAYERED_SHOP_HTTP_PORT", "1003"));

        assertThat(Config.of("layered-shop").get(PORT)).isEqualTo(8080);
        assertThat(withFile.get(PORT)).isEqualTo(1001);
        assertThat(withProperties.get(PORT)).isEqualTo(1002);
        assertThat(withAll.get(PORT)).isEqualTo(1003);
        assertThat(withAll.with(PORT, "1004").get(PORT)).isEqualTo(1004);
        assertThat(withAll.get(Setting.text("name"))).isEqualTo("from the file");
    }

    private static Config withProperty(String key, String value, Config config) {
        System.setProperty(key, value);
        try {
            return config.systemProperties();
        } finally {
            System.clearProperty(key);
        }
    }

    @Test
    void theStandardLayersReadTheFileThatIsNamed(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("some.properties");
        Files.writeString(file, "http.port=1001\n");
        System.setProperty("standard-shop.config", file.toString());
        try {
            assertThat(Config.standard("standard-shop").get(PORT)).isEqualTo(1001);
        } finally {
            System.clearProperty("standard-shop.config");
        }
        assertThat(Config.standard("standard-shop").get(PORT)).isEqualTo(8080);
    }

    // ---- Errors --------------------------------------------------------------------------------------------------

    @Test
    void aValueThatIsNoGoodNamesKeySourceAndWhatIsExpected() {
        Config config = Config.of("shop").environment(Map.of("SHOP_HTTP_PORT", "eighty"));

        assertThatThrownBy(() -> config.get(PORT))
                .isInstanceOf(ConfigException.class)
                .hasMessage("settings of shop: http.port is \"eighty\" in environment variable SHOP_HTTP_PORT, but has"
                        + " to be an integer from 1 to 65535");
        assertThatThrownBy(() -> given("http.port", "70000").get(PORT))
                .hasMessageContaining(
                        "http.port is \"70000\" in the program's own value, but has to be an integer from");
    }

    @Test
    void aMissingValueNamesThePlacesToPutIt(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("shop.properties"));
        Config config = Config.of("shop").file(file).systemProperties().environment(Map.of());

        assertThatThrownBy(() -> config.get(Setting.uri("db.url")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("settings of shop: db.url is missing: set db.url in file " + file
                        + ", or system property shop.db.url, or environment variable SHOP_DB_URL; it has to be a URI");
        assertThatThrownBy(() -> config.with(PORT, "1").get(Setting.uri("db.url")))
                .as("what the program says of another key is no place for this one")
                .hasMessageContaining("or environment variable SHOP_DB_URL; it has");
        assertThatThrownBy(() -> given("http.port", "1").get(Setting.uri("db.url")))
                .hasMessageContaining("there is no layer to look in");
    }

    @Test
    void allProblemsAreFoundAtOnce() {
        assertThatThrownBy(() -> given("http.port", "x").check(List.of(PORT, Setting.text("name"), Setting.flag("on"))))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.problems()).hasSize(3));
    }

    @Test
    void secretsAreNotShown() {
        Setting<Integer> pin = Setting.integer("pin").secret();

        assertThatThrownBy(() -> given("pin", "hush").get(pin))
                .hasMessageContaining("(a secret)")
                .hasMessageNotContaining("hush");
        assertThat(given("pin", "1234").show(List.of(pin, PORT)))
                .containsExactly(Map.entry("pin", "(a secret)"), Map.entry("http.port", "8080"));
        assertThat(pin.isSecret()).isTrue();
    }

    @Test
    void everyTypeRefusesWhatItCannotRead() {
        List<Setting<?>> all = List.of(
                Setting.of("x", "a text of one's own", _ -> null),
                Setting.integer("x"),
                Setting.longInteger("x"),
                Setting.number("x"),
                Setting.flag("x"),
                Setting.duration("x"),
                Setting.uri("x"),
                Setting.oneOf("x", TimeUnit.class),
                Setting.integer("x").list());

        assertThat(all)
                .allSatisfy(setting -> assertThatThrownBy(() -> Config.of("shop")
                                .environment(Map.of("SHOP_X", " ,:%"))
                                .get(setting))
                        .isInstanceOf(ConfigException.class)
                        .hasMessageContaining(setting.expected()));
    }

    @Test
    void aBlankTextIsNoText() {
        assertThatThrownBy(() -> given("name", " ").get(Setting.text("name")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "name is \" \" in the program's own value, but has to be a text that is not blank");
    }

    @Test
    void aFileThatCannotBeReadIsNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> Config.of("shop").file(folder.resolve("none")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none")
                .hasMessageContaining("NoSuchFileException");
    }

    @Test
    void aKeyThatFitsNoLayerIsRefused() {
        assertThatThrownBy(() -> Setting.text("http port"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"http port\"");
        assertThatThrownBy(() -> Setting.text(null)).isInstanceOf(NullPointerException.class);
    }
}
