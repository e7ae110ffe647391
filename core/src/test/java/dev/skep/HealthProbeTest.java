package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.sys.Sys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Health checks that ask: the process itself, or a probe from outside.
@Tag("carriers")
class HealthProbeTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final HealthCheck CHECK = HealthCheck.every(INTERVAL);

    private final ManualClock clock = new ManualClock();
    private final Lab lab = new Lab(settings ->
            clock.install(settings).stallThreshold(ServerRef.FOREVER).sendable(CountDownLatch.class));
    private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        lab.close();
    }

    interface Callback {
        Result<?, String> health() throws Exception;
    }

    /// Notes what it handles, and waits for a permit where it is told to.
    private final class Asked extends Lab.Echo {
        private final Callback callback;

        Asked(Callback callback) {
            this.callback = callback;
        }

        @Override
        public void info(Object message) throws Exception {
            notes.add("handles " + message);
            if (message instanceof CountDownLatch gate) {
                gate.await();
            }
        }

        @Override
        public Result<?, String> health() throws Exception {
            notes.add("asked");
            return callback.health();
        }

        @Override
        public void terminate(ExitReason reason) {
            notes.add("terminate");
        }
    }

    private Pid asked(Callback callback) {
        Pid pid = lab.start(_ -> new Asked(callback));
        Await.until(((Process) pid)::isResting);
        return pid;
    }

    private void passTimeUntil(BooleanSupplier condition) {
        Await.until(() -> clock.pass(Duration.ofMillis(20), condition));
    }

    private void passTimeUntil(HealthWatch watch, Health.Verdict verdict) {
        passTimeUntil(() -> watch.health().verdict() == verdict);
    }

    private static String problem(HealthWatch watch) {
        return watch.health().last().orElseThrow().problem().orElseThrow();
    }

    private static List<String> failures(ExitReason reason) {
        return ((Unhealthy) ((ExitReason.Because) reason).value()).failures();
    }

    // ---- The callback --------------------------------------------------------------------------------------------

    @Test
    void anIdleServerIsWokenToBeAsked() {
        Pid pid = asked(() -> Result.ok("fine"));
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.callback());
        passTimeUntil(watch, Health.Verdict.HEALTHY);
        assertThat(Await.next(notes)).isEqualTo("asked");
        assertThat(pid.info().orElseThrow().messagesHandled())
                .as("it is no message")
                .isZero();
    }

    @Test
    void theQuestionComesBeforeTheMessagesThatWait() {
        Pid pid = asked(() -> Result.ok(1));
        CountDownLatch gate = new CountDownLatch(1);
        pid.send(gate);
        assertThat(Await.next(notes)).startsWith("handles");
        for (int i = 0; i < 10; i++) {
            pid.send(i);
        }
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.callback());
        clock.advance(INTERVAL.plusSeconds(1));
        pid.send("later");
        gate.countDown();
        assertThat(Await.next(notes)).isEqualTo("asked");
        assertThat(Await.next(notes)).isEqualTo("handles 0");
        passTimeUntil(watch, Health.Verdict.HEALTHY);
        assertThat(watch.health().last().orElseThrow().latency()).isBetween(Duration.ofMillis(900), CHECK.timeout());
    }

    @Test
    void anErrIsAFailureWithThatText() {
        AtomicInteger times = new AtomicInteger();
        Pid pid = asked(() -> Result.err("no connection, " + times.incrementAndGet()));
        lab.node.checkHealth(pid, CHECK.callback());
        passTimeUntil(() -> !pid.isAlive());
        assertThat(failures(lab.endOf(pid)))
                .containsExactly("no connection, 1", "no connection, 2", "no connection, 3");
        assertThat(notes).containsExactly("asked", "asked", "asked", "terminate");
    }

    @Test
    void aCallbackThatThrowsHasFailedButItsProcessGoesOn() {
        Pid pid = asked(() -> {
            throw new IllegalStateException("boom");
        });
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.callback().failures(2));
        passTimeUntil(() -> watch.health().verdict() == Health.Verdict.FAILING);
        assertThat(problem(watch)).isEqualTo("the health callback threw java.lang.IllegalStateException: boom");
        pid.send("more");
        Await.until(() -> notes.contains("handles more"));
        assertThat(pid.isAlive()).isTrue();
    }

    @Test
    void aCallbackThatReturnsNullHasFailed() {
        @SuppressWarnings("NullAway") // that is the mistake
        Callback broken = () -> null;
        Pid pid = asked(broken);
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.callback().failures(2));
        passTimeUntil(() -> watch.health().verdict() == Health.Verdict.FAILING);
        assertThat(problem(watch)).isEqualTo("the health callback returned null");
    }

    @Test
    void aCallbackMayEndItsProcess() {
        Pid pid = asked(() -> {
            throw new ProcessExit(ExitReason.because("enough"));
        });
        lab.node.checkHealth(pid, CHECK.callback());
        passTimeUntil(() -> !pid.isAlive());
        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.because("enough"));
    }

    @Test
    void aCallbackThatHangsIsInterruptedAndItsStackIsTold() {
        Pid pid = asked(() -> {
            new CountDownLatch(1).await();
            return Result.ok(1);
        });
        lab.node.checkHealth(pid, CHECK.callback().failures(1));
        clock.advance(INTERVAL.plusMillis(50));
        assertThat(Await.next(notes)).isEqualTo("asked");
        passTimeUntil(() -> !lab.reports.isEmpty());
        ExitReason reason = lab.endOf(pid);
        assertThat(failures(reason)).singleElement().asString().startsWith("in its health callback for ");
        assertThat(reason.toString()).contains("HealthProbeTest$Asked.health(");
        assertThat(notes).containsExactly("terminate");
    }

    @Test
    void aHandlerThatHoldsTheQuestionUpIsNamed() {
        Pid pid = asked(() -> Result.ok(1));
        CountDownLatch gate = new CountDownLatch(1);
        pid.send(gate);
        Await.next(notes);
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.callback().failures(2));
        clock.advance(INTERVAL.plusSeconds(6));
        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.FAILING);
        assertThat(problem(watch)).startsWith("in the same handler (" + CountDownLatch.class.getName() + ") for 50");
        gate.countDown();
        passTimeUntil(watch, Health.Verdict.HEALTHY);
        assertThat(lab.reports).as("it is asked anew, and only once at a time").hasSize(1);
    }

    @Test
    void aSuspendedProcessIsNotAskedButPinged() {
        Pid pid = asked(() -> Result.err("not now"));
        Sys.of(pid).suspend();
        pid.send("waits");
        Await.until(((Process) pid)::isResting);
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.callback().failures(2));
        passTimeUntil(watch, Health.Verdict.HEALTHY);
        clock.advance(INTERVAL.multipliedBy(3));
        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.HEALTHY);
        assertThat(notes).isEmpty();
        Sys.of(pid).resume();
        passTimeUntil(watch, Health.Verdict.FAILING);
        assertThat(notes).containsExactly("handles waits", "asked");
    }

    /// Questions and messages from several threads, at servers that rest, work, and end their turns.
    @Test
    void noQuestionIsLost() {
        try (Lab real = new Lab(settings -> settings.clock(Clock.system()))) {
            List<AtomicInteger> asked = new ArrayList<>();
            List<Pid> pids = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                AtomicInteger times = new AtomicInteger();
                asked.add(times);
                Pid pid = real.start(_ -> new Lab.Echo() {
                    @Override
                    public Result<?, String> health() {
                        times.incrementAndGet();
                        return Result.ok(1);
                    }
                });
                pids.add(pid);
                for (int j = 0; j < 3; j++) {
                    real.node.checkHealth(
                            pid,
                            HealthCheck.every(Duration.ofMillis(2)).callback().failures(Integer.MAX_VALUE));
                }
            }
            List<Pid> senders = new ArrayList<>();
            for (Pid pid : pids) {
                senders.add(real.node.spawn((Receiver<Object> self) -> {
                    while (self.receive(Duration.ZERO).isEmpty()) {
                        for (int i = 0; i < 1500; i++) {
                            pid.send(i);
                        }
                        pid.info();
                        ServerRef.<Object>of(pid).call(new Lab.Ask("still there?"), ServerRef.FOREVER);
                    }
                }));
            }
            asked.forEach(times -> Await.until(() -> times.get() > 100));
            senders.forEach(sender -> sender.send("stop"));
            senders.forEach(real::endOf);
            asked.forEach(times -> {
                int before = times.get();
                Await.until(() -> times.get() > before + 10); // also once they rest
            });
            pids.forEach(pid -> pid.exit(ExitReason.kill()));
            pids.forEach(real::endOf);
            assertThat(real.node.urgent).as("questions to the dead").isEmpty();
        }
    }

    // ---- From outside --------------------------------------------------------------------------------------------

    @Test
    void aProbeFromOutsideGetsThePidAndMayCallIt() {
        Pid pid = asked(() -> Result.ok(1));
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.probe(probed -> {
            notes.add("probed " + probed.equals(pid));
            return Result.ok(ServerRef.<Object>of(probed).call(new Lab.Ask("well?"), ServerRef.FOREVER));
        }));
        passTimeUntil(watch, Health.Verdict.HEALTHY);
        assertThat(notes).containsExactly("probed true");
    }

    @Test
    void aProbeThatFindsOrThrowsSomethingFails() {
        AtomicInteger times = new AtomicInteger();
        Pid pid = asked(() -> Result.ok(1));
        lab.node.checkHealth(pid, CHECK.probe(_ -> switch (times.incrementAndGet()) {
            case 1 -> Result.err("port closed");
            case 2 -> throw new java.io.IOException("no route");
            default -> throw new StackOverflowError("deep");
        }));
        passTimeUntil(() -> !pid.isAlive());
        assertThat(failures(lab.endOf(pid)))
                .containsExactly(
                        "port closed",
                        "the health probe threw java.io.IOException: no route",
                        "the health probe threw java.lang.StackOverflowError: deep");
        assertThat(lab.endOf(pid).toString()).as("it rested").doesNotContain("        at ");
        assertThat(Await.next(notes)).isEqualTo("terminate");
    }

    @Test
    void aProbeThatTakesTooLongIsInterruptedAndAskedAnew() {
        BlockingQueue<String> probes = new LinkedBlockingQueue<>();
        Pid pid = asked(() -> Result.ok(1));
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.probe(_ -> {
            probes.add("begun");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                probes.add("interrupted");
            }
            return Result.ok("too late");
        }));
        clock.advance(INTERVAL.plusMillis(50));
        assertThat(Await.next(probes)).isEqualTo("begun");
        passTimeUntil(watch, Health.Verdict.FAILING);
        assertThat(problem(watch)).startsWith("the health probe has not answered for ");
        assertThat(Await.next(probes)).isEqualTo("interrupted");
        passTimeUntil(() -> probes.contains("begun"));
        assertThat(watch.health().verdict()).as("a late answer does not count").isEqualTo(Health.Verdict.FAILING);
    }

    @Test
    void aProbeThatIgnoresItsInterruptionIsNotStartedASecondTime() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        Pid pid = asked(() -> Result.ok(1));
        lab.node.checkHealth(pid, CHECK.probe(_ -> {
            begun.incrementAndGet();
            Computation.until(release);
            return Result.ok(1);
        }));
        clock.advance(INTERVAL.plusMillis(50));
        Await.until(() -> begun.get() == 1);
        passTimeUntil(() -> !pid.isAlive());
        assertThat(failures(lab.endOf(pid))).hasSize(3);
        assertThat(begun).hasValue(1);
        release.countDown();
    }

    @Test
    void aProbeFromOutsideReplacesThePing() {
        Pid pid = asked(() -> Result.ok(1));
        CountDownLatch gate = new CountDownLatch(1);
        pid.send(gate);
        Await.next(notes);
        HealthWatch watch = lab.node.checkHealth(
                pid, CHECK.probe(_ -> Result.ok("the file grows")).failures(1));
        passTimeUntil(watch, Health.Verdict.HEALTHY);
        clock.advance(Duration.ofSeconds(9));
        assertThat(pid.isAlive()).isTrue();
        gate.countDown();
    }

    @Test
    @SuppressWarnings("NullAway") // that is the mistake
    void aProbeIsNotNull() {
        assertThatNullPointerException().isThrownBy(() -> CHECK.probe(null)).withMessage("probe of a health check");
        assertThat(CHECK.probe(_ -> Result.ok(1)).toString()).startsWith("health probe every PT10S");
        assertThat(CHECK.probe(_ -> Result.ok(1)).callback().probe()).isEmpty();
    }
}
