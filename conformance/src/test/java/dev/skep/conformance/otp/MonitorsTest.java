package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.Alias;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Self.AliasedMonitor;
import dev.skep.conformance.Inside;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.coverage.NotApplicable;
import dev.skep.conformance.coverage.Waits;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("monitor_SUITE")
@Waits(
        cases = {"demon_3", "mon_2", "remote_remove_monitor"},
        because = "distribution over several nodes")
@NotApplicable(
        cases = "monitor_time_offset",
        because = "there is no time offset that may change: Skep measures time by a monotonic clock alone")
class MonitorsTest {
    private static final ExitReason BANG = ExitReason.because("bang");
    private static final Name<Object> NAME = Name.of("watched");

    private record Report(List<Pid> monitors, List<Pid> monitoredBy) {
        static Report of(Pid pid) {
            var info = pid.info().orElseThrow();
            return new Report(info.monitors(), info.monitoredBy());
        }
    }

    private static final Report NONE = new Report(List.of(), List.of());

    // ---- The end of the target -----------------------------------------------------------------------------------

    @Test
    @Covers("mon_1")
    void aMonitorTellsOnceWhyItsTargetHasEnded(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Monitor normal = self.spawnMonitor(_ -> {});
            assertThat(self.receive()).isEqualTo(new Down(normal, normal.pid(), ExitReason.normal()));

            Pid target = self.spawn(Inside::idle);
            Monitor monitor = self.monitor(target);
            target.exit(BANG);
            assertThat(self.receive()).isEqualTo(new Down(monitor, target, BANG));

            Monitor ofTheDead = self.monitor(target);
            assertThat(self.receive()).isEqualTo(new Down(ofTheDead, target, ExitReason.noProcess()));
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    @Covers({"mon_1", "monitor_3_noproc_gh6185"})
    void aMonitorByNameIsOneOfWhoHasTheNameThen(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target = self.spawn(Inside::idle);
            skep.node().register(NAME, target);
            Monitor monitor = self.monitor(NAME);
            assertThat(monitor.pid()).isEqualTo(target);
            target.exit(BANG);
            assertThat(self.receive()).isEqualTo(new Down(monitor, target, BANG));

            Monitor ofNobody = self.monitor(NAME);
            Down down = self.receive(Down.class);
            assertThat(down.monitor()).isSameAs(ofNobody);
            assertThat(down.reason()).isEqualTo(ExitReason.noProcess());
        });
    }

    @Test
    @Covers("monitor_3_noproc_gh6185")
    void anAliasOutlivesAMonitorOfNobodyAndAWatcherMayEndAtOnce(Testkit skep) throws Exception {
        Pid dead = Inside.dead(skep);
        Inside.process(skep, self -> {
            Alias alias = self.alias();
            self.monitor(NAME);
            assertThat(self.receive(Down.class).reason()).isEqualTo(ExitReason.noProcess());
            alias.send("through");
            assertThat(self.receive()).isEqualTo("through");
            self.unalias(alias);
            alias.send("withdrawn");
            assertThat(self.receive(Duration.ZERO)).isEmpty();

            AliasedMonitor ofTheDead = self.monitorWithAlias(dead);
            assertThat(self.receive()).isEqualTo(new Down(ofTheDead.monitor(), dead, ExitReason.noProcess()));

            Monitor watcher = self.spawnMonitor((Receiver<Object> it) -> {
                it.monitor(NAME);
                it.monitorWithAlias(dead);
            });
            assertThat(self.receive()).isEqualTo(new Down(watcher, watcher.pid(), ExitReason.normal()));
        });
    }

    @Test
    @Covers("otp_5827")
    void aProcessOfAnEarlierNodeOfThatNameIsDead(Testkit skep) throws Exception {
        Pid earlier;
        try (Node node = Node.start("test")) {
            earlier = node.spawn(_ -> {});
        }
        Inside.process(skep, self -> {
            Monitor monitor = self.monitor(earlier);
            assertThat(self.receive()).isEqualTo(new Down(monitor, earlier, ExitReason.noProcess()));
        });
    }

    @Test
    @Covers("large_exit")
    void aReasonMayBeAnyValue(Testkit skep) throws Exception {
        ExitReason big = ExitReason.because(
                IntStream.range(0, 100_000).mapToObj(Integer::toString).toList());
        Inside.process(skep, self -> {
            for (int round = 0; round < 100; round++) {
                Pid target = self.spawn(Inside::idle);
                Monitor monitor = self.monitor(target);
                target.exit(big);
                assertThat(self.receive()).isEqualTo(new Down(monitor, target, big));
            }
        });
    }

    @Test
    @Covers("named_down")
    void theNameIsFreeBeforeTheDownComes(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            for (int round = 0; round < 200; round++) {
                Pid target = self.spawn(Inside::idle);
                skep.node().register(NAME, target);
                Monitor monitor = self.monitor(NAME);
                target.exit(BANG);
                assertThat(self.receive()).isEqualTo(new Down(monitor, target, BANG));
                skep.node().register(NAME, self.pid());
                skep.node().unregister(NAME);
            }
        });
    }

    @Test
    @Covers({"case_1", "case_1a"})
    void aTargetMayEndItsWatcherAndThenItself(Testkit skep, Probe probe) {
        Pid watcher = skep.node().spawn((Receiver<Object> self) -> {
            Monitor monitor = self.spawnMonitor((Receiver<Object> it) -> {
                it.receive();
                self.pid().exit(BANG);
            });
            monitor.pid().send("go");
            self.receive(String.class);
        });
        probe.monitor(watcher);

        assertThat(probe.awaitDown(watcher)).isIn(BANG, ExitReason.noProcess());
        assertThat(skep.awaitEnd(watcher)).isEqualTo(BANG);
    }

    @Test
    @Differs(
            cases = {"monitor_tag_storage"},
            entry = "A monitor may be given a tag")
    void manyDownsWaitInOrderAndEachCarriesItsMonitor(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            List<Monitor> monitors = Stream.generate(() -> self.spawnMonitor(Inside::idle))
                    .limit(500)
                    .toList();
            monitors.forEach(each -> each.pid().exitAndJoin(BANG, Duration.ofSeconds(30)));

            List<Object> downs = new ArrayList<>();
            monitors.forEach(each -> downs.add(new Down(each, each.pid(), BANG)));
            assertThat(self.pid().messages().orElseThrow()).containsExactlyElementsOf(downs);
            downs.forEach(each -> assertThat(self.receive()).isEqualTo(each));
        });
    }

    // ---- Withdrawing ---------------------------------------------------------------------------------------------

    @Test
    @Covers("demon_2")
    void aMonitorThatIsWithdrawnInTimeTellsNothing(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Monitor ofItself = self.monitor(self.pid());
            self.demonitor(ofItself);
            assertThat(self.demonitor(ofItself)).isFalse();

            Pid target = self.spawn(Inside::idle);
            self.demonitor(self.monitor(target));
            target.exit(BANG);
            skep.awaitEnd(target);
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    @Covers("demonitor_flush")
    void flushingTakesTheMessageOutOfTheMailboxAndNoOther(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target = self.spawn(Inside::idle);
            Monitor flushedBefore = self.monitor(target);
            Monitor stays = self.monitor(target);
            Monitor flushedAfter = self.monitor(target);
            Monitor onlyWithdrawn = self.monitor(target);

            assertThat(self.demonitorAndFlush(flushedBefore)).isTrue();
            target.exit(BANG);
            skep.awaitEnd(target);
            assertThat(self.receive(Down.class)).isEqualTo(new Down(stays, target, BANG));
            assertThat(self.demonitorAndFlush(flushedAfter)).isFalse();
            assertThat(self.demonitor(onlyWithdrawn)).isFalse();
            assertThat(self.receive()).isEqualTo(new Down(onlyWithdrawn, target, BANG));
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    @Covers("local_remove_monitor")
    void withdrawingSaysWhetherTheMessageIsThere(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            for (int group = 0; group < 50; group++) {
                List<Monitor> monitors = Stream.generate(() -> self.monitor(self.spawn(_ -> {})))
                        .limit(50)
                        .toList();
                for (Monitor monitor : monitors) {
                    boolean inTime = self.demonitor(monitor);
                    assertThat(self.receive(Down.class, down -> down.monitor() == monitor, Duration.ZERO)
                                    .isEmpty())
                            .isEqualTo(inTime);
                }
            }
        });
    }

    @Test
    @Covers("gh_5225_demonitor_alias")
    void aMonitorThatHasFiredMayBeWithdrawnAllTheSame(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            AliasedMonitor fired = self.monitorWithAlias(Inside.dead(skep));
            assertThat(self.receive(Down.class).monitor()).isSameAs(fired.monitor());

            assertThat(self.demonitor(fired.monitor())).isFalse();
            assertThat(self.demonitorAndFlush(fired.monitor())).isFalse();
        });
    }

    @Test
    @Covers("unexpected_alias_at_demonitor_gh5310")
    void anAliasForOneReplyIsWithdrawnWithItsMonitor(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target =
                    self.spawn((Receiver<Object> it) -> it.receive(Alias.class).send("hello"));
            Monitor monitor = self.monitor(target);
            AliasedMonitor withAlias = self.monitorWithAliasForOneReply(target);
            self.demonitorAndFlush(withAlias.monitor());
            target.send(withAlias.alias());

            assertThat(self.receive()).isEqualTo(new Down(monitor, target, ExitReason.normal()));
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    @Covers("down_on_alias_gh5310")
    void noDownComesAfterWithdrawingWhileTheTargetEnds(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            for (int round = 0; round < 200; round++) {
                ExitReason reason = round % 2 == 0 ? ExitReason.shutdown() : ExitReason.shutdown(List.of(round));
                Pid target = self.spawn(Inside.obeying());
                AliasedMonitor withAlias = self.monitorWithAlias(target);
                target.send(reason);
                self.demonitorAndFlush(withAlias.monitor());
                skep.awaitEnd(target);
                assertThat(self.receive(Duration.ZERO)).isEmpty();
            }
        });
    }

    @Test
    @Differs(
            cases = {"case_2", "case_2a", "demon_1", "demon_e_1"},
            entry = "`demonitor` of a reference that is no monitor of the process")
    void onlyTheWatcherMayWithdrawItsMonitor(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target = self.spawn((Receiver<Object> it) -> {
                Monitor foreign = it.receive(Monitor.class);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> it.demonitor(foreign))
                        .withMessageContaining("does not belong");
            });
            Monitor monitor = self.monitor(target);
            target.send(monitor);
            assertThat(self.receive()).isEqualTo(new Down(monitor, target, ExitReason.normal()));
        });
    }

    @Test
    @Covers("mon_e_1")
    void nothingElseCanBeMonitored(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            assertThatNullPointerException().isThrownBy(() -> self.monitor((Pid) null));
            assertThatNullPointerException().isThrownBy(() -> self.monitor((Name<?>) null));
        });
    }

    // ---- Who monitors whom ---------------------------------------------------------------------------------------

    @Test
    @Covers("list_cleanup")
    void bothSidesForgetAMonitorThatIsOver(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target = self.spawn(Inside::idle);
            Monitor monitor = self.monitor(target);
            assertThat(Report.of(self.pid())).isEqualTo(new Report(List.of(target), List.of()));
            assertThat(Report.of(target)).isEqualTo(new Report(List.of(), List.of(self.pid())));
            self.demonitor(monitor);
            assertThat(Report.of(self.pid())).isEqualTo(NONE);
            assertThat(Report.of(target)).isEqualTo(NONE);

            self.monitor(target);
            target.exit(BANG);
            self.receive(Down.class);
            assertThat(Report.of(self.pid())).isEqualTo(NONE);

            Pid watcher = self.spawn((Receiver<Object> it) -> {
                it.monitor(self.pid());
                self.pid().send("monitored");
                it.receive();
            });
            assertThat(self.receive()).isEqualTo("monitored");
            assertThat(Report.of(self.pid())).isEqualTo(new Report(List.of(), List.of(watcher)));
            watcher.exit(BANG);
            skep.awaitEnd(watcher);
            assertThat(Report.of(self.pid())).isEqualTo(NONE);
        });
    }

    @Test
    @Covers("mixer")
    void monitorsInBothDirectionsDoNotGetInEachOthersWay(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            List<Pid> others = Stream.generate(() -> self.spawn((Receiver<Object> it) -> {
                        Monitor back = it.monitor(self.pid());
                        self.pid().send("ready");
                        it.receive(String.class, "withdraw"::equals);
                        it.demonitor(back);
                        self.pid().send("withdrawn");
                        it.receive(String.class, "end"::equals);
                        throw new ProcessExit(ExitReason.shutdown());
                    }))
                    .limit(10)
                    .toList();
            others.forEach(_ -> self.receive(String.class, "ready"::equals));
            List<Monitor> monitors = others.stream().map(self::monitor).toList();
            assertThat(Report.of(self.pid()).monitoredBy()).containsExactlyInAnyOrderElementsOf(others);
            assertThat(Report.of(self.pid()).monitors()).containsExactlyElementsOf(others);

            others.subList(0, 5).forEach(each -> each.send("withdraw"));
            others.subList(0, 5).forEach(_ -> self.receive(String.class, "withdrawn"::equals));
            assertThat(Report.of(self.pid()).monitoredBy()).containsExactlyInAnyOrderElementsOf(others.subList(5, 10));
            monitors.subList(3, 7).forEach(self::demonitor);
            others.subList(5, 10).forEach(each -> each.exit(ExitReason.shutdown()));
            others.subList(0, 5).forEach(each -> each.send("end"));
            others.forEach(skep::awaitEnd);

            assertThat(Stream.generate(() -> self.receive(Down.class).monitor()).limit(6))
                    .containsExactlyInAnyOrderElementsOf(IntStream.of(0, 1, 2, 7, 8, 9)
                            .mapToObj(monitors::get)
                            .toList());
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            assertThat(Report.of(self.pid())).isEqualTo(NONE);
        });
    }
}
