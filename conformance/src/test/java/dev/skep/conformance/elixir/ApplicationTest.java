package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Node;
import dev.skep.StartSpec;
import dev.skep.application.Application;
import dev.skep.application.ApplicationInfo;
import dev.skep.application.ApplicationStart;
import dev.skep.application.ApplicationType;
import dev.skep.application.Applications;
import dev.skep.application.Config;
import dev.skep.application.ConfigException;
import dev.skep.application.Setting;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.coverage.NotApplicable;
import dev.skep.supervisor.Supervisor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// On a node without a testkit: applications begin and end with their node.
@CasesOf("application")
@NotApplicable(
        cases = "compile environment: invoked at compile time",
        because = "nothing is configured when Java code is compiled")
@NotApplicable(
        cases = "application directory",
        because = "an application is on the class path, where its resources are found by its classes")
@Differs(cases = "application module", entry = "An application's resource file lists its modules")
class ApplicationTest {
    private static final Setting<String> UNKNOWN = Setting.text("unknown");

    private static final class Elixir implements Application {
        @Override
        public String name() {
            return "elixir";
        }

        @Override
        public String version() {
            return "1.14";
        }

        @Override
        public StartSpec<?> start(ApplicationStart start) {
            return Supervisor.oneForOne();
        }
    }

    @Test
    @Covers("application environment")
    void aSettingIsMissingOrHasADefaultUntilItIsSet() {
        Config config = Config.of("elixir").environment(Map.of());
        assertThatThrownBy(() -> config.get(UNKNOWN))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("elixir")
                .hasMessageContaining("unknown is missing");
        assertThat(config.get(UNKNOWN.optional())).isEmpty();
        assertThat(config.get(UNKNOWN.orElse("default"))).isEqualTo("default");

        Config set = config.with(UNKNOWN, "known");
        assertThat(set.get(UNKNOWN)).isEqualTo("known");
        assertThat(set.get(UNKNOWN.optional())).contains("known");
        assertThat(set.get(UNKNOWN.orElse("default"))).isEqualTo("known");
        assertThat(set.show(List.of(UNKNOWN))).containsEntry("unknown", "known");
        assertThat(config.get(UNKNOWN.orElse("default"))).isEqualTo("default");
    }

    @Test
    @Covers("deprecated non-atom keys")
    void aKeyThatIsNoneIsRefused() {
        for (String key : List.of("", "a b", "[a, b]", ".a", "a..b")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Setting.text(key))
                    .withMessageContaining("\"" + key + "\"");
        }
    }

    @Test
    @Covers({"loaded and started applications", "application specification"})
    void whatRunsIsListedWithItsVersion() {
        try (Node node = Node.start("elixir")) {
            Applications applications = Applications.of(node).configuredBy(Config::of);
            assertThat(applications.running()).isEmpty();
            assertThat(applications.find("unknown")).isEmpty();

            applications.start(new Elixir(), ApplicationType.TEMPORARY);

            assertThat(applications.running())
                    .extracting(ApplicationInfo::name, ApplicationInfo::version, ApplicationInfo::type)
                    .containsExactly(org.assertj.core.api.Assertions.tuple(
                            "elixir", "1.14", ApplicationType.TEMPORARY));
            assertThat(applications.find("elixir")).map(ApplicationInfo::version).contains("1.14");
        }
    }
}
