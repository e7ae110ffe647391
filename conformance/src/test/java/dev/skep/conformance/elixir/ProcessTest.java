package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Alias;
import dev.skep.Down;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.Self.AliasedMonitor;
import dev.skep.Timer;
import dev.skep.conformance.Inside;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.coverage.NotApplicable;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("process")
@NotApplicable(
        cases = "group_leader/2 and group_leader/0",
        because = "processes have no group leader: the JVM's standard streams are everybody's")
@NotApplicable(
        cases = "monitor/1 and monitor/2 are inlined",
        because = "it is about what Elixir's compiler makes of a call")
@Differs(cases = "dictionary", entry = "Processes have a dictionary")
class ProcessTest {
    private static final Duration LONG = Duration.ofSeconds(100);

    // ---- Looking -------------------------------------------------------------------------------------------------

    @Test
    @Covers("info/2")
    void aProcessCanBeLookedAtUntilItEnds(Testkit skep) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Pid pid = skep.node().spawn(_ -> never.await());
        assertThat(pid.info()).map(ProcessInfo::status).contains(ProcessInfo.Status.RUNNING);

        pid.exit(ExitReason.kill());
        skep.awaitEnd(pid);
        assertThat(pid.info()).isEmpty();
    }

    @Test
    @Covers("info/2 with registered name")
    void itsNameIsShownIfItHasOne(Testkit skep) throws Exception {
        assertThat(Inside.dead(skep).info()).isEmpty();
        Name<Object> name = Name.of("process");
        Inside.process(skep, self -> {
            assertThat(self.pid().info().orElseThrow().name()).isEmpty();
            skep.node().register(name, self.pid());
            assertThat(self.pid().info().orElseThrow().name()).contains(name);
        });
    }

    @Test
    @Covers({
        "get_label/1: gets a process label, compatible with `:proc_lib.set_label/1`",
        "set_label/1: sets a process label, compatible with `:proc_lib.get_label/1`"
    })
    void aProcessMaySayWhatItIs(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            self.label("some label");
            assertThat(self.pid().label()).contains("some label");
            self.label(List.of("another", 1));
            Pid me = self.pid();
            self.spawn(_ -> me.send(me.label()));
            assertThat(self.receive()).isEqualTo(Optional.of(List.of("another", 1)));
            assertThat(me.info().orElseThrow().label()).contains(List.of("another", 1));
        });
    }

    @Test
    @Covers("get_label/1: returns nil when not set")
    void mostProcessesSayNothing(Testkit skep) {
        assertThat(skep.spawn(Inside::idle).label()).isEmpty();
        assertThat(Inside.dead(skep).label()).isEmpty();
    }

    // ---- Monitors and aliases ------------------------------------------------------------------------------------

    @Test
    @Covers("monitor/2 with monitor options")
    void aMonitorMayComeWithAnAlias(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target = self.spawn((Receiver<Object> it) -> {
                it.receive(Alias.class).send("hello");
                it.receive();
            });
            AliasedMonitor both = self.monitorWithAlias(target);
            target.send(both.alias());
            assertThat(self.receive()).isEqualTo("hello");
            target.send("end");
            assertThat(self.receive()).isEqualTo(new Down(both.monitor(), target, ExitReason.normal()));
        });
    }

    @Test
    @Covers("alias/0, alias/1, and unalias/1: simple alias + unalias flow")
    void nothingComesThroughAnAliasThatIsWithdrawn(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Alias alias = self.alias();
            Monitor sender = self.spawnMonitor((Receiver<Object> it) -> {
                alias.send("one");
                it.receive();
                alias.send("two");
            });
            assertThat(self.receive()).isEqualTo("one");
            assertThat(self.unalias(alias)).isTrue();
            sender.pid().send("go on");
            assertThat(self.receive()).isEqualTo(new Down(sender, sender.pid(), ExitReason.normal()));
            assertThat(self.unalias(alias)).isFalse();
        });
    }

    @Test
    @Covers("alias/0, alias/1, and unalias/1: with :reply option when aliasing")
    void anAliasForOneReplyTakesOneReply(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Alias alias = self.aliasForOneReply();
            self.spawn(_ -> {
                alias.send("one");
                alias.send("two");
                self.pid().send("end");
            });
            assertThat(self.receive()).isEqualTo("one");
            assertThat(self.receive()).isEqualTo("end");
        });
    }

    // ---- Timers --------------------------------------------------------------------------------------------------

    @Test
    @SkepTest(virtualTime = true)
    @Covers("send_after/3 sends messages once expired")
    void aMessageIsSentAfterAWhile(Node node, VirtualClock clock, Probe probe) {
        node.sendAfter(Duration.ofMillis(10), probe.pid(), "hello");
        clock.advance(Duration.ofMillis(9));
        probe.refuteAny();
        clock.advance(Duration.ofMillis(1));
        probe.expectNext("hello");
    }

    @Test
    @SkepTest(virtualTime = true)
    @Covers({"sleep/1", "sleep/1 with 2^32"})
    void aProcessMaySleepForNoTimeAndForVeryLong(Testkit skep, VirtualClock clock, Probe probe) throws Exception {
        Inside.process(skep, self -> self.sleep(Duration.ZERO));
        Duration veryLong = Duration.ofMillis(1L << 32);
        Pid sleeps = skep.spawn((Receiver<Object> self) -> self.sleep(veryLong));
        probe.monitor(sleeps);
        clock.advance(veryLong.minusNanos(1));
        probe.refuteAny();
        clock.advance(Duration.ofNanos(1));
        assertThat(probe.awaitDown(sleeps)).isEqualTo(ExitReason.normal());
    }

    @Test
    @SkepTest(virtualTime = true)
    @Differs(
            cases = "send_after/4 with absolute time sends message once expired",
            entry = "`{abs, true}`: a timer for a moment")
    void aMomentIsTheTimeUntilThen(Node node, VirtualClock clock, Probe probe) {
        long moment = node.clock().nanoTime() + Duration.ofMillis(10).toNanos();
        clock.advance(Duration.ofMillis(4));
        node.sendAfter(Duration.ofNanos(moment - node.clock().nanoTime()), probe.pid(), "hello");
        clock.advance(Duration.ofMillis(6));
        probe.expectNext("hello");
    }

    @Test
    @Covers("send_after/3 returns a timer reference that can be read or cancelled")
    void aTimerCanBeReadAndCancelled(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Timer waits = self.sendAfter(LONG, "hello");
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            assertThat(waits.timeLeft()).isPresent();
            assertThat(waits.cancel()).isPresent();

            Timer rung = self.sendAfter(Duration.ZERO, "hello");
            assertThat(self.receive()).isEqualTo("hello");
            assertThat(rung.timeLeft()).isEmpty();
            assertThat(rung.cancel()).isEmpty();
        });
    }

    // ---- Exits ---------------------------------------------------------------------------------------------------

    @Test
    @Covers("exit(pid, :normal) does not cause the target process to exit")
    void normalDoesNotEndAnother(Testkit skep, Probe probe) {
        Pid pid = skep.spawn(Inside::idle);
        probe.link(pid);

        pid.exit(ExitReason.normal());
        probe.refute(Exit.class);
        assertThat(pid.isAlive()).isTrue();

        pid.exit(ExitReason.because("abnormal"));
        assertThat(probe.awaitExit(pid)).isEqualTo(ExitReason.because("abnormal"));
        assertThat(pid.isAlive()).isFalse();
    }

    @Test
    @Covers("exit(self(), :normal) causes the calling process to exit")
    void normalEndsOneself(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            self.trapExit(true);
            Pid pid = self.spawnLink((Receiver<Object> it) -> {
                it.pid().exit(ExitReason.normal());
                it.receive();
            });
            assertThat(self.receive()).isEqualTo(new Exit(pid, ExitReason.normal()));
            assertThat(pid.isAlive()).isFalse();
        });
    }
}
