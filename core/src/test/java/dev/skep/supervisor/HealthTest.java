package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.Await;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Health;
import dev.skep.HealthCheck;
import dev.skep.HealthReport;
import dev.skep.ManualClock;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.SupervisorReport;
import dev.skep.Unhealthy;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Children whose health is checked.
@Tag("carriers")
class HealthTest {
    private static final HealthCheck CHECK = HealthCheck.every(Duration.ofSeconds(10));

    private final ManualClock clock = new ManualClock();
    private final Hive hive = new Hive(clock);

    @AfterEach
    void close() {
        hive.close();
    }

    /// Makes the server stall in its handler, until it is interrupted.
    record Stall() implements Cast<Stall> {}

    final class Staller implements GenServer<String, Stall> {
        private final String id;

        Staller(String id) {
            this.id = id;
        }

        @Override
        public String init(Self<Stall> self) {
            self.trapExit(true);
            hive.note("+" + id);
            return "fine";
        }

        @Override
        public Next<String> handle(Stall message, From from, String state) throws InterruptedException {
            hive.note("stalls " + id);
            new CountDownLatch(1).await();
            return Next.noReply();
        }

        @Override
        public Result<?, String> health(String state) {
            return state.equals("fine") ? Result.ok(state) : Result.err("not fine");
        }

        @Override
        public void terminate(ExitReason reason, String state) {
            hive.note((reason.equals(ExitReason.shutdown()) ? "-" : "!") + id);
        }
    }

    private ChildSpec staller(String id) {
        return ChildSpec.server(id, () -> new Staller(id));
    }

    private void stall(Pid pid, String id) {
        hive.takeJournal();
        ServerRef.<Stall>of(pid).cast(new Stall());
        hive.awaitNote("stalls " + id);
        hive.takeJournal();
    }

    private static Optional<Health> health(SupervisorRef sup, String id) {
        return Hive.info(sup, id).health();
    }

    /// Lets time pass until a process has been told to end.
    private void passTimeUntilGivenUp(Pid pid) {
        hive.passTimeUntil(
                clock,
                () -> hive.reports(HealthReport.class).stream()
                        .anyMatch(report -> report.pid().equals(pid) && report.isFinal()));
    }

    private void passTimeUntil(SupervisorRef sup, String id, Health.Verdict verdict) {
        hive.passTimeUntil(clock, () -> health(sup, id).map(Health::verdict).equals(Optional.of(verdict)));
    }

    @Test
    void aStalledChildIsRestartedAsTheStrategySays() {
        SupervisorRef sup = hive.start(Supervisor.restForOne()
                .child(hive.child("a"))
                .child(staller("b").health(CHECK))
                .child(hive.child("c")));
        Pid stalled = Hive.pid(sup, "b");
        stall(stalled, "b");

        passTimeUntilGivenUp(stalled);
        hive.awaitNote("+c");

        assertThat(hive.journal()).containsExactly("!b", "-c", "+b", "+c");
        assertThat(Hive.pid(sup, "b")).isNotEqualTo(stalled);
        assertThat(Hive.info(sup, "b").restarts()).isEqualTo(1);
        assertThat(hive.reports(HealthReport.class))
                .hasSize(3)
                .allSatisfy(report -> assertThat(report.pid()).isEqualTo(stalled));
        assertThat(hive.reports(SupervisorReport.class)).singleElement().satisfies(report -> {
            assertThat(report.context()).isEqualTo(SupervisorReport.Context.CHILD_TERMINATED);
            assertThat(report.reason())
                    .isInstanceOfSatisfying(
                            ExitReason.Because.class,
                            because -> assertThat(because.value()).isInstanceOf(Unhealthy.class));
            assertThat(report.text()).contains("child: b ", "unhealthy: in the same handler (", "Staller.handle(");
        });
        assertThat(hive.crashReports()).isEmpty();
    }

    @Test
    void restartsForHealthCountForTheIntensity() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .intensity(1, Duration.ofMinutes(10))
                .child(staller("a").health(CHECK)));
        Pid pid = sup.pid().orElseThrow();
        stall(Hive.pid(sup, "a"), "a");
        hive.passTimeUntil(clock, () -> hive.journal().contains("+a"));
        stall(Hive.pid(sup, "a"), "a");
        hive.passTimeUntil(clock, () -> hive.hasEnded(pid));
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void whichChildrenShowsTheHealth() {
        SupervisorRef sup = hive.start(
                Supervisor.oneForOne().child(staller("a").health(CHECK)).child(hive.child("b")));
        assertThat(health(sup, "a").orElseThrow().verdict()).isEqualTo(Health.Verdict.UNCHECKED);
        assertThat(health(sup, "b")).isEmpty();
        passTimeUntil(sup, "a", Health.Verdict.HEALTHY);
        stall(Hive.pid(sup, "a"), "a");
        passTimeUntil(sup, "a", Health.Verdict.FAILING);
        assertThat(health(sup, "a").orElseThrow().failures()).isPositive();
        assertThat(health(sup, "a").orElseThrow().last().orElseThrow().problem())
                .isPresent();
        hive.passTimeUntil(clock, () -> hive.journal().contains("+a"));
        sup.terminateChild("a");
        assertThat(health(sup, "a")).isEmpty();
        sup.restartChild("a");
        assertThat(health(sup, "a").orElseThrow().verdict()).isEqualTo(Health.Verdict.UNCHECKED);
    }

    @Test
    void aSupervisorsChecksAreForWorkersThatSayNothingElse() {
        HealthCheck own = CHECK.failures(7);
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .health(CHECK)
                .child(hive.child("usual"))
                .child(hive.child("own").health(own))
                .child(hive.child("none").withoutHealth())
                .child(ChildSpec.supervisor("sup", Supervisor.oneForOne()))
                .child(ChildSpec.supervisor("checked sup", Supervisor.oneForOne())
                        .health(CHECK)));
        assertThat(sup.whichChildren().reversed())
                .extracting(child -> child.health().isPresent())
                .containsExactly(true, true, false, false, true);
        assertThat(sup.childSpec("own").orElseThrow().health()).hasValue(own);
        assertThat(sup.childSpec("usual").orElseThrow().health()).isEmpty();
    }

    @Test
    void childrenOfASimpleSupervisorAreChecked() {
        for (Restart restart : new Restart[] {Restart.PERMANENT, Restart.TEMPORARY}) {
            SimpleSupervisorRef<String, ServerRef<Stall>> sup =
                    hive.node.start(Supervisor.simpleOneForOne((String id) -> GenServer.spec(() -> new Staller(id)))
                            .restart(restart)
                            .health(CHECK));
            Pid well = sup.startChild("well").orElseThrow().pid().orElseThrow();
            Pid stalled = sup.startChild("stalled").orElseThrow().pid().orElseThrow();
            stall(stalled, "stalled");
            passTimeUntilGivenUp(stalled);
            hive.awaitNote("!stalled");
            hive.heardEndOf(stalled);
            assertThat(sup.whichChildren())
                    .hasSize(restart == Restart.PERMANENT ? 2 : 1)
                    .last()
                    .satisfies(child -> {
                        assertThat(child.pid()).hasValue(well);
                        assertThat(child.health().orElseThrow().verdict()).isEqualTo(Health.Verdict.HEALTHY);
                    });
            assertThat(sup.terminateChild(well)).isTrue();
            Pid pid = sup.pid().orElseThrow();
            pid.exit(ExitReason.shutdown());
            hive.heardEndOf(pid);
        }
    }

    @Test
    void aServersOwnCallbackIsAsked() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .child(ChildSpec.server("a", () -> new GenServer<Integer, Stall>() {
                            @Override
                            public Integer init(Self<Stall> self) {
                                return 42;
                            }

                            @Override
                            public Next<Integer> handle(Stall message, From from, Integer state) {
                                return Next.noReply();
                            }

                            @Override
                            public Result<?, String> health(Integer state) {
                                return Result.err("only " + state);
                            }
                        })
                        .health(CHECK.callback())));
        passTimeUntil(sup, "a", Health.Verdict.FAILING);
        assertThat(health(sup, "a").orElseThrow().last().orElseThrow().problem())
                .hasValue("only 42");
    }

    @Test
    void checksDoNotShortenAShutdown() throws InterruptedException {
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .child(hive.child("a").health(CHECK.failures(1)).shutdown(Duration.ofHours(1))));
        Pid child = Hive.pid(sup, "a");
        CountDownLatch ending = hive.blockEnd("a");
        Thread caller = Thread.startVirtualThread(() -> sup.terminateChild("a"));
        hive.awaitNote(".a");
        clock.advance(Duration.ofMinutes(3));
        assertThat(hive.reports(HealthReport.class)).isEmpty();
        ending.countDown();
        caller.join();
        assertThat(hive.heardEndOf(child)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.reports(SupervisorReport.class)).isEmpty();
    }

    @Test
    void checksDoNotWaitForTheSupervisor() throws InterruptedException {
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(staller("a").health(CHECK)));
        Pid stalled = Hive.pid(sup, "a");
        stall(stalled, "a");
        CountDownLatch starting = hive.block("b");
        Thread caller = Thread.startVirtualThread(() -> sup.startChild(hive.child("b")));
        hive.awaitNote("?b"); // and the supervisor waits for it
        passTimeUntilGivenUp(stalled);
        hive.heardEndOf(stalled);
        assertThat(hive.journal()).doesNotContain("+a");
        starting.countDown();
        caller.join();
        hive.awaitNote("+a");
    }

    /// Waits until a loop has beaten since the last time, and lets it go on.
    private static void letBeat(SynchronousQueue<Boolean> steps) {
        try {
            assertThat(steps.offer(true, Await.LIMIT.toNanos(), TimeUnit.NANOSECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLoopThatHangsIsRestartedAndOneThatBeatsIsNot() {
        CountDownLatch never = new CountDownLatch(1);
        SynchronousQueue<Boolean> steps = new SynchronousQueue<>(); // in each of them the loop beats once
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .child(ChildSpec.loop("hangs before its first beat", _ -> {
                            hive.note("hangs");
                            never.await();
                        })
                        .health(CHECK))
                .child(ChildSpec.loop("beats", heartbeat -> {
                            while (true) {
                                heartbeat.beat();
                                try {
                                    steps.take();
                                } catch (InterruptedException e) {
                                    heartbeat.beat();
                                    hive.note("the beat did not end it");
                                }
                            }
                        })
                        .health(CHECK)));
        Pid beats = Hive.pid(sup, "beats");
        hive.awaitNote("hangs");
        hive.takeJournal();
        hive.passTimeUntil(clock, () -> {
            letBeat(steps);
            return hive.journal().contains("hangs");
        });
        assertThat(Hive.pid(sup, "beats")).isEqualTo(beats);
        sup.terminateChild("beats");
        assertThat(hive.heardEndOf(beats)).as("a beat ends it").isEqualTo(ExitReason.shutdown());
    }

    @Test
    @SuppressWarnings("NullAway") // null is among what is wrong
    void whatCannotBeIsRefused() {
        ChildSpec silent = ChildSpec.loop("a", () -> {});
        String message = "child a is a loop without a heartbeat, so that \"ping every PT10S, timeout PT5S, 3 failures\""
                + " would find nothing: give it one with loop(id, heartbeat -> ...), or the check a probe";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> silent.health(CHECK))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ChildSpec.loop("a", () -> 1).restart(Restart.TRANSIENT).health(CHECK.callback()))
                .withMessageContaining("child a is a loop without a heartbeat");
        assertThat(silent.health(CHECK.probe(_ -> Result.ok(1))).health()).isPresent();
        assertThatNullPointerException().isThrownBy(() -> silent.health(null)).withMessage("health check of child a");
        assertThatNullPointerException()
                .isThrownBy(() -> Supervisor.oneForOne().health(null))
                .withMessage("health check of children");
        assertThatNullPointerException()
                .isThrownBy(() -> ChildSpec.loop("a", (BeatingLoop) null))
                .withMessage("code of child a");
    }

    @Test
    void aSilentLoopUnderASupervisorWithChecksIsTakenForWell() {
        CountDownLatch never = new CountDownLatch(1);
        SupervisorRef sup = hive.start(Supervisor.oneForOne().health(CHECK).child(ChildSpec.loop("a", () -> {
            never.await();
            return 1;
        })));
        Pid pid = Hive.pid(sup, "a");
        clock.advance(Duration.ofMinutes(3));
        assertThat(Hive.pid(sup, "a")).isEqualTo(pid);
    }
}
