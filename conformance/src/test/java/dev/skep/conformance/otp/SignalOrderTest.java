package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Alias;
import dev.skep.Body;
import dev.skep.Down;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.Self.AliasedMonitor;
import dev.skep.conformance.Inside;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.NotApplicable;
import dev.skep.conformance.coverage.Waits;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("signal_SUITE")
@Waits(
        cases = {
            "busy_dist_demonitor_signal",
            "busy_dist_down_signal",
            "busy_dist_exit_signal",
            "busy_dist_spawn_reply_signal",
            "busy_dist_unlink_ack_signal",
            "monitor_named_order_remote",
            "monitor_nodes_order"
        },
        because = "distribution over several nodes")
@NotApplicable(
        cases = {
            "copy_literal_area_signal_basic",
            "copy_literal_area_signal_exit",
            "copy_literal_area_signal_recv",
            "copy_literal_area_signal_recv_exit",
            "move_msgs_off_heap_signal_basic",
            "move_msgs_off_heap_signal_exit",
            "move_msgs_off_heap_signal_recv",
            "move_msgs_off_heap_signal_recv_exit",
            "simultaneous_signals_basic",
            "simultaneous_signals_exit",
            "simultaneous_signals_recv",
            "simultaneous_signals_recv_exit"
        },
        because = "the BEAM moves a process's messages out of its heap, and literals of purged code into it; the JVM's"
                + " heap is one")
class SignalOrderTest {
    private record EndOfLine(Pid pid) {}

    private record Outcome(boolean alive, ExitReason reason) {}

    @Test
    @Covers("xm_sig_order")
    void whatIsSentAfterAnExitSignalIsNeverReceived(Testkit skep) throws Exception {
        ExitReason inOrder = ExitReason.because("in order");
        Inside.process(skep, self -> {
            for (int round = 0; round < 500; round++) {
                Monitor monitor = self.spawnMonitor((Receiver<Object> it) -> {
                    while (!it.receive(Duration.ZERO).equals(Optional.of("too late"))) {
                        Thread.yield();
                    }
                    throw new ProcessExit(ExitReason.because("out of order"));
                });
                Pid target = monitor.pid();
                Stream.generate(() -> "in time").limit(3).forEach(target::send);
                target.exit(inOrder);
                Stream.generate(() -> "too late").limit(3).forEach(target::send);

                assertThat(self.receive()).isEqualTo(new Down(monitor, target, inOrder));
            }
        });
    }

    @Test
    @Covers("kill2killed")
    void whoIsKilledEndsAsKilledAndThatIsNoKillForItsLinks(Testkit skep) throws Exception {
        skep.allowCrashes(); // the last of a line may throw
        Inside.process(skep, self -> {
            self.trapExit(true);
            for (int length : List.of(1, 2, 9, 10)) {
                assertThat(reasonOfLine(self, length, last -> last.pid().exit(ExitReason.kill())))
                        .isEqualTo(ExitReason.killed());
                assertThat(reasonOfLine(self, length, last -> {
                            self.pid().send(new EndOfLine(last.pid()));
                            last.receive();
                        }))
                        .isEqualTo(ExitReason.killed());
                assertThat(reasonOfLine(self, length, _ -> {
                            throw new ProcessExit(ExitReason.kill());
                        }))
                        .isEqualTo(ExitReason.kill());
            }
        });
    }

    /// Why the first of a line of linked processes ends when the last one does something.
    private static ExitReason reasonOfLine(Receiver<Object> self, int length, Inside.Steps doing) {
        Pid first = self.spawnLink(line(length, doing));
        while (true) {
            switch (self.receive()) {
                case EndOfLine(Pid last) -> last.exit(ExitReason.kill());
                case Exit(Pid from, ExitReason reason)
                when from.equals(first) -> {
                    return reason;
                }
                default -> throw new AssertionError("nothing else was to come");
            }
        }
    }

    private static Body<Object> line(int length, Inside.Steps doing) {
        return self -> {
            if (length == 1) {
                doing.run(self);
            } else {
                self.spawnLink(line(length - 1, doing));
            }
            self.receive();
        };
    }

    @Test
    @Covers("contended_signal_handling")
    void aProcessThatComputesIsLinkedAndMonitoredByManyAtOnce(Testkit skep) {
        CountDownLatch release = new CountDownLatch(1);
        Pid busy = skep.spawn(_ -> release.await());
        List<Pid> itsOwn = busy.info().orElseThrow().links();

        List<Pid> others = Stream.generate(() -> skep.node().spawn((Receiver<Object> self) -> {
                    for (int round = 0; round < 50; round++) {
                        self.link(busy);
                        self.unlink(busy);
                        self.demonitor(self.monitor(busy));
                    }
                }))
                .limit(100)
                .toList();

        others.forEach(skep::awaitEnd);
        ProcessInfo info = busy.info().orElseThrow();
        assertThat(info.status()).isEqualTo(ProcessInfo.Status.RUNNING);
        assertThat(info.links()).isEqualTo(itsOwn);
        assertThat(info.monitoredBy()).isEmpty();
        release.countDown();
    }

    @Test
    @Covers("dirty_signal_handling_race")
    void signalsTakeEffectWhileTheProcessComputes(Testkit skep) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        Inside.process(skep, self -> {
            self.trapExit(true);
            Pid target = self.spawnLink(Inside::idle);
            AliasedMonitor one = self.monitorWithAliasForOneReply(target);
            AliasedMonitor two = self.monitorWithAliasForOneReply(target);
            self.spawn(_ -> {
                one.alias().send("one");
                two.alias().send("two");
                sent.countDown();
            });
            sent.await(); // no operation of the runtime: this process does nothing about its signals itself

            assertThat(target.info().orElseThrow().monitoredBy()).isEmpty();
            assertThat(self.receive()).isEqualTo("one");
            assertThat(self.receive()).isEqualTo("two");
            target.exit(ExitReason.kill());
            assertThat(self.receive()).isEqualTo(new Exit(target, ExitReason.killed()));
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    @Covers("unlink_exit")
    void whoLinksAgainAfterAnUnlinkHearsOfTheEndOnce(Testkit skep) throws Exception {
        ExitReason bye = ExitReason.shutdown("bye");
        Inside.process(skep, self -> {
            for (int round = 0; round < 500; round++) {
                self.spawn((Receiver<Object> parent) -> {
                    Pid child = parent.spawnLink((Receiver<Object> it) -> {
                        it.trapExit(true);
                        parent.pid().send("ready");
                        it.receive(String.class);
                        boolean alive = parent.pid().isAlive();
                        it.link(parent.pid());
                        self.pid()
                                .send(new Outcome(alive, it.receive(Exit.class).reason()));
                    });
                    parent.receive(String.class);
                    parent.unlink(child);
                    child.send("go");
                    throw new ProcessExit(bye);
                });
                Outcome outcome = self.receive(Outcome.class);
                assertThat(outcome.reason())
                        .isIn(outcome.alive() ? List.of(bye, ExitReason.noProcess()) : List.of(ExitReason.noProcess()));
            }
        });
    }

    @Test
    @Covers("monitor_order")
    void whatAProcessSendsBeforeItEndsComesBeforeTheNewsOfItsEnd(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            for (int round = 0; round < 100; round++) {
                Monitor monitor = self.spawnMonitor(_ -> {
                    self.pid().send("first");
                    self.pid().send("second");
                });
                assertThat(self.receive()).isEqualTo("first");
                assertThat(self.receive()).isEqualTo("second");
                assertThat(self.receive()).isEqualTo(new Down(monitor, monitor.pid(), ExitReason.normal()));
            }
        });
    }

    @Test
    @Covers("monitor_named_order_local")
    void messagesByPidNameAndAliasesAndTheDownKeepTheirOrder(Testkit skep) throws Exception {
        Name<Object> tester = Name.of("tester");
        Name<Object> sending = Name.of("sending");
        Inside.process(skep, self -> {
            skep.node().register(tester, self.pid());
            Alias alias = self.alias();
            Pid sender = self.spawnLink((Receiver<Object> it) -> {
                Alias another = it.receive(Alias.class);
                for (int number = 0; number < 1_000; number += 4) {
                    self.pid().send(number);
                    skep.node().send(tester, number + 1);
                    alias.send(number + 2);
                    another.send(number + 3);
                }
            });
            skep.node().register(sending, sender);
            Monitor monitor = self.monitor(sending);
            sender.send(self.alias());

            for (int number = 0; number < 1_000; number++) {
                assertThat(self.receive()).isEqualTo(number);
            }
            assertThat(self.receive()).isEqualTo(new Down(monitor, sender, ExitReason.normal()));
        });
    }
}
