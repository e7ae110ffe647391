package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Alias;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Self.AliasedMonitor;
import dev.skep.conformance.Inside;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("process_SUITE")
class ProcessAliasesTest {
    /// Gets an alias and sends two messages through it; two more when it is told to go on.
    private static void answerTwice(Receiver<Object> self) {
        Alias alias = self.receive(Alias.class);
        alias.send(1);
        alias.send(2);
        self.receive(String.class, "go on"::equals);
        alias.send(3);
        alias.send(4);
    }

    private static Down normalDown(Monitor monitor) {
        return new Down(monitor, monitor.pid(), ExitReason.normal());
    }

    @Test
    @Covers("alias_bif")
    void anAliasWorksUntilItIsWithdrawn(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Alias alias = self.alias();
            Monitor sender = self.spawnMonitor(ProcessAliasesTest::answerTwice);
            sender.pid().send(alias);
            assertThat(self.receive()).isEqualTo(1);
            assertThat(self.receive()).isEqualTo(2);

            assertThat(self.unalias(alias)).isTrue();
            sender.pid().send("go on");
            assertThat(self.receive()).isEqualTo(normalDown(sender));
        });
    }

    @Test
    @Covers("alias_bif")
    void anAliasForOneReplyLetsOneMessageThrough(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Monitor sender = self.spawnMonitor(ProcessAliasesTest::answerTwice);
            sender.pid().send(self.aliasForOneReply());
            sender.pid().send("go on");
            assertThat(self.receive()).isEqualTo(1);
            assertThat(self.receive()).isEqualTo(normalDown(sender));
        });
    }

    @Test
    @Covers("monitor_alias")
    void anAliasThatIsIndependentOfTheMonitorOutlivesIt(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target = self.spawn(ProcessAliasesTest::answerTwice);
            Monitor monitor = self.monitor(target);
            Alias alias = self.alias();
            target.send(alias);
            assertThat(self.receive()).isEqualTo(1);
            assertThat(self.receive()).isEqualTo(2);
            self.unalias(alias);
            target.send("go on");
            assertThat(self.receive()).isEqualTo(normalDown(monitor));
        });
    }

    @Test
    @Covers("monitor_alias")
    void theAliasOfAMonitorIsWithdrawnWithIt(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target = self.spawn(ProcessAliasesTest::answerTwice);
            AliasedMonitor both = self.monitorWithAlias(target);
            target.send(both.alias());
            assertThat(self.receive()).isEqualTo(1);
            assertThat(self.receive()).isEqualTo(2);
            self.demonitor(both.monitor());
            Monitor other = self.monitor(target);
            target.send("go on");
            assertThat(self.receive()).isEqualTo(normalDown(other));
        });
    }

    @Test
    @Covers("monitor_alias")
    void theAliasOfAMonitorIsWithdrawnWhenItFires(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            for (boolean once : new boolean[] {false, true}) {
                Pid target = self.spawn((Receiver<Object> it) -> it.receive());
                AliasedMonitor both = once ? self.monitorWithAliasForOneReply(target) : self.monitorWithAlias(target);
                target.send("end");
                assertThat(self.receive()).isEqualTo(normalDown(both.monitor()));

                Monitor late = self.spawnMonitor(_ -> both.alias().send("late"));
                assertThat(self.receive()).isEqualTo(normalDown(late));
            }
        });
    }

    @Test
    @Covers("monitor_alias")
    void theFirstReplyWithdrawsMonitorAndAlias(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target = self.spawn(ProcessAliasesTest::answerTwice);
            AliasedMonitor both = self.monitorWithAliasForOneReply(target);
            Monitor other = self.monitor(target);
            target.send(both.alias());
            target.send("go on");
            assertThat(self.receive()).isEqualTo(1);
            assertThat(self.receive()).isEqualTo(normalDown(other));
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }
}
