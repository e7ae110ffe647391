package dev.skep.guide;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import org.junit.jupiter.api.Test;

/// The example of the README.
class ReadmeTest {
    static final Name<UserRpc> USERS = Name.of("users");

    @Test
    void theExampleRuns() {
        try (Node node = Node.start("hive")) {
            node.start(
                    Supervisor.oneForOne().intensity(3, ofSeconds(5)).child(ChildSpec.server(USERS, UserManager::new)));

            ServerRef<UserRpc> users = node.ref(USERS); // by name: survives restarts
            Result<User, UserError> ada = users.call(new UserRpc.Create("ada@example.org"));
            users.cast(new UserRpc.Touch(1));

            assertThat(ada.isOk()).isTrue();
            Pid before = users.pid().orElseThrow();
            before.exitAndJoin(ExitReason.kill(), ofSeconds(30));
            while (users.pid().isEmpty()) {
                Thread.onSpinWait(); // until the supervisor has restarted it
            }
            assertThat(users.call(new UserRpc.Create("ada@example.org")).isOk()).isTrue();
        }
    }
}
