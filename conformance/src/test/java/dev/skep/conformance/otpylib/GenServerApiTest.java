package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.otpylib.KeyValues.Rpc;
import dev.skep.server.GenServer;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_gen_server/test_api")
class GenServerApiTest {
    private final List<ExitReason> ends = new CopyOnWriteArrayList<>();
    private Crew crew;
    private ServerRef<Rpc> server;
    private Pid pid;

    @BeforeEach
    void start(Testkit skep) {
        crew = new Crew(skep);
        server = crew.start(GenServer.spec(() -> new KeyValues(ends)));
        pid = server.pid().orElseThrow();
    }

    @AfterEach
    void stop() {
        crew.close();
    }

    @Test
    @Covers("test_start_and_stop")
    void aServerRunsUntilItIsToldToShutDown(Testkit skep) {
        assertThat(pid.isAlive()).isTrue();

        pid.exit(ExitReason.shutdown());

        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(pid.isAlive()).isFalse();
    }

    @Test
    @Covers("test_init_failure")
    void aServerWhoseInitFailsDoesNotStart(Testkit skep) {
        skep.expectCrash(IllegalStateException.class);

        assertThatExceptionOfType(StartException.Failed.class)
                .isThrownBy(() -> skep.node().start(GenServer.spec(FailingInit::new)))
                .withMessageContaining("init failed")
                .withCauseInstanceOf(IllegalStateException.class);
    }

    private static final class FailingInit implements GenServer<String, Rpc> {
        @Override
        public String init(Self<Rpc> self) {
            throw new IllegalStateException("init failed");
        }

        @Override
        public Next<String> handle(Rpc message, From from, String state) {
            return Next.noReply();
        }
    }

    @Test
    @Covers("test_terminate_callback")
    void terminateRunsWithTheReason(Testkit skep) {
        pid.exit(ExitReason.shutdown());
        skep.awaitEnd(pid);

        assertThat(ends).containsExactly(ExitReason.shutdown());
    }
}
