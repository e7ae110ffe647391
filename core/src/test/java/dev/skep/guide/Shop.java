package dev.skep.guide;

import dev.skep.StartSpec;
import dev.skep.application.Application;
import dev.skep.application.ApplicationStart;
import dev.skep.application.Config;
import dev.skep.application.Setting;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// The application of the chapter on applications.
final class Shop implements Application {
    static final Setting<Integer> PORT = Setting.integer("http.port")
            .where(port -> port > 0 && port < 65536, "from 1 to 65535")
            .orElse(8080);
    static final Setting<Duration> PATIENCE = Setting.duration("patience").orElse(Duration.ofSeconds(5));
    static final Setting<String> PASSWORD = Setting.text("db.password").secret();

    @Override
    public String name() {
        return "shop";
    }

    @Override
    public List<Application> dependencies() {
        return List.of(new Warehouse());
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(PORT, PATIENCE, PASSWORD);
    }

    @Override
    public StartSpec<?> start(ApplicationStart start) {
        Config config = start.config();
        return Supervisor.oneForOne()
                .child(ChildSpec.loop("front door", () -> serve(config.get(PORT), config.get(PATIENCE))));
    }

    @Override
    public List<String> startPhases() {
        return List.of("warm up", "open");
    }

    @Override
    public void startPhase(String phase, ApplicationStart start) {
        switch (phase) {
            case "warm up" -> fillCaches();
            case "open" -> hangOutTheSign();
            default -> throw new IllegalArgumentException(phase);
        }
    }

    /// Waits for customers, of which there are none in a test.
    private static Void serve(int port, Duration patience) throws InterruptedException {
        new CountDownLatch(1).await();
        throw new IllegalStateException("somebody came to " + port + ", with " + patience + " to spare");
    }

    private static void fillCaches() {}

    private static void hangOutTheSign() {}
}
