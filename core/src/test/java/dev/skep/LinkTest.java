package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final ExitReason BROKEN = ExitReason.because("broken");

    @AutoClose
    private final Lab lab = new Lab();

    @Test
    void theEndOfALinkedProcessEndsTheOtherWithTheSameReason() {
        Pid other = lab.obedient();
        Pid linked = lab.in(self -> self.spawn((Receiver<Object> child) -> {
            child.link(other);
            Lab.drop(child);
        }));
        Await.until(() -> other.info().orElseThrow().links().contains(linked));

        other.send(BROKEN);

        assertThat(lab.endOf(linked)).isEqualTo(BROKEN);
    }

    @Test
    void theEndOfALinkedProcessIsAMessageToOneThatTrapsExits() {
        lab.inProcess(self -> {
            assertThat(self.trapExit(true)).isFalse();
            Pid other = lab.obedient();
            self.link(other);
            other.send(BROKEN);

            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(other, BROKEN));
            assertThat(self.trapExit(false)).isTrue();
        });
    }

    @Test
    void aNormalEndOfALinkedProcessIsIgnoredUnlessExitsAreTrapped() {
        lab.inProcess(self -> {
            Pid silent = lab.obedient();
            self.link(silent);
            silent.send(ExitReason.normal());
            lab.endOf(silent);

            self.trapExit(true);
            Pid heard = lab.obedient();
            self.link(heard);
            heard.send(ExitReason.normal());
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(heard, ExitReason.normal()));
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void aLinkToTheDeadIsAnExitSignalNoproc() {
        Pid dead = lab.dead();

        assertThatThrownBy(() -> lab.inProcess(self -> {
                    self.link(dead);
                    self.receive();
                }))
                .isInstanceOfSatisfying(
                        ProcessExit.class, exit -> assertThat(exit.reason()).isEqualTo(ExitReason.noProcess()));
        lab.inProcess(self -> {
            self.trapExit(true);
            self.link(dead);
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(dead, ExitReason.noProcess()));
        });
    }

    @Test
    void linkingTwiceIsLinkingOnce() {
        lab.inProcess(self -> {
            self.trapExit(true);
            Pid other = lab.obedient();
            self.link(other);
            self.link(other);
            assertThat(other.info().orElseThrow().links()).containsExactly(self.pid());
            assertThat(self.pid().info().orElseThrow().links()).containsExactly(other);

            other.send(BROKEN);
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(other, BROKEN));
            assertThat(self.receive(Duration.ZERO)).isEmpty();

            Pid unlinkedOnce = lab.obedient();
            self.link(unlinkedOnce);
            self.link(unlinkedOnce);
            self.unlink(unlinkedOnce);
            assertThat(unlinkedOnce.info().orElseThrow().links()).isEmpty();
        });
    }

    @Test
    void anUnlinkedProcessIsNotAffectedByTheEndOfTheOther() {
        lab.inProcess(self -> {
            Pid other = self.spawnLink(LinkTest::obey);
            self.unlink(other);
            assertThat(self.pid().info().orElseThrow().links()).isEmpty();
            other.send(BROKEN);
            assertThat(lab.endOf(other)).isEqualTo(BROKEN);
            self.unlink(other); // of the dead, and of what is not linked: nothing
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void theOneThatWasLinkedToMayUnlink() {
        lab.inProcess(self -> {
            Pid parent = self.pid();
            CountDownLatch unlinked = new CountDownLatch(1);
            Pid child = self.spawnLink((Receiver<Object> kid) -> {
                kid.unlink(parent);
                unlinked.countDown();
                LinkTest.obey(kid);
            });
            Await.latch(unlinked);
            child.send(BROKEN);
            lab.endOf(child);
            assertThat(self.pid().info().orElseThrow().links()).isEmpty();
        });
    }

    @Test
    void anExitMessageThatIsInTheMailboxStaysAfterAnUnlink() {
        lab.inProcess(self -> {
            self.trapExit(true);
            Pid other = self.spawnLink(LinkTest::obey);
            other.send(BROKEN);
            lab.endOf(other);
            assertThat(self.pid().info().orElseThrow().mailboxLength()).isEqualTo(1);
            self.unlink(other);
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(other, BROKEN));
        });
    }

    @Test
    void aLinkToItselfDoesNothing() {
        lab.inProcess(self -> {
            self.link(self.pid());
            assertThat(self.pid().info().orElseThrow().links()).isEmpty();
            self.unlink(self.pid());
        });
    }

    @Test
    void aChildSpawnedWithALinkIsLinkedFromItsFirstMoment() {
        lab.inProcess(self -> {
            self.trapExit(true);
            Pid child = self.spawnLink(_ -> {
                throw new ProcessExit(BROKEN);
            });
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(child, BROKEN));
        });
    }

    @Test
    void anUncaughtExceptionReachesTheLinkedProcessAsTheReason() {
        lab.inProcess(self -> {
            self.trapExit(true);
            RuntimeException failure = new IllegalStateException("on purpose");
            self.spawnLink(_ -> {
                throw failure;
            });
            assertThat(self.receive(Exit.class).reason()).isEqualTo(new ExitReason.Crashed(failure));
        });
    }

    @Test
    void anEndSpreadsAlongAChainAndAroundACircleOfLinks() {
        int length = 100;
        List<Pid> chain = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            Pid before = i == 0 ? null : chain.get(i - 1);
            Pid link = lab.node.spawn((Receiver<Object> self) -> {
                if (before != null) {
                    self.link(before);
                }
                while (true) {
                    self.link(self.receive(Pid.class));
                }
            });
            chain.add(link);
            Await.until(() -> link.info().orElseThrow().links().size() == (before == null ? 0 : 1));
        }
        Pid first = chain.getFirst();
        first.send(chain.getLast());
        Await.until(() -> first.info().orElseThrow().links().size() == 2);

        chain.get(length / 2).exit(BROKEN);

        assertThat(chain).allSatisfy(pid -> assertThat(lab.endOf(pid)).isEqualTo(BROKEN));
    }

    @Test
    void aThousandLinkedProcessesAllHearOfTheEnd() {
        lab.inProcess(self -> {
            self.trapExit(true);
            Pid hub = lab.idle();
            CountDownLatch linked = new CountDownLatch(1000);
            List<Pid> linkedOnes = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                linkedOnes.add(lab.node.spawn((Receiver<Object> kid) -> {
                    kid.link(hub);
                    linked.countDown();
                    Lab.drop(kid);
                }));
            }
            Await.latch(linked);
            assertThat(hub.info().orElseThrow().links()).containsExactlyElementsOf(linkedOnes);
            hub.exit(BROKEN);
            assertThat(linkedOnes).allSatisfy(pid -> assertThat(lab.endOf(pid)).isEqualTo(BROKEN));
        });
    }

    @Test
    void aProcessThatComputesCanBeLinkedTo() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        Pid computing = lab.node.spawn(_ -> {
            busy.countDown();
            Computation.until(release);
        });
        Await.latch(busy);
        lab.inProcess(self -> {
            self.link(computing);
            assertThat(computing.info().orElseThrow().links()).containsExactly(self.pid());
            self.trapExit(true);
            release.countDown();
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(computing, ExitReason.normal()));
        });
    }

    @Test
    void theReasonKillOfALinkedProcessIsAReasonLikeAnyOther() {
        lab.inProcess(self -> {
            self.trapExit(true);
            Pid other = self.spawnLink(LinkTest::obey);
            other.send(ExitReason.kill());
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(other, ExitReason.kill()));
        });
        Pid other = lab.obedient();
        Pid linked = lab.node.spawn((Receiver<Object> self) -> {
            self.link(other);
            Lab.drop(self);
        });
        Await.until(() -> !other.info().orElseThrow().links().isEmpty());
        other.send(ExitReason.kill());
        assertThat(lab.endOf(linked)).isEqualTo(ExitReason.kill());
    }

    /// Only a kill signal to the process itself takes `terminate` from it.
    @Test
    void aBehaviourWhoseLinkedProcessWasKilledStillTerminates() {
        Pid other = lab.idle();
        LinkedBlockingQueue<ExitReason> terminated = new LinkedBlockingQueue<ExitReason>();
        Pid server = lab.start(self -> new Lab.Echo() {
            @Override
            public void init() {
                self.link(other);
            }

            @Override
            public void terminate(ExitReason reason) {
                terminated.add(reason);
            }
        });

        other.exit(ExitReason.kill());

        assertThat(lab.endOf(server)).isEqualTo(ExitReason.killed());
        assertThat(terminated).containsExactly(ExitReason.killed());
    }

    @Test
    void processesThatLinkAndUnlinkEachOtherAgreeInTheEnd() {
        for (int round = 0; round < 200; round++) {
            CountDownLatch ready = new CountDownLatch(2);
            CountDownLatch done = new CountDownLatch(2);
            Body<Object> body = self -> {
                Pid peer = self.receive(Pid.class);
                ready.countDown();
                Await.latch(ready);
                for (int i = 0; i < 20; i++) {
                    self.link(peer);
                    self.unlink(peer);
                }
                self.link(peer);
                done.countDown();
                Lab.drop(self);
            };
            Pid one = lab.node.spawn(body);
            Pid two = lab.node.spawn(body);
            one.send(two);
            two.send(one);
            Await.latch(done);

            Await.until(() -> one.info().orElseThrow().links().equals(List.of(two))
                    && two.info().orElseThrow().links().equals(List.of(one)));
            one.exit(BROKEN);
            assertThat(lab.endOf(two)).isEqualTo(BROKEN);
        }
    }

    private static void obey(Receiver<Object> self) {
        throw new ProcessExit(self.receive(ExitReason.class));
    }
}
