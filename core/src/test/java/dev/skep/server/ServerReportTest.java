package dev.skep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Reportable;
import dev.skep.Self;
import dev.skep.ServerRef;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the reports of a server that crashes show, and what they hide.
@Tag("carriers")
class ServerReportTest {
    @RegisterExtension
    final Hive hive = new Hive();

    private final Script script = new Script();

    /// A state with something to hide.
    private record Account(String user, String password) implements Reportable {
        @Override
        public String toReport() {
            return "account of " + user;
        }
    }

    private record Accounts(Object reported) implements GenServer<Account, Rpc> {
        @Override
        public Account init(Self<Rpc> self) {
            return new Account("ada", "tell nobody");
        }

        @Override
        public Next<Account> handle(Rpc message, From from, Account state) {
            throw new IllegalStateException("broken");
        }

        @Override
        public Object reportedState(Account state) {
            return reported instanceof RuntimeException broken ? fail(broken) : reported.equals("") ? state : reported;
        }

        private static Object fail(RuntimeException broken) {
            throw broken;
        }
    }

    @Test
    void aReportHidesWhatTheStateHides() throws Exception {
        assertThat(crash(new Accounts("")).state()).contains("account of ada");
        assertThat(crash(new Accounts("nothing to see")).state()).contains("nothing to see");
    }

    @Test
    void aStateThatCannotBeShownDoesNotKeepItsServerFromEnding() throws Exception {
        assertThat(crash(new Accounts(new IllegalStateException("cannot be shown")))
                        .state())
                .hasValueSatisfying(text -> assertThat(text).contains("IllegalStateException"));
    }

    @Test
    void aStateThatAsksAboutItsProcessIsShown() throws Exception {
        Object state = new Object() {
            @Override
            public String toString() {
                return hive.node().processes().getFirst().info().isPresent() ? "living" : "dead";
            }
        };

        assertThat(crash(new Accounts(state)).state()).contains("living");
    }

    /// A message with something to hide.
    private record Login(String user, String password) implements Reportable {
        @Override
        public String toReport() {
            return "login of " + user;
        }
    }

    @Test
    void aReportHidesWhatTheMessageHides() throws Exception {
        script.info((_, _) -> {
            throw new IllegalStateException("broken");
        });
        Pid pid = start();
        CompletableFuture<ExitReason> end = pid.exited();
        pid.send(new Login("ada", "tell nobody"));
        Await.get(end);

        assertThat(hive.crashes())
                .singleElement()
                .satisfies(report -> assertThat(report.lastMessage()).contains("login of ada"));
        assertThat(hive.crashes().getFirst().text()).doesNotContain("tell nobody");
    }

    private CrashReport crash(GenServer<?, Rpc> server) throws Exception {
        int before = hive.crashes().size();
        ServerRef<Rpc> ref = hive.node().start(GenServer.spec(() -> server));
        CompletableFuture<ExitReason> end = ref.pid().orElseThrow().exited();
        ref.cast(new Rpc.Tell("crash"));
        Await.get(end);
        assertThat(hive.crashes()).hasSize(before + 1);
        assertThat(hive.crashes().getLast().text()).doesNotContain("tell nobody");
        return hive.crashes().getLast();
    }

    private Pid start() {
        return hive.node().start(script.spec()).pid().orElseThrow();
    }
}
