package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class MonitorTest {
    private static final ExitReason BROKEN = ExitReason.because("broken");

    @AutoClose
    private final Lab lab = new Lab();

    @Test
    void theEndOfTheTargetIsOneDownMessageWithMonitorPidAndReason() {
        lab.inProcess(self -> {
            Pid target = lab.obedient();
            Monitor monitor = self.monitor(target);
            assertThat(monitor.pid()).isEqualTo(target);
            target.send(BROKEN);

            assertThat(self.receive()).isEqualTo(new Down(monitor, target, BROKEN));
            lab.endOf(target);
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            assertThat(self.pid().info().orElseThrow().monitors()).isEmpty();
        });
    }

    @Test
    void aNormalEndIsTold() {
        lab.inProcess(self -> {
            Monitor monitor = self.spawnMonitor(_ -> {});
            assertThat(self.receive()).isEqualTo(new Down(monitor, monitor.pid(), ExitReason.normal()));
        });
    }

    @Test
    void aMonitorOfTheDeadFiresWithNoproc() {
        Pid dead = lab.dead();
        lab.inProcess(self -> {
            Monitor monitor = self.monitor(dead);
            assertThat(self.receive()).isEqualTo(new Down(monitor, dead, ExitReason.noProcess()));
        });
    }

    @Test
    void aMonitorByNameWatchesWhoHasTheNameNow() {
        Name<Object> name = Name.of("watched");
        lab.inProcess(self -> {
            Pid target = lab.obedient();
            lab.node.register(name, target);
            Monitor monitor = self.monitor(name);
            lab.node.unregister(name);
            target.send(BROKEN);
            assertThat(self.receive()).isEqualTo(new Down(monitor, target, BROKEN));
        });
    }

    @Test
    void aMonitorOfANameThatNobodyHasFiresWithNoproc() {
        lab.inProcess(self -> {
            Monitor monitor = self.monitor(Name.of("nobody"));
            Down down = self.receive(Down.class);
            assertThat(down.monitor()).isSameAs(monitor);
            assertThat(down.reason()).isEqualTo(ExitReason.noProcess());
            assertThat(self.pid().info().orElseThrow().monitors()).isEmpty();
        });
    }

    @Test
    void eachMonitorOfTheSameTargetFiresOnItsOwnInTheOrderTheyWereMade() {
        lab.inProcess(self -> {
            Pid target = lab.obedient();
            List<Monitor> monitors = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                monitors.add(self.monitor(target));
            }
            assertThat(self.pid().info().orElseThrow().monitors()).hasSize(10).containsOnly(target);
            assertThat(target.info().orElseThrow().monitoredBy()).hasSize(10).containsOnly(self.pid());
            self.demonitor(monitors.remove(9));
            self.demonitor(monitors.remove(4));
            self.demonitor(monitors.removeFirst());
            assertThat(target.info().orElseThrow().monitoredBy()).hasSize(7);
            target.send(BROKEN);

            for (Monitor monitor : monitors) {
                assertThat(self.receive(Down.class).monitor()).isSameAs(monitor);
            }
            lab.endOf(target);
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void aWithdrawnMonitorDoesNotFire() {
        lab.inProcess(self -> {
            Pid target = lab.obedient();
            Monitor monitor = self.monitor(target);
            self.demonitor(monitor);
            self.demonitor(monitor);
            assertThat(target.info().orElseThrow().monitoredBy()).isEmpty();
            assertThat(self.pid().info().orElseThrow().monitors()).isEmpty();
            target.send(BROKEN);
            lab.endOf(target);
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void aDownMessageThatHasArrivedStaysWhenTheMonitorIsWithdrawn() {
        lab.inProcess(self -> {
            Monitor monitor = self.spawnMonitor(_ -> {});
            lab.endOf(monitor.pid());
            assertThat(self.pid().info().orElseThrow().mailboxLength()).isEqualTo(1);
            self.demonitor(monitor);
            assertThat(self.receive(Duration.ZERO)).contains(new Down(monitor, monitor.pid(), ExitReason.normal()));
        });
    }

    @Test
    void flushingRemovesADownMessageThatHasArrived() {
        lab.inProcess(self -> {
            Monitor fired = self.spawnMonitor(_ -> {});
            lab.endOf(fired.pid());
            assertThat(self.pid().info().orElseThrow().mailboxLength()).isEqualTo(1);
            self.pid().send("after");
            assertThat(self.demonitorAndFlush(fired)).isFalse();

            Monitor pending = self.monitor(lab.idle());
            assertThat(self.demonitorAndFlush(pending)).isTrue();
            assertThat(self.demonitorAndFlush(pending)).isFalse();

            assertThat(self.receive()).isEqualTo("after");
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void flushingRemovesADownMessageThatAReceiveHasPassedOver() {
        lab.inProcess(self -> {
            Monitor fired = self.spawnMonitor(_ -> {});
            lab.endOf(fired.pid());
            assertThat(self.receive(String.class, _ -> true, Duration.ZERO)).isEmpty();
            assertThat(self.demonitorAndFlush(fired)).isFalse();
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void anotherProcessMayNotWithdrawAMonitor() {
        Monitor monitor = lab.in(self -> self.monitor(self.pid()));
        lab.inProcess(self -> assertThatIllegalArgumentException()
                .isThrownBy(() -> self.demonitor(monitor))
                .withMessageContaining("does not belong"));
    }

    @Test
    void aMonitorOfItselfNeverFires() {
        lab.inProcess(self -> {
            Monitor monitor = self.monitor(self.pid());
            assertThat(self.pid().info().orElseThrow().monitors()).isEmpty();
            assertThat(self.demonitorAndFlush(monitor)).isFalse();
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void theAliasOfAMonitorOfItselfIsWithdrawnFromTheBeginning() {
        lab.inProcess(self -> {
            Self.AliasedMonitor both = self.monitorWithAlias(self.pid());
            assertThat(self.unalias(both.alias())).isFalse();
            assertThat(self.demonitorAndFlush(both.monitor())).isFalse();
        });
    }

    @Test
    void messagesSentBeforeTheEndComeBeforeTheDownMessage() {
        lab.inProcess(self -> {
            Pid watcher = self.pid();
            Monitor monitor = self.spawnMonitor(_ -> {
                for (int i = 0; i < 1000; i++) {
                    watcher.send(i);
                }
            });
            for (int i = 0; i < 1000; i++) {
                assertThat(self.receive()).isEqualTo(i);
            }
            assertThat(self.receive(Down.class).monitor()).isSameAs(monitor);
        });
    }

    @Test
    void theEndOfTheWatcherWithdrawsItsMonitors() {
        Pid target = lab.idle();
        lab.inProcess(self -> {
            self.monitor(target);
            assertThat(target.info().orElseThrow().monitoredBy()).hasSize(1);
        });
        Await.until(() -> target.info().orElseThrow().monitoredBy().isEmpty());
    }

    @Test
    void aProcessThatComputesCanBeMonitored() {
        CountDownLatch release = new CountDownLatch(1);
        lab.inProcess(self -> {
            CountDownLatch busy = new CountDownLatch(1);
            Pid computing = self.spawn(_ -> {
                busy.countDown();
                Computation.until(release);
            });
            Await.latch(busy);
            Monitor monitor = self.monitor(computing);
            assertThat(computing.info().orElseThrow().monitoredBy()).containsExactly(self.pid());
            release.countDown();
            assertThat(self.receive()).isEqualTo(new Down(monitor, computing, ExitReason.normal()));
        });
    }

    @Test
    void whoIsToldOfAnEndFindsTheNameFree() {
        Name<Object> name = Name.of("freed");
        lab.inProcess(self -> {
            for (int i = 0; i < 200; i++) {
                Pid target = lab.obedient();
                lab.node.register(name, target);
                Monitor monitor = self.monitor(target);
                target.send(BROKEN);
                assertThat(self.receive(Down.class).monitor()).isSameAs(monitor);
                assertThat(lab.node.whereis(name)).isEmpty();
                assertThat(target.isAlive()).isFalse();
                assertThat(lab.node.processes()).doesNotContain(target);
            }
        });
    }

    // ---- From threads --------------------------------------------------------------------------------------------

    @Test
    void aThreadMonitorsWithAFuture() {
        Pid target = lab.obedient();
        CompletableFuture<ExitReason> end = target.exited();
        assertThat(end).isNotDone();
        assertThat(target.info().orElseThrow().monitoredBy()).isEmpty();
        target.send(BROKEN);
        assertThat(Await.get(end)).isEqualTo(BROKEN);
        assertThat(Await.get(target.exited())).isEqualTo(ExitReason.noProcess());
    }

    @Test
    void aCancelledFutureIsNotCompletedByTheEnd() {
        Pid target = lab.obedient();
        CompletableFuture<ExitReason> end = target.exited();
        assertThat(end.cancel(false)).isTrue();
        target.send(BROKEN);
        lab.endOf(target);
        assertThat(end).isCancelled();
    }

    @Test
    void whatHangsOnTheFutureOfAnEndHoldsNobodyUp() {
        Pid target = lab.obedient();
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Void> slow = target.exited().thenAccept(_ -> Await.latch(release));
        CompletableFuture<ExitReason> other = target.exited();
        target.send(BROKEN);
        assertThat(Await.get(other)).isEqualTo(BROKEN);
        assertThat(lab.endOf(target)).isEqualTo(BROKEN);
        release.countDown();
        Await.get(slow);
    }

    @Test
    void aThreadJoinsAProcess() {
        Pid target = lab.obedient();
        assertThat(target.join(Duration.ZERO)).isEmpty();
        assertThat(lab.clock.whilePassing(() -> target.join(Duration.ofMillis(1))))
                .isEmpty();
        target.send(BROKEN);
        assertThat(target.join(Await.LIMIT)).isPresent();
        assertThat(target.join(Duration.ZERO)).contains(ExitReason.noProcess());
    }

    @Test
    void aProcessCannotJoinItself() {
        assertThatThrownBy(() -> lab.in(self -> self.pid().join(Duration.ofSeconds(1))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("own end");
    }

    @Test
    void anInterruptedJoinThrowsAndKeepsTheInterruptStatus() {
        Pid target = lab.idle();
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> target.join(Await.LIMIT)).isInstanceOf(CallException.Interrupted.class);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            boolean interrupted = Thread.interrupted();
            assertThat(interrupted).isTrue();
        }
    }

    @Test
    void demonitorTellsWhetherTheMessageIsInTheMailbox() {
        lab.inProcess(self -> {
            Pid target = lab.obedient();
            Monitor withdrawn = self.monitor(target);
            Monitor fires = self.monitor(target);
            assertThat(self.demonitor(withdrawn)).isTrue();
            assertThat(self.demonitor(withdrawn)).isFalse();
            target.send(ExitReason.normal());
            lab.endOf(target);
            assertThat(self.demonitor(fires)).isFalse();
            assertThat(self.receive(Down.class).monitor()).isSameAs(fires);
            assertThat(self.receive(java.time.Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void aProcessThatJoinsAnotherCanBeEnded() {
        Pid target = lab.idle();
        Pid joining = lab.node.spawn(_ -> assertThat(target.join(Await.LIMIT)).isEmpty());
        joining.exit(BROKEN);
        assertThat(lab.endOf(joining)).isEqualTo(BROKEN);
        assertThat(target.isAlive()).isTrue();
    }
}
