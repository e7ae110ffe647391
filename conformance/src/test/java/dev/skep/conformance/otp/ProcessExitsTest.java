package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.conformance.Inside;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("process_SUITE")
class ProcessExitsTest {
    private static final ExitReason BIG =
            ExitReason.because(IntStream.range(0, 20_000).boxed().toList());
    private static final ExitReason FIRST = ExitReason.because("first");

    /// Why a process ends that is linked to one that traps exits.
    private static ExitReason endOf(Receiver<Object> self, Inside.Steps doing) {
        Pid linked = self.spawnLink((Receiver<Object> it) -> doing.run(it));
        return self.receive(Exit.class, exit -> exit.pid().equals(linked)).reason();
    }

    @Test
    @Covers("t_exit_1")
    void whatAProcessEndsWithReachesItsLinks(Testkit skep) throws Exception {
        skep.allowCrashes();
        Inside.process(skep, self -> {
            self.trapExit(true);
            for (int round = 0; round < 10; round++) {
                assertThat(endOf(self, _ -> {
                            throw new ProcessExit(BIG);
                        }))
                        .isEqualTo(BIG);
            }
        });
    }

    @Test
    @Covers("t_exit_2_other")
    void anExitSignalEndsAnother(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            self.trapExit(true);
            for (int round = 0; round < 10; round++) {
                Pid linked = self.spawnLink(Inside::idle);
                linked.exit(BIG);
                assertThat(self.receive()).isEqualTo(new Exit(linked, BIG));
            }
        });
    }

    @Test
    @Covers("t_exit_2_other_normal")
    void normalDoesNotEndAnother(Testkit skep, Probe probe) {
        Pid target = skep.spawn(Inside::idle);
        probe.link(target);

        target.exit(ExitReason.normal());

        probe.refuteAny();
        assertThat(target.info()).isPresent();
        target.exit(ExitReason.kill());
        assertThat(probe.awaitExit(target)).isEqualTo(ExitReason.killed());
    }

    @Test
    @Covers("self_exit")
    void whoTrapsExitsGetsTheSignalThatItSendsItself(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            self.trapExit(true);
            for (int round = 0; round < 200; round++) {
                self.pid().exit(BIG);
                assertThat(self.receive(Duration.ZERO)).contains(new Exit(self.pid(), BIG));
            }
        });
    }

    @Test
    @Covers({"normal_suicide_exit", "abnormal_suicide_exit"})
    void whoDoesNotTrapThemEndsByItAlsoNormally(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            self.trapExit(true);
            for (ExitReason reason : List.of(ExitReason.normal(), BIG)) {
                assertThat(endOf(self, it -> {
                            it.pid().exit(reason);
                            throw new AssertionError("it has ended before it comes here");
                        }))
                        .isEqualTo(reason);
            }
        });
    }

    @Test
    @Covers("t_exit_2_catch")
    void thatCannotBeCaught(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            self.trapExit(true);
            assertThat(endOf(self, it -> {
                        try {
                            it.pid().exit(FIRST);
                        } catch (ProcessExit caught) {
                            // to no avail: the process has ended
                        }
                    }))
                    .isEqualTo(FIRST);
        });
    }

    @Test
    @Covers({"trap_exit_badarg", "trap_exit_badarg_in_bif"})
    void theReasonOfACrashIsTheExceptionWithItsStack(Testkit skep) throws Exception {
        skep.allowCrashes();
        Inside.process(skep, self -> {
            self.trapExit(true);
            assertThat(endOf(self, _ -> Integer.parseInt("bad")))
                    .isInstanceOfSatisfying(
                            ExitReason.Crashed.class,
                            crash -> assertThat(crash.cause())
                                    .isInstanceOf(NumberFormatException.class)
                                    .hasMessageContaining("bad")
                                    .hasStackTraceContaining(ProcessExitsTest.class.getName()));
            assertThat(endOf(self, it -> it.node().unregister(Name.of("nobody"))))
                    .isInstanceOfSatisfying(
                            ExitReason.Crashed.class,
                            crash -> assertThat(crash.cause()).isInstanceOf(IllegalArgumentException.class));
        });
    }

    @Test
    @SkepTest(virtualTime = true)
    @Covers("exit_and_timeout")
    void anExitSignalThatComesWithATimeoutEndsTheProcess(Testkit skep, VirtualClock clock, Probe probe) {
        Duration limit = Duration.ofMillis(2500);
        Pid target = skep.node().spawn((Receiver<Object> self) -> {
            self.receive(limit);
            self.receive(Duration.ofSeconds(1));
        });
        probe.link(target);
        skep.node().timers().exitAfter(limit, target, FIRST);

        clock.advance(limit);

        assertThat(probe.awaitExit(target)).isEqualTo(FIRST);
    }

    @Test
    @Covers("exit_twice")
    void theFirstOfTwoExitSignalsIsTheReason(Testkit skep, Probe probe) throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Pid target = skep.node().spawn(_ -> {
            running.countDown();
            never.await();
        });
        running.await();
        probe.link(target);

        target.exit(FIRST);
        target.exit(ExitReason.because("second"));

        assertThat(probe.awaitExit(target)).isEqualTo(FIRST);
    }
}
