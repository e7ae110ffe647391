package dev.skep.example.workerbee.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Result;
import dev.skep.application.ApplicationError;
import dev.skep.application.Config;
import dev.skep.example.workerbee.data.TreeNode;
import dev.skep.example.workerbee.workers.Database;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// The service as an application.
class WorkerBeeTest {

    private final List<String> announced = new CopyOnWriteArrayList<>();
    private final WorkerBee service = new WorkerBee(_ -> {}, announced::add);

    @Test
    void takesItsSettingsFromTheEnvironment() {
        Config config = Config.of(WorkerBee.NAME)
                .environment(Map.of(
                        "WORKER_BEE_HTTP_PORT",
                        "0",
                        "WORKER_BEE_DATABASE_URL",
                        Database.inMemory().url(),
                        "WORKER_BEE_DATABASE_WORKERS",
                        "2"));

        try (Hive hive = Hive.start(service, config).orElseThrow()) {
            assertThat(hive.tree().children())
                    .extracting(TreeNode::id)
                    .containsExactly("workers", "database", "domain", "http");
            assertThat(hive.tree().children().get(1).children())
                    .extracting(TreeNode::id)
                    .containsExactly("database-1", "database-2");
            assertThat(hive.tree().isComplete()).isTrue();
            assertThat(announced)
                    .containsExactly("worker-bee serves " + hive.address() + "/users, users in H2 in memory");
        }
    }

    @Test
    void saysAllThatIsWrongWithItsSettingsButNoSecret() {
        Config config = Config.of(WorkerBee.NAME)
                .with(WorkerBee.PORT, "http")
                .with(WorkerBee.DATABASE, "mysql://bee:secret@localhost")
                .with(WorkerBee.DATABASE_WORKERS, "0");

        Result<Hive, ApplicationError> started = Hive.start(service, config);

        assertThat(started.toString())
                .contains("http.port", "database.url", "database.workers")
                .doesNotContain("mysql", "bee:secret");
        assertThat(announced).isEmpty();
    }
}
