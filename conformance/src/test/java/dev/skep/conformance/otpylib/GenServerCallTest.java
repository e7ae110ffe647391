package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Result;
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
@CasesOf("test_gen_server/test_call")
class GenServerCallTest {
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
    @Covers("test_simple_call")
    void aCallIsAnswered() {
        assertThat(server.call(new Rpc.Get("foo"))).isEmpty();
        assertThat(server.call(new Rpc.Put("foo", "bar"))).isEqualTo(Result.ok("bar"));
        assertThat(server.call(new Rpc.Get("foo"))).contains("bar");
    }

    @Test
    @Covers("test_call_with_stop")
    void aCallThatEndsTheServerFails(Testkit skep) {
        assertThatExceptionOfType(CallException.ServerExited.class)
                .isThrownBy(() -> server.call(new Rpc.StopNow()))
                .satisfies(exited -> assertThat(exited.reason()).isEqualTo(KeyValues.STOPPED));

        assertThat(skep.awaitEnd(pid)).isEqualTo(KeyValues.STOPPED);
        assertThat(ends).containsExactly(KeyValues.STOPPED);
    }

    @Test
    @Covers("test_call_modifies_state")
    void aCallChangesTheState() {
        assertThat(server.call(new Rpc.Increment())).isEqualTo(1);
        assertThat(server.call(new Rpc.Increment())).isEqualTo(2);
    }
}
