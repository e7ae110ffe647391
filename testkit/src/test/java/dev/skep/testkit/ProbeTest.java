package dev.skep.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.ExitReason;
import dev.skep.Incoming;
import dev.skep.Node;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.testkit.Servers.Rpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a test sees through a probe.
class ProbeTest {
    private final Testkit skep = Testkit.start();
    private final Probe probe = skep.probe();
    private final ServerRef<Rpc> server = skep.start(GenServer.spec(Servers::obedient));

    @AfterEach
    void close() {
        skep.close();
    }

    private void forward(Object... messages) {
        for (Object message : messages) {
            server.cast(new Rpc.Forward(probe.pid(), message));
        }
    }

    @Test
    void anExpectedMessageIsTakenAndOthersStay() {
        forward(1, "a", 2, "b");
        assertThat(probe.expect(String.class)).isEqualTo("a");
        assertThat(probe.expect(Integer.class, n -> n > 1)).isEqualTo(2);
        assertThat(probe.expect(String.class)).isEqualTo("b");
        assertThat(probe.messages()).containsExactly(1);
    }

    @Test
    void theNextMessageHasToBeTheOne() {
        forward("a", "b");
        probe.expectNext("a");
        assertThatThrownBy(() -> probe.expectNext("c"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected c to come first")
                .hasMessageContaining("b");
        probe.expectNext("b");
    }

    @Test
    void whatDoesNotComeFailsTheTestWithWhatHasCome() {
        try (Testkit hasty = Testkit.settings().limit(Duration.ofMillis(50)).start()) {
            Probe other = hasty.probe();
            assertThatThrownBy(() -> other.expect(String.class)).hasMessageContaining("its mailbox is empty");
            other.pid().send(1);
            while (other.messages().isEmpty() || isBusy(hasty)) {
                Thread.yield();
            }
            assertThatThrownBy(() -> other.expect(String.class))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("no String that was expected came to " + other.pid())
                    .hasMessageContaining("its mailbox has")
                    .hasMessageEndingWith("1");
        }
    }

    @Test
    void whatMustNotComeIsKnownAtRest() {
        forward("a");
        probe.refute(Integer.class);
        probe.refute(String.class, text -> text.equals("b"));
        assertThatThrownBy(() -> probe.refute(String.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("must not come: a");
        assertThatThrownBy(probe::refuteAny).hasMessageContaining("nothing more was to come");
        probe.expectNext("a");
        probe.refuteAny();
    }

    @Test
    void aRefutalDoesNotMissWhatIsUnderWay() {
        for (int i = 0; i < 200; i++) {
            forward(i);
            int n = i;
            assertThatThrownBy(() -> probe.refute(Integer.class, got -> got == n))
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void whileSomebodyIsBusyNothingIsRefuted() {
        CountDownLatch release = new CountDownLatch(1);
        Testkit hasty = Testkit.settings().limit(Duration.ofMillis(50)).start();
        try (Node _ = hasty.node()) { // it has not the patience to close the testkit
            Probe other = hasty.probe();
            Servers.spawnBlocked(hasty, release);
            assertThatThrownBy(other::refuteAny)
                    .hasMessageContaining("cannot be told")
                    .hasMessageContaining("CountDownLatch.await");
            release.countDown();
        }
    }

    @Test
    void endsAreSeenByMonitorsAndLinks() {
        Pid first = skep.spawn((Receiver<Object> self) -> self.receive());
        Pid second = skep.spawn((Receiver<Object> self) -> self.receive());
        probe.monitor(first);
        probe.link(second);
        first.exit(ExitReason.kill());
        second.exit(ExitReason.because("enough"));

        assertThat(probe.awaitDown(first)).isEqualTo(ExitReason.killed());
        assertThat(probe.awaitExit(second)).isEqualTo(ExitReason.because("enough"));
        probe.monitor(first);
        assertThat(probe.awaitDown(first)).isEqualTo(ExitReason.noProcess());
        probe.refuteAny();
    }

    @Test
    void callsOfAProbeAreAnsweredByTheTest() {
        ServerRef<Rpc> mock = probe.ref();
        PendingCall<String> pending = mock.request(new Rpc.Echo("hello"));
        Incoming call = probe.expect(Incoming.class);
        assertThat(call.message()).isEqualTo(new Rpc.Echo("hello"));
        call.from().reply("from the test");
        assertThat(pending.get(Duration.ofSeconds(30))).isEqualTo("from the test");
    }

    @Test
    void aProbeThatHasEndedSaysSo() {
        probe.pid().exit(ExitReason.kill());
        skep.awaitEnd(probe.pid());
        try (Testkit hasty = Testkit.settings().limit(Duration.ofMillis(50)).start()) {
            Probe dead = hasty.probe();
            dead.pid().exitAndJoin(ExitReason.kill(), ServerRef.FOREVER);
            Pid target = probe.pid();
            assertThatThrownBy(() -> dead.monitor(target)).hasMessageContaining("it has ended");
        }
    }

    private static boolean isBusy(Testkit hasty) {
        try {
            hasty.settle();
            return false;
        } catch (AssertionError notYet) {
            return true;
        }
    }

    @Test
    void probesAreSeparate() {
        Probe other = skep.probe();
        other.pid().send("to the other");
        other.expectNext("to the other");
        probe.refuteAny();
        assertThat(List.of(probe.pid(), other.pid())).doesNotHaveDuplicates();
    }
}
