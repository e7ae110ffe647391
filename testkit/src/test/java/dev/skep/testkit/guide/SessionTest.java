package dev.skep.testkit.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@SkepTest
class SessionTest {
    static final Name<SessionRpc> SESSION = Name.of("session");

    @Test
    void countsItsEntries(Testkit skep) {
        ServerRef<SessionRpc> session = skep.start(GenServer.spec(Session::new));

        assertThat(session.call(new SessionRpc.Log("login"))).isEqualTo(1);
        assertThat(session.call(new SessionRpc.Log("search"))).isEqualTo(2);
    }

    @Test
    @SkepTest(virtualTime = true)
    void expiresWhenNobodyUsesIt(Testkit skep, VirtualClock clock, Probe probe) {
        ServerRef<SessionRpc> session = skep.start(GenServer.spec(Session::new));
        Pid pid = session.pid().orElseThrow();
        session.cast(new SessionRpc.Watch(probe.pid()));
        probe.monitor(pid);

        clock.advance(Duration.ofMinutes(29));
        session.cast(new SessionRpc.Touch());
        clock.advance(Duration.ofMinutes(29));
        probe.refuteAny();

        clock.advance(Duration.ofMinutes(1));
        probe.expectNext(new SessionRpc.Expired(0));
        assertThat(probe.awaitDown(pid)).isEqualTo(ExitReason.normal());
    }

    @Test
    void crashesOnAnEmptyEntryAndIsRestarted(Testkit skep) {
        Pid first = skep.start(ChildSpec.server(SESSION, Session::new));
        ServerRef<SessionRpc> session = skep.node().ref(SESSION);

        assertThatThrownBy(() -> session.call(new SessionRpc.Log(""))).isInstanceOf(CallException.ServerExited.class);

        skep.awaitCrash(IllegalArgumentException.class);
        skep.awaitSuccessor(SESSION, first);
        assertThat(session.call(new SessionRpc.Log("login"))).isEqualTo(1);
    }
}
