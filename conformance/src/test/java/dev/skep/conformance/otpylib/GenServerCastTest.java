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
@CasesOf("test_gen_server/test_cast")
class GenServerCastTest {
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
    @Covers("test_simple_cast")
    void castsAreHandledInTheirOrder() {
        server.cast(new Rpc.Remember("event1"));
        server.cast(new Rpc.Remember("event2"));

        assertThat(server.call(new Rpc.Events())).containsExactly("event1", "event2");
    }

    @Test
    @Covers("test_cast_with_stop")
    void aCastMayEndTheServer(Testkit skep) {
        server.cast(new Rpc.StopLater());

        assertThat(skep.awaitEnd(pid)).isEqualTo(KeyValues.STOPPED);
        assertThat(ends).containsExactly(KeyValues.STOPPED);
    }

    @Test
    @Covers("test_cast_modifies_state")
    void aCastChangesTheState() {
        server.cast(new Rpc.Add(1));
        server.cast(new Rpc.Add(2));

        assertThat(server.call(new Rpc.Increment())).isEqualTo(4);
    }
}
