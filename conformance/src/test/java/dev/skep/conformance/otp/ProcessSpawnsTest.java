package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.Alias;
import dev.skep.Body;
import dev.skep.Down;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Mailbox;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Overflow;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.conformance.Inside;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.coverage.NotApplicable;
import dev.skep.conformance.coverage.Waits;
import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("process_SUITE")
@Waits(
        cases = {
            "dist_spawn_monitor",
            "dist_unlink_ack_exit_leak",
            "process_info_other_dist_msg",
            "spawn_against_ei_node",
            "spawn_against_new_node",
            "spawn_against_old_node",
            "spawn_request_link_parent_exit_nodedown",
            "spawn_request_monitor_demonitor"
        },
        because = "distribution over several nodes")
@NotApplicable(
        cases = {
            "garb_other_running",
            "garbage_collect",
            "gc_request_blast_when_gc_disabled",
            "gc_request_when_gc_disabled",
            "process_flag_fullsweep_after",
            "process_flag_heap_size",
            "process_info_garbage_collection",
            "processes_gc_trap",
            "processes_term_proc_list",
            "spawn_opt_heap_size",
            "spawn_with_binaries"
        },
        because = "processes have no heaps of their own that could be sized or collected")
@NotApplicable(
        cases = {"bump_reductions", "yield", "yield2", "processes_apply_trap", "processes_last_call_trap"},
        because = "there are no reductions: the JVM schedules virtual threads, and no built-in function is interrupted")
@NotApplicable(
        cases = {"otp_16436", "otp_16642", "system_task_failed_enqueue"},
        because = "there are no dirty schedulers and no system tasks with priorities: no code is purged")
@NotApplicable(
        cases = "spawn_huge_arglist",
        because = "there are no argument lists: the code of a process is a lambda that has what it needs")
@Differs(
        cases = {"low_prio", "no_priority_inversion", "no_priority_inversion2"},
        entry = "Processes have priorities")
class ProcessSpawnsTest {
    private static final Name<Object> NAME = Name.of("registered");

    // ---- Links and monitors from the first moment ----------------------------------------------------------------

    @Test
    @Covers({"spawn_request_link_child_exit", "spawn_request_monitor_child_exit"})
    void theCrashOfAChildIsHeardOfHoweverEarlyItComes(Testkit skep) throws Exception {
        skep.allowCrashes();
        Inside.process(skep, self -> {
            self.trapExit(true);
            for (int round = 0; round < 100; round++) {
                Pid linked = self.spawnLink(_ -> {
                    throw new UnsupportedOperationException("undefined");
                });
                assertThat(self.receive()).isInstanceOfSatisfying(Exit.class, exit -> {
                    assertThat(exit.pid()).isEqualTo(linked);
                    assertThat(exit.reason()).isInstanceOf(ExitReason.Crashed.class);
                });
                Monitor monitor = self.spawnMonitor(_ -> {
                    throw new UnsupportedOperationException("undefined");
                });
                assertThat(self.receive()).isInstanceOfSatisfying(Down.class, down -> {
                    assertThat(down.monitor()).isSameAs(monitor);
                    assertThat(down.reason()).isInstanceOf(ExitReason.Crashed.class);
                });
            }
        });
    }

    @Test
    @Covers({"spawn_request_link_parent_exit", "spawn_request_link_parent_exit_compound_reason"})
    void aChildHearsOfItsParentsEndHoweverEarlyThatComes(Testkit skep) {
        int rounds = 500;
        ConcurrentLinkedQueue<Pid> children = new ConcurrentLinkedQueue<>();
        List<ExitReason> reasons = List.of(ExitReason.shutdown("kaboom"), ExitReason.shutdown(List.of("ka", "boom")));
        List<Pid> parents = IntStream.range(0, rounds)
                .mapToObj(round -> skep.node().spawn((Receiver<Object> parent) -> {
                    children.add(parent.spawnLink(Inside::idle));
                    throw new ProcessExit(reasons.get(round % 2));
                }))
                .toList();

        parents.forEach(skep::awaitEnd);
        assertThat(children).hasSize(rounds);
        children.forEach(child -> assertThat(skep.awaitEnd(child)).isIn(reasons));
    }

    @Test
    @Differs(
            cases = {"spawn_request_bif", "spawn_request_abandon_bif", "spawn_request_reply_option"},
            entry = "`spawn_request` answers with a message")
    void aSpawnIsDoneWhenItReturns(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            self.trapExit(true);
            Pid child = self.spawnLink((Receiver<Object> it) -> {
                it.receive();
                throw new ProcessExit(ExitReason.shutdown());
            });
            assertThat(child.info().orElseThrow().links()).containsExactly(self.pid());
            Monitor monitor = self.monitor(child);
            child.send("end");

            assertThat(List.of(self.receive(), self.receive()))
                    .containsExactlyInAnyOrder(
                            new Exit(child, ExitReason.shutdown()), new Down(monitor, child, ExitReason.shutdown()));
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            assertThatNullPointerException().isThrownBy(() -> self.spawn(null));
        });
    }

    @Test
    @Differs(cases = "spawn_monitor_alias", entry = "An alias may be made together with a process")
    void anAliasIsMadeFirstAndHandedToTheProcess(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Alias once = self.aliasForOneReply();
            Monitor monitor = self.spawnMonitor(_ -> {
                once.send(1);
                once.send(2);
            });
            assertThat(self.receive()).isEqualTo(1);
            assertThat(self.receive()).isEqualTo(new Down(monitor, monitor.pid(), ExitReason.normal()));
        });
    }

    @Test
    @Differs(cases = "monitor_tag", entry = "A monitor may be given a tag")
    void aDownIsToldFromOthersByItsMonitor(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target = self.spawn(Inside::idle);
            Monitor one = self.monitor(target);
            Monitor two = self.monitor(target);
            target.exit(ExitReason.shutdown());
            assertThat(self.receive(Down.class, down -> down.monitor() == two).pid())
                    .isEqualTo(target);
            assertThat(self.receive(Down.class, down -> down.monitor() == one).pid())
                    .isEqualTo(target);
        });
    }

    // ---- Settings ------------------------------------------------------------------------------------------------

    @Test
    @Covers("process_flag_badarg")
    void settingsThatMakeNoSenseAreRefused(Testkit skep) throws Exception {
        assertThatIllegalArgumentException().isThrownBy(() -> Mailbox.bounded(0, Overflow.BLOCK));
        assertThatIllegalArgumentException().isThrownBy(() -> Mailbox.bounded(-1, Overflow.CRASH));
        assertThatNullPointerException().isThrownBy(() -> Mailbox.bounded(1, null));
        Inside.process(skep, self -> {
            assertThatNullPointerException().isThrownBy(() -> self.spawn(null, Inside::idle));
            assertThat(self.trapExit(true)).isFalse();
            assertThat(self.trapExit(false)).isTrue();
        });
    }

    @Test
    @Differs(
            cases = {"spawn_opt_max_heap_size", "command_line_max_heap_size"},
            entry = "`max_heap_size` kills the process")
    void aProcessMayEndWhenItsMailboxIsFull(Testkit skep, Probe probe) {
        CountDownLatch never = new CountDownLatch(1);
        Pid target = skep.node().spawn(Mailbox.bounded(10, Overflow.CRASH), _ -> never.await());
        probe.monitor(target);
        IntStream.range(0, 10).forEach(target::send);
        assertThat(target.isAlive()).isTrue();

        target.send("one too many");

        assertThat(probe.awaitDown(target).toString()).contains("10");
    }

    // ---- Names ---------------------------------------------------------------------------------------------------

    @Test
    @Covers("bad_register")
    void whatCannotBeRegisteredIsRefused(Testkit skep) {
        Pid dead = Inside.dead(skep);
        assertThatIllegalArgumentException().isThrownBy(() -> Name.of(" "));
        assertThatNullPointerException().isThrownBy(() -> Name.of(null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> skep.node().register(NAME, dead))
                .withMessageContaining("ended");
        assertThatNullPointerException().isThrownBy(() -> skep.node().register(NAME, null));
        assertThat(skep.node().whereis(NAME)).isEmpty();
    }

    @Test
    @Covers("otp_6237")
    void whoFindsANameFreeFindsAllElseThatTheProcessHadFreeToo(Testkit skep) throws Exception {
        Name<UniqueRegistry<String, String, Object>> registryName = Name.of("registry");
        UniqueRegistry<String, String, Object> registry = skep.start(Registry.unique(registryName));
        Inside.process(skep, self -> {
            for (int round = 0; round < 100; round++) {
                CountDownLatch ready = new CountDownLatch(1);
                Pid holder = self.spawn((Receiver<Object> it) -> {
                    skep.node().register(NAME, it.pid());
                    registry.register(it, "key").orElseThrow();
                    IntStream.range(0, 1_000).forEach(_ -> it.sendAfter(Duration.ofHours(1), "never"));
                    ready.countDown();
                    it.receive();
                });
                ready.await();
                holder.send("end");
                while (skep.node().whereis(NAME).isPresent()) {
                    Thread.yield();
                }
                assertThat(registry.register(self, "key").isOk()).isTrue();
                registry.unregister(self, "key");
            }
        });
    }

    // ---- The list of all -----------------------------------------------------------------------------------------

    @Test
    @Covers({"processes_default_tab", "processes_large_tab", "processes_small_tab", "processes_this_tab"})
    void theListHasEverybodyWhoLivesAllTheWhile(Testkit skep) {
        List<Pid> lasting = Stream.generate(() -> skep.node().spawn(Inside::idle))
                .limit(500)
                .toList();
        List<Pid> doomed = Stream.generate(() -> skep.node().spawn(Inside::idle))
                .limit(500)
                .toList();
        Pid killer = skep.spawn(_ -> doomed.forEach(each -> {
            each.exit(ExitReason.kill());
            skep.node().spawn(__ -> {});
        }));

        boolean goesOn = true;
        while (goesOn) {
            goesOn = killer.isAlive();
            List<Pid> all = skep.node().processes();
            assertThat(all).containsAll(lasting).isSorted().doesNotHaveDuplicates();
        }
        doomed.forEach(skep::awaitEnd);
        assertThat(skep.node().processes()).doesNotContainAnyElementsOf(doomed);
        lasting.forEach(each -> each.exit(ExitReason.kill()));
    }

    @Test
    @Covers("processes_send_infant")
    void whoIsInTheListCanBeSentMessages(Testkit skep) {
        int generations = 300;
        Pid first = skep.node().spawn(generation(skep, generations));
        List<Pid> ignored = skep.node().processes();
        while (first.isAlive() || skep.node().processes().stream().anyMatch(each -> !ignored.contains(each))) {
            skep.node().processes().forEach(each -> each.send("go on"));
            Thread.yield();
        }
        assertThat(skep.awaitEnd(first)).isEqualTo(ExitReason.normal());
    }

    /// A process that starts the next one when it is sent something, and ends.
    private static Body<Object> generation(Testkit skep, int left) {
        return self -> {
            self.receive();
            if (left > 0) {
                skep.node().spawn(generation(skep, left - 1));
            }
        };
    }
}
