package dev.skep.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.testkit.Servers.Rpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Virtual time on real threads.
class VirtualClockTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void whatIsDueHasHappenedWhenAdvancingReturns() {
        try (Testkit skep = Testkit.settings().virtualTime().start()) {
            Probe probe = skep.probe();
            ServerRef<Rpc> server = skep.start(GenServer.spec(Servers::obedient));
            for (int i = 0; i < 100; i++) {
                server.cast(new Rpc.Later(SECOND, probe.pid(), i));
                skep.clock().advance(SECOND.minusNanos(1));
                assertThat(probe.messages()).isEmpty();
                skep.clock().advance(Duration.ofNanos(1));
                assertThat(probe.messages()).containsExactly(i);
                probe.expectNext(i);
            }
            assertThat(skep.clock().elapsed()).isEqualTo(SECOND.multipliedBy(100));
        }
    }

    @Test
    void timersThatTimersSetRingInTheirOrder() {
        try (Testkit skep = Testkit.settings().virtualTime().start()) {
            AtomicInteger beats = new AtomicInteger();
            skep.spawn((Receiver<Object> self) -> {
                while (true) {
                    self.sendAfter(Duration.ofMinutes(1), "beat");
                    self.receive();
                    beats.incrementAndGet();
                }
            });
            skep.clock().advance(DAY);
            assertThat(beats).hasValue(24 * 60);
            skep.clock().advance(Duration.ofSeconds(59));
            assertThat(beats).hasValue(24 * 60);
            skep.clock().advance(SECOND);
            assertThat(beats).hasValue(24 * 60 + 1);
        }
    }

    @Test
    void timersOfDifferentLengthRingInTheOrderOfTheirTimesToTheNanosecond() {
        try (Testkit skep = Testkit.settings().virtualTime().start()) {
            List<Long> rung = new CopyOnWriteArrayList<>();
            Pid pid = skep.spawn((Receiver<Object> self) -> {
                while (true) {
                    long due = self.receive(Long.class);
                    assertThat(self.node().clock().nanoTime()).isEqualTo(due);
                    rung.add(due);
                }
            });
            List<Long> dues = List.of(
                    1L,
                    2L,
                    3L,
                    999_999L,
                    1_048_575L,
                    1_048_576L,
                    1_048_577L,
                    5_000_000_000L,
                    5_000_000_001L,
                    3_600_000_000_000L,
                    3_600_000_000_001L,
                    DAY.toNanos() * 30);
            for (long due : dues.reversed()) {
                skep.node().sendAfter(Duration.ofNanos(due), pid, due);
            }
            skep.clock().advance(DAY.multipliedBy(31));
            assertThat(rung).isEqualTo(dues);
        }
    }

    @Test
    void timeLimitsPassOnlyWithTheClock() throws InterruptedException {
        try (Testkit skep = Testkit.settings().virtualTime().start()) {
            ServerRef<Rpc> server = skep.start(GenServer.spec(Servers::obedient));
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Pid caller = skep.spawn(_ -> {
                try {
                    server.call(new Rpc.Silence(), Duration.ofSeconds(3));
                } catch (CallException e) {
                    thrown.set(e);
                }
            });
            skep.clock().advance(Duration.ofSeconds(3).minusNanos(1));
            assertThat(caller.isAlive()).isTrue();
            skep.clock().advance(Duration.ofNanos(1));
            assertThat(skep.awaitEnd(caller)).isEqualTo(ExitReason.normal());
            assertThat(thrown.get()).isInstanceOf(CallException.Timeout.class);
        }
    }

    @Test
    void aClockIsUsableWithoutATestkit() {
        VirtualClock clock = new VirtualClock();
        try (Node node = clock.install(Node.builder("hive")).start()) {
            Pid pid = node.spawn((Receiver<Object> self) -> self.receive(DAY));
            clock.advance(DAY);
            assertThat(pid.isAlive()).isFalse();
            assertThatThrownBy(() -> Node.builder("second").clock(clock).start())
                    .hasMessageContaining("drives another node");
        }
        assertThatThrownBy(() -> clock.advance(SECOND)).hasMessageContaining("no node runs with this clock");
    }

    @Test
    void aProcessCannotAdvanceItsOwnClock() {
        try (Testkit skep = Testkit.settings().virtualTime().start()) {
            skep.spawn(_ -> skep.clock().advance(SECOND));
            assertThat(skep.awaitCrash(IllegalStateException.class).text()).contains("wait for its own rest");
            assertThatThrownBy(() -> skep.clock().advance(SECOND.negated())).hasMessageContaining("PT-1S");
        }
    }

    @Test
    void anInterruptThatIsUnderWayIsNoRest() {
        for (int i = 0; i < 1000; i++) {
            try (Testkit skep = Testkit.settings().virtualTime().start()) {
                Probe probe = skep.probe();
                ServerRef<Rpc> server = skep.start(GenServer.spec(Servers::obedient));
                Pid caller = skep.spawn(_ -> {
                    try {
                        server.call(new Rpc.Silence(), ServerRef.FOREVER);
                    } finally {
                        probe.pid().send("left");
                    }
                });
                skep.settle();
                caller.exit(ExitReason.because("enough"));
                skep.settle();
                assertThat(caller.isAlive()).isFalse();
            }
        }
    }

    @Test
    void closingEndsWhatWaitsForTimeThatDoesNotPass() throws Exception {
        Testkit skep = Testkit.settings()
                .virtualTime()
                .node(node -> node.killGrace(Duration.ofMillis(1)))
                .start();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Pid deaf = skep.spawn(_ -> {
            begun.countDown();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    // on purpose: only the end of the grace ends this process
                }
            }
        });
        begun.await();
        deaf.exit(ExitReason.kill());
        assertThatThrownBy(skep::close).hasMessageContaining("ignores");
        release.countDown();
    }
}
