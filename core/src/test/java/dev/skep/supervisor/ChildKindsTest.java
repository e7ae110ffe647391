package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Computation;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Started;
import dev.skep.SupervisorReport.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChildKindsTest {

    private final ManualClock clock = new ManualClock();
    private final Hive hive = new Hive(clock);

    @AfterEach
    void close() {
        hive.close();
    }

    private SupervisorRef with(ChildSpec child) {
        return hive.start(Supervisor.oneForOne().child(child));
    }

    @Test
    void aServerUnderANameHasThatNameAsItsId() {
        Name<Hive.Ask> name = Name.of("ada");
        SupervisorRef sup = with(ChildSpec.server(name, () -> hive.new Probe("ada")));
        assertThat(Hive.pid(sup, "ada")).isEqualTo(hive.node.whereis(name).orElseThrow());
        assertThat(hive.node.ref(name).call(new Hive.Ask.Who())).isEqualTo("ada");
    }

    @Test
    void aServerWithoutANameHasAnId() {
        SupervisorRef sup = with(ChildSpec.server("ada", () -> hive.new Probe("ada")));
        assertThat(Hive.states(sup)).containsExactly("ada running");
    }

    @Test
    void aStartUnderANameHasThatNameAsItsId() {
        Name<Hive.Ask> name = Name.of("ada");
        SupervisorRef sup = with(ChildSpec.of(hive.server("probe").named(name)));
        assertThat(Hive.pid(sup, "ada")).isEqualTo(hive.node.whereis(name).orElseThrow());
    }

    @Test
    void anotherIdChangesNothingElse() {
        ChildSpec child = hive.child("a").restart(Restart.TRANSIENT).shutdown(Duration.ofSeconds(1));
        ChildSpec other = child.id("b");
        assertThat(child.id()).isEqualTo("a");
        assertThat(other)
                .returns("b", ChildSpec::id)
                .returns(Restart.TRANSIENT, ChildSpec::restart)
                .returns(new Shutdown.Within(Duration.ofSeconds(1)), ChildSpec::shutdown)
                .returns(child.start(), ChildSpec::start);
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(child).child(other));
        assertThat(Hive.states(sup)).containsExactly("a running", "b running");
    }

    @Test
    void everySupervisorIsAChildOfThatTypeAlsoWhenItsReferenceIsMapped() {
        PartitionSupervisor<Hive.Ask> partitions = PartitionSupervisor.of(
                "parts", (part, i) -> hive.server("part " + i).named(part));
        assertThat(ChildSpec.of("s", partitions))
                .returns(ChildType.SUPERVISOR, ChildSpec::type)
                .returns(Shutdown.INFINITY, ChildSpec::shutdown);
        assertThat(ChildSpec.of("s", Supervisor.oneForOne().map(SupervisorRef::pid)))
                .returns(ChildType.SUPERVISOR, ChildSpec::type);
        assertThat(ChildSpec.of("w", hive.server("w").map(ref -> ref))).returns(ChildType.WORKER, ChildSpec::type);
    }

    @Test
    void aSupervisorHasAsLongAsItNeedsAndAWorkerFiveSeconds() {
        assertThat(ChildSpec.supervisor("s", Supervisor.oneForOne()))
                .returns(ChildType.SUPERVISOR, ChildSpec::type)
                .returns(Shutdown.INFINITY, ChildSpec::shutdown);
        assertThat(ChildSpec.of("s", Supervisor.oneForOne()))
                .returns(ChildType.SUPERVISOR, ChildSpec::type)
                .returns(Shutdown.INFINITY, ChildSpec::shutdown);
        assertThat(ChildSpec.of("s", Supervisor.simpleOneForOne(hive::server)))
                .returns(ChildType.SUPERVISOR, ChildSpec::type)
                .returns(Shutdown.INFINITY, ChildSpec::shutdown);
        assertThat(hive.child("w"))
                .returns(ChildType.WORKER, ChildSpec::type)
                .returns(new Shutdown.Within(Duration.ofSeconds(5)), ChildSpec::shutdown);
        assertThat(hive.child("w").shutdown(Duration.ofSeconds(1)).type(ChildType.SUPERVISOR))
                .returns(new Shutdown.Within(Duration.ofSeconds(1)), ChildSpec::shutdown);
    }

    @Test
    void aPlainProcessReceivesAndIsEndedWhileItWaits() {
        SupervisorRef sup = with(ChildSpec.<String>process("p", self -> {
            while (true) {
                hive.note(self.receive(String.class));
            }
        }));
        Pid first = Hive.pid(sup, "p");
        first.send("hello");
        hive.awaitNote("hello");
        hive.shutDown(sup);
        assertThat(hive.heardEndOf(first)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void aRunnableThatKnowsNothingOfSkepIsEndedByAnInterrupt() {
        LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
        Runnable consumer = () -> {
            try {
                while (true) {
                    hive.note(queue.take());
                }
            } catch (InterruptedException e) {
                hive.note("interrupted");
            }
        };
        SupervisorRef sup = with(ChildSpec.loop("consumer", consumer));
        Pid pid = Hive.pid(sup, "consumer");
        queue.add("job");
        hive.awaitNote("job");
        hive.shutDown(sup);
        assertThat(hive.journal()).containsExactly("job", "interrupted");
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void aCallableThatKnowsNothingOfSkepMayThrowOnTheInterrupt() {
        LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
        SupervisorRef sup = with(ChildSpec.loop("consumer", () -> {
            while (true) {
                hive.note(queue.take());
            }
        }));
        Pid pid = Hive.pid(sup, "consumer");
        queue.add("job");
        hive.awaitNote("job");
        assertThat(sup.terminateChild("consumer").isOk()).isTrue();
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.supervisorReports()).isEmpty();
        assertThat(hive.crashReports()).isEmpty();
    }

    @Test
    void aLoopThatThrowsIsRestarted() {
        AtomicInteger runs = new AtomicInteger();
        SupervisorRef sup = with(ChildSpec.loop("poller", () -> {
            if (runs.incrementAndGet() == 1) {
                throw new IOException("unreachable");
            }
            hive.note("polling");
            Hive.await(new CountDownLatch(1));
            return null;
        }));
        hive.awaitNote("polling");
        assertThat(Hive.info(sup, "poller").restarts()).isEqualTo(1);
        assertThat(hive.supervisorReports())
                .containsExactly("CHILD_TERMINATED poller crashed: java.io.IOException: unreachable");
        assertThat(hive.crashReports()).hasSize(1);
    }

    @Test
    void aLoopThatReturnsHasEndedNormally() {
        CountDownLatch release = new CountDownLatch(1);
        SupervisorRef sup = with(ChildSpec.loop("once", () -> {
                    Hive.await(release);
                    return "result";
                })
                .restart(Restart.TRANSIENT));
        Pid pid = Hive.pid(sup, "once");
        release.countDown();
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.normal());
        assertThat(Hive.states(sup)).containsExactly("once stopped");
    }

    @Test
    void aLoopThatIgnoresItsInterruptIsKilledWhenItsTimeIsOverAndAbandoned() {
        CountDownLatch release = new CountDownLatch(1);
        SupervisorRef sup = with(ChildSpec.loop("deaf", () -> {
                    hive.note("running");
                    Computation.until(release);
                })
                .shutdown(Duration.ofSeconds(2)));
        Pid supervisor = sup.pid().orElseThrow();
        Pid deaf = Hive.pid(sup, "deaf");
        hive.awaitNote("running");
        supervisor.exit(ExitReason.shutdown());
        try {
            hive.passTimeUntil(clock, () -> hive.hasEnded(supervisor));
            assertThat(hive.heardEndOf(deaf)).isEqualTo(ExitReason.killed());
            assertThat(hive.supervisorReports()).containsExactly("SHUTDOWN_ERROR deaf killed");
            assertThat(hive.node.zombies()).hasSize(1);
        } finally {
            release.countDown();
        }
    }

    @Test
    void aStartFunctionMayPrepareWhatItStarts() {
        AtomicInteger starts = new AtomicInteger();
        SupervisorRef sup = with(ChildSpec.of("numbered", supervisor -> {
            String id = "numbered-" + starts.incrementAndGet();
            return supervisor.startLink(hive.server(id));
        }));
        Hive.crash(sup, "numbered");
        assertThat(hive.journal()).containsExactly("+numbered-1", "!numbered-1", "+numbered-2");
    }

    @Test
    void aStartFunctionMayFailWithAnOutcome() {
        SupervisorRef sup = with(hive.child("a"));
        assertThat(sup.startChild(ChildSpec.of("b", _ -> new Started.Failed<>("b", ExitReason.because("not today")))))
                .isEqualTo(dev.skep.Result.err(new ChildError.StartFailed("b", ExitReason.because("not today"))));
        assertThat(hive.supervisorReports(Context.values())).isEmpty();
    }
}
