package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.application.Config;
import dev.skep.application.ConfigException;
import dev.skep.application.Setting;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@CasesOf("application_SUITE")
@Differs(
        cases = {"config_change", "otp_2012"},
        entry = "Settings may change while an application runs")
@Differs(
        cases = {"config_relative_paths", "configfd_bash", "configfd_port_program"},
        entry = "A file of settings may name others")
class ApplicationSettingsTest {
    private static final Setting<String> OWN = Setting.text("own");
    private static final Setting<String> NEW = Setting.text("new");

    @TempDir
    private Path folder;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @Test
    @Covers("get_env")
    void aSettingIsReadOrHasItsDefault() {
        Config config = Config.of("app").with(OWN, "value");
        assertThat(config.get(OWN)).isEqualTo("value");
        assertThat(config.get(NEW.optional())).isEmpty();
        assertThat(config.get(NEW.orElse("default"))).isEqualTo("default");
        assertThat(Config.of("another").get(OWN.optional())).isEmpty();
    }

    @Test
    @Differs(
            cases = {"set_env", "set_env_persistent", "persistent_env"},
            entry = "Settings may change while an application runs")
    void whatTheProgramSetsWinsOverTheRestAndStays() throws IOException {
        Config loaded = Config.of("app").file(file("app.properties", "own = value1"));
        Config set = loaded.with(OWN, "persist").with(NEW, "persist");
        assertThat(set.get(OWN)).isEqualTo("persist");
        assertThat(set.get(NEW)).isEqualTo("persist");
        assertThat(loaded.get(OWN)).isEqualTo("value1");
        assertThat(loaded.get(NEW.optional())).isEmpty();
        assertThat(set.with(OWN, "again").get(OWN)).isEqualTo("again");
    }

    @Test
    @Covers("set_env_errors")
    void settingsThatMakeNoSenseAreRefusedInWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Setting.text("1"))
                .withMessageContaining("key")
                .withMessageContaining("\"1\"");
        assertThatNullPointerException().isThrownBy(() -> Config.of(null));
        assertThatNullPointerException().isThrownBy(() -> Config.of("app").with(OWN, null));
        assertThatThrownBy(() -> Config.of("app").file(folder.resolve("missing")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("missing");
        assertThatThrownBy(() -> Config.of("app")
                        .with(OWN, "some")
                        .check(List.of(Setting.integer("own"), Setting.integer("new"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("own is \"some\"")
                .hasMessageContaining("new is missing");
    }

    @Test
    @Covers("handle_many_config_files")
    void ofSeveralFilesTheLaterWins() throws IOException {
        Config config = Config.of("app")
                .file(file("one.properties", "own = 1\nnew = 1"))
                .file(file("two.properties", "own = 2"))
                .file(file("three.properties", "third = 3"));
        assertThat(config.get(OWN)).isEqualTo("2");
        assertThat(config.get(NEW)).isEqualTo("1");
        assertThat(config.show(List.of(OWN, NEW))).isEqualTo(Map.of("own", "2", "new", "1"));
        assertThat(config.environment(Map.of("APP_OWN", "4")).get(OWN.optional())).isEqualTo(Optional.of("4"));
    }
}
