package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.Self.AliasedMonitor;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class AliasTest {
    @AutoClose
    private final Lab lab = new Lab();

    @Test
    void anAliasReachesItsProcessUntilItIsWithdrawn() {
        lab.inProcess(self -> {
            Alias alias = self.alias();
            assertThat(alias.pid()).isEqualTo(self.pid());
            Pid sender = self.pid();
            alias.send(1);
            self.spawn(_ -> {
                alias.send(2);
                sender.send("sent");
            });
            self.receive(String.class);
            assertThat(self.receive()).isEqualTo(1);
            assertThat(self.receive()).isEqualTo(2);

            assertThat(self.unalias(alias)).isTrue();
            assertThat(self.unalias(alias)).isFalse();
            alias.send(3);
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void aMessageOnItsWayIsDroppedWhenTheAliasIsWithdrawn() {
        lab.inProcess(self -> {
            Alias alias = self.alias();
            alias.owner.deliver(new Signal.ToAlias(alias, "early", false));
            assertThat(self.receive(Duration.ZERO)).contains("early");
            assertThat(self.unalias(alias)).isTrue();
            alias.owner.deliver(new Signal.ToAlias(alias, "late", false));
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void aMessageThatIsInTheMailboxStaysWhenTheAliasIsWithdrawn() {
        lab.inProcess(self -> {
            Alias alias = self.alias();
            alias.send("there");
            self.unalias(alias);
            assertThat(self.receive(Duration.ZERO)).contains("there");
        });
    }

    @Test
    void anAliasForOneReplyIsWithdrawnByTheFirstMessage() {
        lab.inProcess(self -> {
            Alias alias = self.aliasForOneReply();
            for (int i = 0; i < 100; i++) {
                alias.send(i);
            }
            assertThat(self.receive(Duration.ZERO)).contains(0);
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            assertThat(self.unalias(alias)).isFalse();
        });
    }

    @Test
    void ofManyRepliesToOneAliasExactlyOneComes() {
        lab.inProcess(self -> {
            for (int round = 0; round < 100; round++) {
                Alias alias = self.aliasForOneReply();
                for (int i = 0; i < 4; i++) {
                    self.spawnMonitor(_ -> alias.send("reply"));
                }
                for (int i = 0; i < 4; i++) {
                    self.receive(Down.class);
                }
                assertThat(self.receive(Duration.ZERO)).contains("reply");
                assertThat(self.receive(Duration.ZERO)).isEmpty();
            }
        });
    }

    @Test
    void anAliasOfAMonitorEndsWithTheMonitor() {
        lab.inProcess(self -> {
            AliasedMonitor withdrawn = self.monitorWithAlias(lab.idle());
            withdrawn.alias().send("heard");
            assertThat(self.receive()).isEqualTo("heard");
            self.demonitor(withdrawn.monitor());
            withdrawn.alias().send("dropped");
            assertThat(self.unalias(withdrawn.alias())).isFalse();

            Pid target = lab.obedient();
            AliasedMonitor fired = self.monitorWithAlias(target);
            target.send(ExitReason.normal());
            assertThat(self.receive()).isEqualTo(new Down(fired.monitor(), target, ExitReason.normal()));
            fired.alias().send("dropped");
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void withdrawingTheAliasOfAMonitorLeavesTheMonitor() {
        lab.inProcess(self -> {
            Pid target = lab.obedient();
            AliasedMonitor both = self.monitorWithAlias(target);
            assertThat(self.unalias(both.alias())).isTrue();
            target.send(ExitReason.normal());
            assertThat(self.receive(Down.class).monitor()).isSameAs(both.monitor());
        });
    }

    @Test
    void anAnswerThroughTheAliasOfAMonitorForOneReplyWithdrawsBoth() {
        lab.inProcess(self -> {
            Pid target = lab.obedient();
            AliasedMonitor wait = self.monitorWithAliasForOneReply(target);
            wait.alias().send("answer");
            wait.alias().send("dropped");
            assertThat(self.receive()).isEqualTo("answer");
            assertThat(self.pid().info().orElseThrow().monitors()).isEmpty();
            assertThat(target.info().orElseThrow().monitoredBy()).isEmpty();
            target.send(ExitReason.normal());
            lab.endOf(target);
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            assertThat(self.demonitorAndFlush(wait.monitor())).isFalse();
            assertThat(self.unalias(wait.alias())).isFalse();
        });
    }

    @Test
    void theEndOfTheTargetWithdrawsAnAliasForOneReply() {
        lab.inProcess(self -> {
            Pid target = lab.obedient();
            AliasedMonitor wait = self.monitorWithAliasForOneReply(target);
            target.send(ExitReason.normal());
            assertThat(self.receive()).isEqualTo(new Down(wait.monitor(), target, ExitReason.normal()));
            wait.alias().send("late");
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void anAnswerAndTheEndOfTheTargetNeverBothArrive() {
        lab.inProcess(self -> {
            for (int round = 0; round < 1_000; round++) {
                Pid target = lab.node.spawn((Receiver<Object> it) -> {
                    Alias alias = it.receive(Alias.class);
                    lab.node.spawn(_ -> alias.send("answer"));
                });
                AliasedMonitor wait = self.monitorWithAliasForOneReply(target);
                target.send(wait.alias());
                Object first = self.receive();
                assertThat(first instanceof Down || first.equals("answer")).isTrue();
                assertThat(lab.endOf(target)).isEqualTo(ExitReason.normal());
                wait.alias().send("late");
                assertThat(self.receive(Duration.ZERO)).isEmpty();
            }
        });
    }

    @Test
    void aMonitorOfOneselfHasNoAlias() {
        lab.inProcess(self -> {
            AliasedMonitor own = self.monitorWithAlias(self.pid());
            self.demonitor(own.monitor());
            own.alias().send("dropped");
            AliasedMonitor once = self.monitorWithAliasForOneReply(self.pid());
            once.alias().send("dropped");
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            assertThatNullPointerException().isThrownBy(() -> self.monitorWithAliasForOneReply(null));
        });
    }

    @Test
    void theAliasOfADeadProcessIsSilent() {
        Alias alias = lab.in(Self::alias);
        lab.endOf(alias.pid());
        alias.send("silent");
    }

    @Test
    void onlyItsOwnProcessMayWithdrawAnAlias() {
        Alias foreign = lab.in(Self::alias);
        lab.inProcess(self -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> self.unalias(foreign))
                    .withMessageContaining("does not belong");
            assertThatNullPointerException().isThrownBy(() -> foreign.send(null));
            assertThatNullPointerException().isThrownBy(() -> self.unalias(null));
        });
    }

    @Test
    void aFlushedAliasLeavesNothingInTheMailbox() {
        lab.inProcess(self -> {
            Alias alias = self.alias();
            Alias other = self.alias();
            alias.send("one");
            self.pid().send("between");
            alias.send("two");
            other.send("other");
            assertThat(self.receive(String.class, "between"::equals)).isEqualTo("between");
            assertThat(self.unaliasAndFlush(alias)).isTrue();
            alias.send("three");
            assertThat(self.receive()).isEqualTo("other");
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            assertThat(self.unaliasAndFlush(alias)).isFalse();
        });
    }

    @Test
    void aBehaviourDoesNotSeeWhatItHasFlushed() {
        LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        Pid server = lab.start(self -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                if (message instanceof Alias alias) {
                    alias.send("flushed");
                    self.unaliasAndFlush(alias);
                } else {
                    seen.add(message);
                }
            }

            @Override
            public void call(Object message, From from) {
                from.reply(self.alias());
            }
        });
        Alias alias = (Alias) ServerRef.<Object>of(server).call(new Lab.Ask(1));
        server.send(alias);
        server.send("last");
        assertThat(Await.next(seen)).isEqualTo("last");
    }

    @Test
    void aNoticeAlwaysHasRoom() {
        LinkedBlockingQueue<Object> ready = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
        Pid pid = lab.node.spawn(Mailbox.bounded(1, Overflow.DROP_NEWEST), (Receiver<Object> self) -> {
            ready.add(self.alias());
            self.receive(String.class, "go"::equals);
            while (true) {
                received.add(self.receive());
            }
        });
        Alias alias = (Alias) Await.next(ready);
        pid.send("fits");
        pid.send("dropped");
        alias.send("dropped too");
        pid.sendNotice("notice");
        alias.sendNotice("aliased notice");
        pid.sendNotice("go");
        assertThat(Await.next(received)).isEqualTo("fits");
        assertThat(Await.next(received)).isEqualTo("notice");
        assertThat(Await.next(received)).isEqualTo("aliased notice");
        alias.send("room again");
        assertThat(Await.next(received)).isEqualTo("room again");
        assertThat(pid.info().orElseThrow().load().dropped()).isEqualTo(2);
    }
}
