package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.ForkedJvm;
import dev.skep.ManualClock;
import dev.skep.Node;
import dev.skep.Result;
import dev.skep.application.ApplicationError;
import dev.skep.application.ApplicationInfo;
import dev.skep.application.ApplicationType;
import dev.skep.application.Applications;
import dev.skep.application.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples of the chapter on applications.
class ApplicationGuideTest {
    @Test
    void theShopIsStartedAfterItsWarehouseAndStoppedBeforeIt() {
        try (Node node = Node.builder("test").clock(ManualClock.attentive()).start()) {
            Applications applications =
                    Applications.of(node).configuredBy(name -> Config.of(name).with(Shop.PASSWORD, "honey"));

            Result<List<String>, ApplicationError> started =
                    applications.ensureAllStarted(new Shop(), ApplicationType.TEMPORARY);

            assertThat(started).isEqualTo(Result.ok(List.of("warehouse", "shop")));
            assertThat(applications.running()).extracting(ApplicationInfo::name).containsExactly("shop", "warehouse");
            boolean all = applications.stopAll(Duration.ofSeconds(30));
            assertThat(all).isTrue();
        }
    }

    @Test
    void settingsComeInLayers(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("shop.properties"), "http.port=8081\ndb.password=honey\n");
        Map<String, String> environment = Map.of("SHOP_HTTP_PORT", "8082");

        Config config = Config.of("shop").file(file).systemProperties().environment(environment);
        int port = config.get(Shop.PORT);
        Map<String, String> shown = config.show(new Shop().settings());

        assertThat(port).isEqualTo(8082);
        assertThat(shown).isEqualTo(Map.of("http.port", "8082", "patience", "PT5S", "db.password", "(a secret)"));
    }

    @Test
    void allProblemsAreNamed() {
        Config config = Config.of("shop")
                .systemProperties()
                .environment(Map.of("SHOP_HTTP_PORT", "eighty", "SHOP_PATIENCE", "long"));

        assertThatThrownBy(() -> config.check(new Shop().settings()))
                .hasMessage("settings of shop:"
                        + " http.port is \"eighty\" in environment variable SHOP_HTTP_PORT,"
                        + " but has to be an integer from 1 to 65535;"
                        + " patience is \"long\" in environment variable SHOP_PATIENCE,"
                        + " but has to be a length of time such as 250ms, 5s, 10m, 2h or PT1M30S;"
                        + " db.password is missing: set system property shop.db.password,"
                        + " or environment variable SHOP_DB_PASSWORD; it has to be a text that is not blank");
    }

    @Test
    void theMainMethodEndsTheProgramWhenTheSettingsAreNoGood() throws Exception {
        try (ForkedJvm jvm =
                new ForkedJvm(ShopMain.class, List.of("-Dshop.db.password=honey", "-Dshop.http.port=70000"))) {
            assertThat(jvm.exitStatus()).isEqualTo(1);
            assertThat(jvm.errors())
                    .contains("shop: settings of shop: http.port is \"70000\" in system property shop.http.port, but"
                            + " has to be an integer from 1 to 65535");
        }
    }
}
