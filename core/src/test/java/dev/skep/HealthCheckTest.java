package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pings: whether a process gets from one message to the next.
@Tag("carriers")
class HealthCheckTest extends HealthCheckFixture {
    // ---- Those that pass -----------------------------------------------------------------------------------------

    @Test
    void aProcessAtRestIsWellByInspection() {
        Pid pid = lab.start(_ -> new Obedient());
        awaitRest(pid);
        long pulse = ((Process) pid).pulse();
        HealthWatch watch = lab.node.checkHealth(pid, CHECK);
        assertThat(watch.health()).isEqualTo(new Health(Health.Verdict.UNCHECKED, 0, Optional.empty()));

        toTheFirstCheck();

        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.HEALTHY);
        assertThat(watch.health().last()).hasValueSatisfying(last -> {
            assertThat(last.latency()).isZero();
            assertThat(last.problem()).isEmpty();
            assertThat(last.ago()).isLessThan(SLACK);
        });
        assertThat(((Process) pid).pulse()).as("it was not even activated").isEqualTo(pulse);
        clock.advance(INTERVAL.dividedBy(2));
        assertThat(watch.health().last().orElseThrow().ago()).isGreaterThanOrEqualTo(INTERVAL.dividedBy(2));
        clock.advance(INTERVAL.dividedBy(2));
        assertThat(watch.health().last().orElseThrow().ago()).isLessThan(SLACK.multipliedBy(2));
    }

    @Test
    void aServerWithALongMailboxIsWellAsLongAsItGoesOn() {
        Pid pid = lab.start(_ -> new Obedient());
        List<Gate> gates = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            gates.add(new Gate());
            tell(pid, gates.get(i));
        }
        HealthWatch watch = lab.node.checkHealth(pid, CHECK);
        gates.get(0).awaitEntered();
        toTheFirstCheck();
        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.UNCHECKED);

        for (int i = 0; i < 20; i++) {
            clock.advance(Duration.ofSeconds(4)); // within the timeout
            gates.get(i).released.countDown();
            gates.get(i + 1).awaitEntered();
        }
        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.HEALTHY);
        assertThat(watch.health().last().orElseThrow().latency()).isBetween(Duration.ofSeconds(1), CHECK.timeout());
        assertThat(failures()).isEmpty();
        gates.forEach(gate -> gate.released.countDown());
    }

    @Test
    void aHandlerThatBeatsMayTakeAsLongAsItLikes() throws Exception {
        BlockingQueue<String> orders = new LinkedBlockingQueue<>();
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        Pid pid = lab.start(self -> new Obedient() {
            @Override
            public void cast(Object message) throws Exception {
                while (orders.take().equals("beat")) {
                    self.heartbeat();
                    done.add("done");
                }
            }
        });
        tell(pid, () -> {});
        lab.node.checkHealth(pid, CHECK.failures(1));
        for (int i = 0; i < 20; i++) {
            orders.add("beat");
            Await.next(done);
            clock.advance(Duration.ofSeconds(4));
        }
        assertThat(failures()).isEmpty();
        clock.advance(Duration.ofSeconds(20));
        assertThat(failures()).hasSize(1);
        assertThat(unhealthy(lab.endOf(pid)).failures())
                .singleElement()
                .asString()
                .contains("in the same handler");
    }

    @Test
    void initIsNotChecked() throws Exception {
        Gate gate = new Gate();
        CompletableFuture<Pid> starting = new CompletableFuture<>();
        CompletableFuture<Pid> started = new CompletableFuture<>();
        Thread starter = Thread.startVirtualThread(() -> started.complete(lab.start(self -> new Obedient() {
            @Override
            public void init() throws InterruptedException {
                starting.complete(self.pid());
                gate.run();
            }
        })));
        Pid pid = Await.get(starting);
        gate.awaitEntered();
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.failures(1));
        clock.advance(Duration.ofMinutes(5));
        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.HEALTHY);
        gate.released.countDown();
        assertThat(Await.get(started)).isEqualTo(pid);
        starter.join();
    }

    // ---- Those that fail -----------------------------------------------------------------------------------------

    @Test
    void aStalledHandlerFailsAfterTheTimeoutAndThenSooner() {
        Gate gate = new Gate();
        Pid pid = stalled(gate);
        HealthWatch watch = lab.node.checkHealth(pid, CHECK);

        toTheFirstCheck();
        clock.advance(Duration.ofMillis(4900));
        assertThat(failures()).isEmpty();
        clock.advance(SLACK.plusMillis(100));
        String problem = "in the same handler (" + Do.class.getName() + ") for 500";
        assertThat(failures()).singleElement().satisfies(failure -> {
            assertThat(failure.pid()).isEqualTo(pid);
            assertThat(failure.problem()).startsWith(problem);
            assertThat(failure.failures()).isEqualTo(1);
            assertThat(failure.isFinal()).isFalse();
            assertThat(failure.text()).startsWith("process " + pid + " has failed health check 1 of 3: " + problem);
        });
        Health failing = watch.health();
        assertThat(failing.verdict()).isEqualTo(Health.Verdict.FAILING);
        assertThat(failing.failures()).isEqualTo(1);
        assertThat(failing.last().orElseThrow().problem())
                .hasValueSatisfying(p -> assertThat(p).startsWith(problem));
        assertThat(failing.last().orElseThrow().latency()).isGreaterThanOrEqualTo(Duration.ofSeconds(5));

        clock.advance(Duration.ofMillis(1800));
        assertThat(failures()).hasSize(1);
        clock.advance(Duration.ofMillis(300));
        assertThat(failures()).hasSize(2);
        gate.released.countDown();
        awaitRest(pid);
        clock.advance(Duration.ofMillis(2100));
        assertThat(watch.health().verdict())
                .as("it goes on, and has begun anew")
                .isEqualTo(Health.Verdict.HEALTHY);
        assertThat(watch.health().failures()).isZero();
        assertThat(failures()).hasSize(2);
    }

    @Test
    void afterTheLastFailureItEndsWithTheStackOfItsHandlerEvenIfItTrapsExits() {
        Gate gate = new Gate();
        Pid pid = lab.start(self -> new Obedient() {
            @Override
            public void init() {
                self.trapExit(true);
            }
        });
        tell(pid, gate);
        gate.awaitEntered();
        HealthWatch watch = lab.node.checkHealth(pid, CHECK);
        clock.advance(Duration.ofSeconds(20));

        Unhealthy unhealthy = unhealthy(lab.endOf(pid));
        assertThat(unhealthy.failures()).hasSize(3);
        assertThat(unhealthy.stack()).anySatisfy(frame -> {
            assertThat(frame.getClassName()).isEqualTo(Gate.class.getName());
            assertThat(frame.getMethodName()).isEqualTo("run");
        });
        assertThat(unhealthy.toString())
                .startsWith("unhealthy: in the same handler (")
                .contains("; in the same handler (")
                .contains(System.lineSeparator() + "        at ")
                .contains("Gate.run(");
        assertThat(Await.next(notes)).isEqualTo("terminate");
        assertThat(failures()).extracting(HealthReport::isFinal).containsExactly(false, false, true);
        assertThat(failures().getLast().text()).endsWith("; it is told to end");
        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.UNHEALTHY);
        assertThat(watch.health().failures()).isEqualTo(3);
    }

    @Test
    void aHandlerThatIgnoresItsInterruptionIsAbandonedAfterTheKillGrace() {
        CountDownLatch release = new CountDownLatch(1);
        Gate entered = new Gate();
        Pid pid = lab.start(_ -> new Obedient());
        tell(pid, () -> {
            entered.entered.countDown();
            Computation.until(release);
        });
        entered.awaitEntered();
        lab.node.checkHealth(pid, CHECK.failures(1));
        clock.advance(Duration.ofSeconds(16));
        assertThat(pid.isAlive()).isTrue();
        clock.advance(Duration.ofSeconds(1));

        Unhealthy unhealthy = unhealthy(lab.endOf(pid));
        assertThat(unhealthy.stack())
                .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("until"));
        assertThat(Await.next(lab.abandoned).pid()).isEqualTo(pid);
        assertThat(notes).as("its state belongs to the thread").isEmpty();
        release.countDown();
    }

    @Test
    void aTerminateThatHangsIsInterruptedToo() {
        Gate gate = new Gate();
        Pid pid = lab.start(self -> new Obedient() {
            @Override
            public void cast(Object message) {
                self.stop(ExitReason.normal());
            }

            @Override
            public void terminate(ExitReason reason) throws Exception {
                notes.add("terminate " + reason);
                gate.run();
            }
        });
        lab.node.checkHealth(pid, CHECK);
        tell(pid, () -> {});
        gate.awaitEntered();
        clock.advance(Duration.ofSeconds(20));

        assertThat(unhealthy(lab.endOf(pid)).failures().getFirst()).startsWith("in terminate for 500");
        assertThat(notes).containsExactly("terminate normal");
    }

    @Test
    void aTerminateThatHangsAfterAFailedHandlerIsAbandonedInTheEnd() {
        CountDownLatch release = new CountDownLatch(1);
        Gate gate = new Gate();
        Gate inTerminate = new Gate();
        Pid pid = lab.start(_ -> new Obedient() {
            @Override
            public void terminate(ExitReason reason) {
                inTerminate.entered.countDown();
                Computation.until(release);
            }
        });
        tell(pid, gate);
        gate.awaitEntered();
        lab.node.checkHealth(pid, CHECK.failures(1));
        clock.advance(Duration.ofSeconds(16));
        inTerminate.awaitEntered();
        clock.advance(Duration.ofSeconds(20));

        assertThat(unhealthy(lab.endOf(pid)).failures())
                .singleElement()
                .asString()
                .startsWith("in terminate");
        assertThat(Await.next(lab.abandoned).pid()).isEqualTo(pid);
        release.countDown();
    }

    @Test
    void whatHasBeenToldToEndIsLeftToWhoeverToldIt() {
        CountDownLatch release = new CountDownLatch(1);
        Gate entered = new Gate();
        Pid pid = lab.start(_ -> new Obedient());
        tell(pid, () -> {
            entered.entered.countDown();
            Computation.until(release);
        });
        entered.awaitEntered();
        lab.node.checkHealth(pid, CHECK);
        pid.exit(ExitReason.shutdown()); // from its starter, who has all the time of the world
        Await.until(() -> ((Process) pid).doomed() != null);
        clock.advance(Duration.ofMinutes(5));
        assertThat(failures()).isEmpty();
        assertThat(pid.isAlive()).isTrue();
        release.countDown();
        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void ofVeryManyFailuresTheLatestAreKept() {
        Gate gate = new Gate();
        Pid pid = stalled(gate);
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.failures(Integer.MAX_VALUE));
        clock.advance(Duration.ofMinutes(4));
        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.FAILING);
        assertThat(watch.health().failures()).isGreaterThan(100);
        watch.stop();

        HealthWatch other = lab.node.checkHealth(pid, CHECK.failures(12));
        clock.advance(Duration.ofSeconds(38)); // after 15 seconds the first, then every two
        assertThat(other.health().verdict()).isEqualTo(Health.Verdict.UNHEALTHY);
        assertThat(unhealthy(lab.endOf(pid)).failures())
                .hasSize(10)
                .last()
                .asString()
                .contains(" for 270");
    }

    // ---- Plain processes -----------------------------------------------------------------------------------------

    @Test
    void aPlainProcessInAReceiveIsWell() {
        Pid pid = lab.node.spawn((Receiver<Object> self) -> {
            self.heartbeat();
            Lab.drop(self);
        });
        awaitRest(pid);
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.callback());
        clock.advance(Duration.ofMinutes(5));
        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.HEALTHY);
        assertThat(watch.health().last().orElseThrow().latency()).isZero();
    }

    @Test
    void aBusyPlainProcessIsCheckedFromItsFirstHeartbeatOn() {
        BlockingQueue<String> orders = new LinkedBlockingQueue<>();
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        Pid pid = lab.node.spawn(self -> {
            while (true) {
                orders.take();
                self.heartbeat();
                done.add("done");
            }
        });
        HealthWatch watch = lab.node.checkHealth(pid, CHECK);
        clock.advance(Duration.ofMinutes(5));
        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.HEALTHY);
        for (int i = 0; i < 20; i++) {
            orders.add("beat");
            Await.next(done);
            clock.advance(Duration.ofSeconds(4));
        }
        assertThat(failures()).isEmpty();
        clock.advance(Duration.ofSeconds(20));
        Unhealthy unhealthy = unhealthy(lab.endOf(pid));
        assertThat(unhealthy.failures().getFirst()).startsWith("without a heartbeat for ");
        assertThat(unhealthy.stack())
                .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("take"));
    }

    @Test
    void aHeartbeatEndsCodeThatHasBeenToldToEnd() {
        CountDownLatch beating = new CountDownLatch(1);
        Pid pid = lab.node.spawn(self -> {
            while (true) { // a loop that computes: an interrupt alone would not end it
                self.heartbeat();
                beating.countDown();
            }
        });
        Await.latch(beating);
        pid.exit(ExitReason.because("enough"));
        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.because("enough"));
    }

    @Test
    void onlyTheProcessItselfBeats() {
        CompletableFuture<Self<?>> leaked = new CompletableFuture<>();
        lab.node.spawn((Receiver<Object> self) -> {
            leaked.complete(self);
            Lab.drop(self);
        });
        Self<?> self = Await.get(leaked);
        assertThatIllegalStateException().isThrownBy(self::heartbeat).withMessageContaining("heartbeat of ");
    }

    // ---- Bad input -----------------------------------------------------------------------------------------------

    @Test
    void impossibleValuesAreRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.every(Duration.ZERO))
                .withMessage("interval of a health check must be longer than zero");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.every(second.negated()))
                .withMessage("interval of a health check must not be negative, but was PT-1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.every(second).timeout(Duration.ZERO))
                .withMessage("timeout of a health check must be longer than zero");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.every(second).timeout(Duration.ofMillis(1001)))
                .withMessage("timeout of a health check must not be longer than its interval PT1S, but was PT1.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.every(second).retryAfter(Duration.ofSeconds(2)))
                .withMessage("retry time of a health check must not be longer than its interval PT1S, but was PT2S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthCheck.every(second).failures(0))
                .withMessage("the number of failed health checks in a row must be one or more, but was 0");
    }

    @Test
    void theDefaultsFollowTheInterval() {
        HealthCheck rare = HealthCheck.every(Duration.ofMinutes(1));
        assertThat(rare.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(rare.retryAfter()).isEqualTo(Duration.ofSeconds(12));
        assertThat(rare.failures()).isEqualTo(3);
        assertThat(HealthCheck.every(Duration.ofSeconds(1)).timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(HealthCheck.every(Duration.ofNanos(1)).retryAfter()).isEqualTo(Duration.ofNanos(1));
    }

    @Test
    void aProcessOfAnotherNodeIsRefused() {
        try (Lab other = new Lab()) {
            Pid foreign = other.idle();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> lab.node.checkHealth(foreign, CHECK))
                    .withMessage("cannot check the health of " + foreign + ": it lives on another node");
        }
    }
}
