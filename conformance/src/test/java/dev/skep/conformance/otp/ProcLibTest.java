package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.Body;
import dev.skep.CallException;
import dev.skep.CrashReport;
import dev.skep.Down;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.InitAck;
import dev.skep.Mailbox;
import dev.skep.Name;
import dev.skep.Overflow;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessInfo;
import dev.skep.ProcessSpec;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.Started;
import dev.skep.SystemMessage;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("proc_lib_SUITE")
class ProcLibTest {
    private static final ExitReason DIE = ExitReason.because("die");

    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    /// Ends when it is told to.
    private static void untilDie(Receiver<Object> self) {
        self.receive(String.class, "die"::equals);
        throw new ProcessExit(DIE);
    }

    /// What a process ends with, as one that is linked to it hears.
    private static ExitReason signalOf(Testkit skep, Body<Object> body) {
        CompletableFuture<ExitReason> heard = new CompletableFuture<>();
        skep.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            Pid pid = self.spawnLink(body);
            heard.complete(
                    self.receive(Exit.class, exit -> exit.pid().equals(pid)).reason());
        });
        skep.await("the signal has come", heard::isDone);
        return heard.join();
    }

    // ---- Crashes -------------------------------------------------------------------------------------------------

    @Test
    @Covers("crash")
    void onlyAnEndThatIsNotOrderlyIsReported(Testkit skep) {
        for (ExitReason orderly : List.of(ExitReason.shutdown(), ExitReason.shutdown("a, b, c"))) {
            assertThat(signalOf(skep, _ -> {
                        throw new ProcessExit(orderly);
                    }))
                    .isEqualTo(orderly);
        }
        assertThat(skep.crashes()).isEmpty();

        CompletableFuture<Pid> neighbour = new CompletableFuture<>();
        Pid pid = skep.spawn((Receiver<Object> self) -> {
            neighbour.complete(self.spawnLink(ProcLibTest::untilDie));
            untilDie(self);
        });
        skep.await("it has a neighbour", neighbour::isDone);
        pid.send("die");
        skep.awaitEnd(neighbour.join());

        assertThat(skep.crashes())
                .filteredOn(crash -> crash.pid().equals(pid))
                .singleElement()
                .satisfies(crash -> {
                    assertThat(crash.reason()).isEqualTo(DIE);
                    assertThat(crash.info().initialCall()).startsWith(ProcLibTest.class.getName());
                    assertThat(crash.info().ancestors()).as("who started it").isNotEmpty();
                    assertThat(crash.info().links()).contains(neighbour.join());
                });
    }

    @Test
    @Covers("stacktrace")
    void whatAProcessThrowsIsItsReasonWithItsStackTrace(Testkit skep) {
        ArithmeticException error = new ArithmeticException("1 = 2");
        skep.expectCrash(ArithmeticException.class);
        skep.expectCrash(IOException.class);

        assertThat(signalOf(skep, _ -> {
                    throw error;
                }))
                .isInstanceOfSatisfying(ExitReason.Crashed.class, crashed -> {
                    assertThat(crashed.cause()).isSameAs(error);
                    assertThat(crashed.cause().getStackTrace()[0].getClassName())
                            .isEqualTo(ProcLibTest.class.getName());
                });
        assertThat(signalOf(skep, _ -> {
                    throw new ProcessExit(ExitReason.because("bye"));
                }))
                .isEqualTo(ExitReason.because("bye"));
        assertThat(signalOf(skep, _ -> {
                    throw new IOException("ball");
                }))
                .hasToString("crashed: java.io.IOException: ball");
    }

    @Test
    @Covers({"t_format", "report_cb"})
    void aCrashReportSaysWhatWentWrongWhereAndAmongWhom(Testkit skep) {
        Pid pid = skep.spawn((Receiver<Object> self) -> {
            self.receive(String.class, "go"::equals);
            throw new IllegalStateException("something very wrong");
        });
        pid.send("not received");
        pid.send("go");

        CrashReport crash = skep.awaitCrash(IllegalStateException.class);
        assertThat(crash.text())
                .startsWith("process " + pid + " crashed")
                .contains("initial call", ProcLibTest.class.getName())
                .contains("reason", "java.lang.IllegalStateException: something very wrong")
                .contains("at " + ProcLibTest.class.getName())
                .contains("mailbox length", "links", "ancestors");
        assertThat(crash.info().mailboxLength()).isEqualTo(1);
    }

    @Test
    @Covers({"t_format", "t_format_arbitrary"})
    void aCrashReportIsBoundedWhateverTheReasonIs(Testkit skep) {
        for (Object arbitrary : List.of("\u0447\u042f \ud83d\ude00", 0.5, Optional.of(List.of('a', 1)))) {
            Pid pid = skep.spawn(_ -> {
                throw new ProcessExit(ExitReason.because(arbitrary));
            });
            skep.awaitEnd(pid);
            assertThat(skep.crashes().getLast().text()).contains("reason", arbitrary.toString());
        }
        List<String> endless = Collections.nCopies(1_000_000, "aaaaa");
        Pid pid = skep.spawn(_ -> {
            throw new ProcessExit(ExitReason.because(endless));
        });
        skep.awaitEnd(pid);
        assertThat(skep.crashes().getLast().text()).contains("[aaaaa, aaaaa").hasSizeLessThan(100_000);
    }

    // ---- Synchronous starts --------------------------------------------------------------------------------------

    /// Says hello to the test, and acknowledges its start when that answers; then it ends.
    private static ProcessSpec<Object> greeting(Probe probe) {
        return ProcessSpec.of((Receiver<Object> self, InitAck ack) -> {
            probe.pid().send(self.pid());
            self.receive(String.class, "go on"::equals);
            ack.ack();
        });
    }

    /// Starts a process from another one, and looks whether that goes on only after the acknowledgement.
    private static Pid startGreeted(Testkit skep, Probe probe, Function<Receiver<Object>, String> starter) {
        skep.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            probe.pid().send(starter.apply(self));
        });
        Pid started = probe.expect(Pid.class);
        probe.refuteAny();
        started.send("go on");
        return started;
    }

    private static String exitAndDown(Receiver<Object> self, boolean linked, boolean monitored) {
        String exit = linked ? self.receive(Exit.class).reason().toString() : "no exit";
        String down = monitored ? self.receive(Down.class).reason().toString() : "no down";
        return "started, " + exit + ", " + down + ", "
                + self.receive(Duration.ZERO).isEmpty();
    }

    @Test
    @Covers({"sync_start_nolink", "sync_start_link", "sync_start_monitor", "sync_start_monitor_link"})
    void aStartWaitsForTheAcknowledgement(Testkit skep, Probe probe) {
        ProcessSpec<Object> spec = greeting(probe);

        startGreeted(skep, probe, self -> {
            skep.awaitEnd(self.start(spec).orElseThrow().pid().orElseThrow());
            return exitAndDown(self, false, false);
        });
        probe.expectNext("started, no exit, no down, true");
        startGreeted(skep, probe, self -> {
            self.startLink(spec).orElseThrow();
            return exitAndDown(self, true, false);
        });
        probe.expectNext("started, normal, no down, true");
        startGreeted(skep, probe, self -> {
            self.startMonitor(spec).started().orElseThrow();
            return exitAndDown(self, false, true);
        });
        probe.expectNext("started, no exit, normal, true");
        ProcessSpec<Object> lasting = ProcessSpec.of((Receiver<Object> self, InitAck ack) -> {
            probe.pid().send(self.pid());
            self.receive(String.class, "go on"::equals);
            ack.ack();
            self.receive(String.class, "end"::equals);
        });
        startGreeted(skep, probe, self -> {
            Pid pid = self.startLink(lasting).orElseThrow().pid().orElseThrow();
            self.monitor(pid);
            pid.send("end");
            return exitAndDown(self, true, true);
        });
        probe.expectNext("started, normal, normal, true");
    }

    private static void startSlowly(
            Testkit skep, Probe probe, VirtualClock clock, Function<Receiver<Object>, Started<?>> start) {
        skep.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            Started<?> outcome = start.apply(self);
            probe.pid()
                    .send(outcome.getClass().getSimpleName() + ", mailbox empty: "
                            + self.receive(Duration.ZERO).isEmpty());
        });
        Pid started = probe.expect(Pid.class);
        clock.advance(Duration.ofMillis(499));
        probe.refuteAny();
        clock.advance(Duration.ofMillis(1));
        probe.expectNext("Failed, mailbox empty: true");
        assertThat(skep.awaitEnd(started)).isEqualTo(ExitReason.killed());
    }

    @Test
    @Covers({"sync_start_timeout", "sync_start_link_timeout", "sync_start_monitor_link_timeout"})
    void aStartThatIsNotAcknowledgedInTimeFailsAndLeavesNoMessage(Testkit skep, Probe probe, VirtualClock clock) {
        ProcessSpec<Object> slow = greeting(probe).initTimeout(Duration.ofMillis(500));

        startSlowly(skep, probe, clock, self -> self.start(slow));
        startSlowly(skep, probe, clock, self -> self.startLink(slow));
        startSlowly(skep, probe, clock, self -> {
            Self.StartedMonitored<?> started = self.startMonitor(slow);
            assertThat(started.monitor()).isEmpty();
            return started.started();
        });
    }

    @Test
    @Covers("init_dont_hang")
    void aProcessThatCrashesBeforeItAcknowledgesFailsItsStart(Testkit skep) {
        IllegalStateException problem = new IllegalStateException("bad init");
        skep.allowCrashes(crash -> crash.reason().equals(ExitReason.crashed(problem)));
        ProcessSpec<Object> bad = ProcessSpec.of((_, _) -> {
            throw problem;
        });

        Crew.Refusal<ServerRef<Object>> linked = crew.refusalOf(bad);

        assertThat(linked.signal()).isEqualTo(ExitReason.crashed(problem));
        for (Started<ServerRef<Object>> outcome : List.of(
                linked.outcome(),
                skep.node().tryStart(bad),
                skep.node().tryStart(bad.initTimeout(Duration.ofSeconds(1))))) {
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Started.Failed.class,
                            failed -> assertThat(failed.reason()).isEqualTo(ExitReason.crashed(problem)));
        }
    }

    @Test
    @Covers("otp_6345")
    void aLinkedProcessIsMonitoredOnlyByWhoSaysSo(Testkit skep, Probe probe) {
        CompletableFuture<List<Pid>> monitors = new CompletableFuture<>();
        skep.spawn((Receiver<Object> self) -> {
            Pid pid = self.startLink(ProcessSpec.of((Receiver<Object> child, InitAck ack) -> {
                        ack.ack();
                        child.receive();
                    }))
                    .orElseThrow()
                    .pid()
                    .orElseThrow();
            monitors.complete(pid.info().orElseThrow().monitoredBy());
            pid.exit(ExitReason.kill());
            self.receive(Exit.class);
        });

        skep.await("it has looked", monitors::isDone);
        assertThat(monitors.join()).isEmpty();
        probe.refuteAny();
    }

    // ---- Spawns --------------------------------------------------------------------------------------------------

    @Test
    @Covers("spawn_opt")
    void aProcessIsSpawnedWithOptionsAndSaysWhatItRuns(Testkit skep) {
        Mailbox bounded = Mailbox.bounded(3, Overflow.DROP_NEWEST);
        Pid pid = skep.node().spawn(bounded, ProcLibTest::untilDie);
        skep.settle();

        assertThat(pid.info().orElseThrow().load().mailbox()).isEqualTo(bounded);
        assertThat(pid.info().orElseThrow().initialCall()).startsWith(ProcLibTest.class.getName());
        pid.send("die");
        assertThat(skep.awaitEnd(pid)).isEqualTo(DIE);
    }

    @Test
    @Covers("hibernate")
    void aWaitingProcessHasItsDataWhenItWakesUp(Testkit skep, Probe probe) {
        Pid pid = skep.spawn((Receiver<Object> self) -> {
            String data = "loop data";
            while (true) {
                switch (self.receive()) {
                    case String told when told.equals("crash") -> throw new IllegalStateException("i crashed");
                    default -> probe.pid().send(data);
                }
            }
        });
        skep.settle();
        assertThat(pid.info().map(ProcessInfo::currentHandler)).contains(Optional.empty());

        pid.send("wake up");
        probe.expectNext("loop data");
        pid.send("crash");
        assertThat(skep.awaitCrash(IllegalStateException.class).info().initialCall())
                .startsWith(ProcLibTest.class.getName());
    }

    // ---- Stops ---------------------------------------------------------------------------------------------------

    /// Does what a stop and system messages ask for.
    private static Pid obedient(Testkit skep) {
        return skep.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            while (true) {
                switch (self.receive()) {
                    case SystemMessage message -> self.handleSystem(message, "state");
                    case Exit(Pid _, ExitReason reason) -> throw new ProcessExit(reason);
                    default -> {}
                }
            }
        });
    }

    @Test
    @Covers("stop")
    void stopEndsAProcessWithAReasonAndWaits(Testkit skep) {
        Pid pid = obedient(skep);
        ServerRef.of(pid).stop();
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.normal());
        assertThatExceptionOfType(CallException.NoProcess.class)
                .isThrownBy(() -> ServerRef.of(pid).stop());

        ExitReason other = ExitReason.because("other reason");
        Pid second = obedient(skep);
        ServerRef.of(second).stop(other, ServerRef.FOREVER);
        assertThat(skep.awaitEnd(second)).isEqualTo(other);

        Name<Object> name = Name.of("to_stop");
        Pid named = obedient(skep);
        skep.node().register(name, named);
        skep.node().ref(name).stop();
        assertThat(named.isAlive()).isFalse();
        assertThat(skep.node().whereis(name)).isEmpty();
        assertThatExceptionOfType(CallException.NoProcess.class)
                .isThrownBy(() -> skep.node().ref(name).stop());
    }

    @Test
    @Covers("stop")
    void stopFailsWhenTheProcessEndsWithAnotherReason(Testkit skep) {
        Pid pid = skep.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            self.receive();
            throw new ProcessExit(DIE);
        });

        assertThatExceptionOfType(CallException.ServerExited.class)
                .isThrownBy(() -> ServerRef.of(pid).stop())
                .satisfies(failed -> assertThat(failed.reason()).isEqualTo(DIE));
    }

    @Test
    @Covers("stop")
    void stopGivesUpButTheProcessHasBeenTold(Testkit skep, VirtualClock clock, Probe probe, Probe holder) {
        Pid pid = skep.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            self.receive(Exit.class);
            holder.pid().join(ServerRef.FOREVER);
        });
        for (Duration timeout : List.of(Duration.ofSeconds(1), Duration.ZERO)) {
            skep.spawn(_ -> {
                assertThatExceptionOfType(CallException.Timeout.class)
                        .isThrownBy(() -> ServerRef.of(pid).stop(ExitReason.normal(), timeout));
                probe.pid().send("gave up");
            });
            clock.advance(timeout);
            probe.expectNext("gave up");
        }

        assertThat(pid.isAlive()).isTrue();
        holder.pid().exit(ExitReason.kill());
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.normal());
    }
}
