package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ServerRef;
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
@CasesOf("test_gen_server/test_info")
class GenServerInfoTest {
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

    /// Any value may be sent.
    private record Pair(String first, String second) {}

    @Test
    @Covers("test_handle_info")
    void messagesOutsideOfTheProtocolAreHandled() {
        pid.send("info1");
        pid.send(new Pair("tuple", "info"));

        assertThat(server.call(new Rpc.Events())).containsExactly("info1", new Pair("tuple", "info"));
    }

    @Test
    @Covers("test_info_with_stop")
    void suchAMessageMayEndTheServer(Testkit skep) {
        pid.send("stop");

        assertThat(skep.awaitEnd(pid)).isEqualTo(KeyValues.STOPPED);
        assertThat(ends).containsExactly(KeyValues.STOPPED);
    }
}
