package dev.skep.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.StartSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LauncherTest {

    private static final Setting<Integer> PORT = Setting.integer("http.port").orElse(8080);

    private final List<Integer> ports = new ArrayList<>();

    /// Tells which settings it was given, and does not start.
    private final class Shop implements Application {
        @Override
        public String name() {
            return "shop";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(PORT);
        }

        @Override
        public StartSpec<?> start(ApplicationStart start) throws IOException {
            ports.add(start.config().get(PORT));
            throw new IOException("the shop is closed");
        }
    }

    @Test
    void startsTheApplicationWithTheSettingsThatItIsGiven() {
        new Launcher(new Shop(), name -> Config.of(name).with(PORT, "4711")).run();

        assertThat(ports).containsExactly(4711);
    }

    @Test
    void endsWithOneWhenTheApplicationDoesNotStart() {
        assertThat(new Launcher(new Shop(), Config::of).run()).isEqualTo(1);
        assertThat(ports).containsExactly(8080);
    }

    @Test
    void endsWithOneWhenSettingsAreWrong() {
        assertThat(new Launcher(new Shop(), name -> Config.of(name).with(PORT, "http")).run())
                .isEqualTo(1);
        assertThat(ports).isEmpty();
    }
}
