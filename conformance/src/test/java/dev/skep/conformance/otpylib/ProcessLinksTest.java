package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Body;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_asyncio_backend/test_process_links")
class ProcessLinksTest {
    /// Crashes when it is told to, and returns when it is told to end.
    private static final Body<Object> FRAGILE = self -> {
        if (self.receive().equals("crash")) {
            throw new IllegalStateException("crash");
        }
    };

    private static Pid crashingLater(Testkit skep) {
        skep.expectCrash(IllegalStateException.class);
        return skep.spawn(FRAGILE);
    }

    private static void assertCrashed(ExitReason reason) {
        assertThat(reason)
                .isInstanceOfSatisfying(
                        ExitReason.Crashed.class,
                        crashed -> assertThat(crashed.cause()).hasMessage("crash"));
    }

    /// Links itself to another process, says so, and waits for ever.
    private static Pid linkedTo(Testkit skep, Pid other, Probe probe) {
        Pid pid = skep.spawn((Receiver<Object> self) -> {
            self.link(other);
            probe.pid().send("linked");
            self.receive(String.class, "never"::equals);
        });
        probe.expectNext("linked");
        return pid;
    }

    @Test
    @Covers("test_bidirectional_link")
    void aLinkWorksInBothDirections(Testkit skep, Probe probe) {
        Pid b = crashingLater(skep);
        Pid a = linkedTo(skep, b, probe);
        assertThat(a.info().orElseThrow().links()).contains(b);
        assertThat(b.info().orElseThrow().links()).contains(a);

        b.send("crash");

        assertCrashed(skep.awaitEnd(b));
        assertCrashed(skep.awaitEnd(a));

        Pid c = skep.spawn(FRAGILE);
        Pid d = linkedTo(skep, c, probe);
        d.exit(ExitReason.because("the other way round"));
        assertThat(skep.awaitEnd(c)).isEqualTo(ExitReason.because("the other way round"));
    }

    @Test
    @Covers({"test_exit_propagation", "test_spawn_link"})
    void theCrashOfALinkedChildEndsItsParent(Testkit skep, Probe probe) {
        skep.expectCrash(IllegalStateException.class);
        Pid parent = skep.spawn((Receiver<Object> self) -> {
            probe.pid().send(self.spawnLink(FRAGILE));
            self.receive();
        });
        Pid child = probe.expect(Pid.class);

        child.send("crash");

        assertCrashed(skep.awaitEnd(child));
        assertCrashed(skep.awaitEnd(parent));
    }

    @Test
    @Covers("test_normal_exit_no_propagation")
    void theNormalEndOfALinkedChildDoesNotEndItsParent(Testkit skep, Probe probe) {
        Pid parent = skep.spawn((Receiver<Object> self) -> {
            probe.pid().send(self.spawnLink(FRAGILE));
            self.receive();
            probe.pid().send("completed");
        });
        Pid child = probe.expect(Pid.class);

        child.send("end");
        assertThat(skep.awaitEnd(child)).isEqualTo(ExitReason.normal());
        parent.send("go on");

        probe.expectNext("completed");
        assertThat(skep.awaitEnd(parent)).isEqualTo(ExitReason.normal());
    }

    @Test
    @Covers("test_trap_exits")
    void aProcessThatTrapsExitsGetsAMessage(Testkit skep, Probe probe) {
        skep.expectCrash(IllegalStateException.class);
        Pid supervisor = skep.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            Pid child = self.spawnLink(FRAGILE);
            child.send("crash");
            probe.pid()
                    .send("exit of my child: " + self.receive(Exit.class).pid().equals(child));
            self.receive();
        });

        probe.expectNext("exit of my child: true");
        assertThat(supervisor.isAlive()).isTrue();
    }

    @Test
    @Covers("test_unlink")
    void aLinkThatWasRemovedDoesNotHurt(Testkit skep, Probe probe) {
        Pid b = crashingLater(skep);
        Pid a = skep.spawn((Receiver<Object> self) -> {
            self.link(b);
            self.unlink(b);
            probe.pid().send("unlinked");
            self.receive();
            probe.pid().send("survived");
        });
        probe.expectNext("unlinked");

        b.send("crash");
        skep.awaitEnd(b);
        a.send("go on");

        probe.expectNext("survived");
        assertThat(skep.awaitEnd(a)).isEqualTo(ExitReason.normal());
    }

    @Test
    @Covers("test_circular_links")
    void aCrashEndsAWholeRingOfLinks(Testkit skep, Probe probe) {
        Name<Object> first = Name.of("proc_a");
        Pid a = skep.spawn((Receiver<Object> self) -> {
            self.link(self.receive(Pid.class));
            probe.pid().send("linked");
            self.receive();
        });
        skep.node().register(first, a);
        Pid b = linkedTo(skep, a, probe);
        skep.expectCrash(IllegalStateException.class);
        Pid c = skep.spawn((Receiver<Object> self) -> {
            self.link(b);
            probe.pid().send("linked");
            self.receive();
            throw new IllegalStateException("crash");
        });
        probe.expectNext("linked");
        a.send(c);
        probe.expectNext("linked");

        c.send("crash");

        assertCrashed(skep.awaitEnd(c));
        assertCrashed(skep.awaitEnd(a));
        assertCrashed(skep.awaitEnd(b));
        assertThat(skep.node().whereis(first)).isEmpty();
    }

    @Test
    @Covers("test_killed_bypasses_trap_exits")
    void aKillIsNotTrapped(Testkit skep, Probe probe) {
        Pid pid = skep.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            probe.pid().send("trapping");
            self.receive(String.class, "never"::equals);
        });
        probe.expectNext("trapping");

        pid.exit(ExitReason.kill());

        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.killed());
    }
}
