package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever its code does, a process that is killed ends. The stubborn codes here go on until `released`.
@Tag("carriers")
class KillTest {
    /// In real time: nothing here depends on how late the grace ends.
    private final Lab lab = new Lab(settings ->
            settings.clock(Clock.system()).killGrace(Duration.ofMillis(20)).scheduler(Lab.platformThreads()));
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void noThreadIsLeft() {
        released.countDown();
        lab.close();
        Await.until(() -> lab.node.zombies().isEmpty());
    }

    /// Code that holds a thread.
    interface Stubborn {
        void hold(CountDownLatch released, Self<Object> self) throws Exception;
    }

    static Stream<Map.Entry<String, Stubborn>> thatGiveUp() {
        return Stream.of(
                Map.entry("sleeps", (_, _) -> new CountDownLatch(1).await()),
                Map.entry("waits for a permit", (_, _) -> new Semaphore(0).acquire()),
                Map.entry(
                        "joins a process",
                        (_, self) -> self.node().spawn(Receiver::receive).join(ServerRef.FOREVER)),
                Map.entry(
                        "calls a process",
                        (_, self) -> ServerRef.<Object>of(self.node().spawn(Lab::drop))
                                .call(new Lab.Ask("never"), ServerRef.FOREVER)));
    }

    static Stream<Map.Entry<String, Stubborn>> thatDoNot() {
        return Stream.of(
                Map.entry("swallows interrupts", (released, _) -> {
                    while (released.getCount() > 0) {
                        try {
                            released.await();
                        } catch (InterruptedException e) {
                            // on purpose
                        }
                    }
                }),
                Map.entry("spins", (released, _) -> {
                    while (released.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                }),
                Map.entry("waits for a monitor", (released, _) -> {
                    Object monitor = new Object();
                    CountDownLatch held = new CountDownLatch(1);
                    Thread holder = Thread.ofPlatform().start(() -> {
                        synchronized (monitor) {
                            held.countDown();
                            Await.latch(released);
                        }
                    });
                    Await.until(() -> held.getCount() == 0); // not to be interrupted yet
                    synchronized (monitor) {
                        holder.join();
                    }
                }),
                Map.entry("catches everything and goes on", (released, self) -> {
                    while (released.getCount() > 0) {
                        try {
                            self.trapExit(false);
                            Thread.yield();
                        } catch (Throwable e) {
                            Thread.yield(); // on purpose
                        }
                    }
                }),
                Map.entry("kills itself, catches that, and goes on", (released, self) -> {
                    try {
                        self.pid().exit(ExitReason.kill());
                    } catch (ProcessExit e) {
                        assertThat(e.reason()).isEqualTo(ExitReason.killed());
                    }
                    while (released.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                }));
    }

    static Stream<Map.Entry<String, Stubborn>> all() {
        return Stream.concat(thatGiveUp(), thatDoNot());
    }

    @ParameterizedTest
    @MethodSource("all")
    void aKilledPlainProcessEnds(Map.Entry<String, Stubborn> code) {
        CountDownLatch holding = new CountDownLatch(1);
        Pid pid = lab.node.spawn((Receiver<Object> self) -> {
            holding.countDown();
            code.getValue().hold(released, self);
        });
        Await.latch(holding);
        pid.exit(ExitReason.kill());
        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.killed());
    }

    @ParameterizedTest
    @MethodSource("all")
    void aKilledHandlerEnds(Map.Entry<String, Stubborn> code) {
        CountDownLatch holding = new CountDownLatch(1);
        LinkedBlockingQueue<ExitReason> terminated = new LinkedBlockingQueue<>();
        Pid pid = lab.start(self -> new Lab.Echo() {
            @Override
            public void info(Object message) throws Exception {
                holding.countDown();
                code.getValue().hold(released, self);
            }

            @Override
            public void terminate(ExitReason reason) {
                terminated.add(reason);
            }
        });
        pid.send("go");
        Await.latch(holding);
        pid.exit(ExitReason.kill());
        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.killed());
        assertThat(terminated).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void aKilledTerminateEnds(Map.Entry<String, Stubborn> code) {
        CountDownLatch holding = new CountDownLatch(1);
        Pid pid = lab.start(self -> new Lab.Echo() {
            @Override
            public void terminate(ExitReason reason) throws Exception {
                holding.countDown();
                code.getValue().hold(released, self);
            }
        });
        pid.exit(ExitReason.shutdown());
        Await.latch(holding);
        pid.exit(ExitReason.kill());
        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.killed());
    }

    @ParameterizedTest
    @MethodSource("thatDoNot")
    void aZombieIsListedWithItsStackUntilItsThreadEnds(Map.Entry<String, Stubborn> code) {
        CountDownLatch holding = new CountDownLatch(1);
        Pid pid = lab.node.spawn((Receiver<Object> self) -> {
            holding.countDown();
            code.getValue().hold(released, self);
        });
        Await.latch(holding);
        pid.exit(ExitReason.kill());
        Zombie heard = Await.next(lab.abandoned);
        assertThat(heard.pid()).isEqualTo(pid);
        assertThat(heard.reason()).isEqualTo(ExitReason.killed());
        lab.endOf(pid);
        assertThat(lab.node.zombies()).extracting(Zombie::pid).containsExactly(pid);
        assertThat(lab.node.zombies().getFirst().stack()).isNotEmpty();
        assertThat(lab.node.processes()).doesNotContain(pid);
        assertThat(pid.isAlive()).isFalse();
        assertThat(pid.info()).isEmpty();

        released.countDown();
        Await.until(() -> lab.node.zombies().isEmpty());
    }

    @Test
    void anOrdinaryReasonEndsAStubbornProcessToo() {
        ExitReason reason = ExitReason.because("enough");
        CountDownLatch holding = new CountDownLatch(1);
        Pid pid = lab.node.spawn(_ -> {
            holding.countDown();
            while (released.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        Await.latch(holding);
        pid.exit(reason);
        assertThat(lab.endOf(pid)).isEqualTo(reason);
        assertThat(Await.next(lab.abandoned).reason()).isEqualTo(reason);
    }

    @Test
    void nothingThatAZombieStillDoesHasAnEffect() {
        LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
        Pid witness = lab.node.spawn((Receiver<Object> self) -> {
            while (true) {
                received.add(self.receive());
            }
        });
        Pid server = lab.start(_ -> new Lab.Echo());
        Name<Object> name = Name.of("zombie");
        LinkedBlockingQueue<String> tried = new LinkedBlockingQueue<>();
        CountDownLatch holding = new CountDownLatch(1);
        CountDownLatch finished = new CountDownLatch(1);
        Pid doomed = lab.node.spawn((Receiver<Object> self) -> {
            Incoming call = self.receive(Incoming.class);
            Alias alias = self.alias();
            holding.countDown();
            while (released.getCount() > 0) {
                Thread.onSpinWait();
            }
            witness.send("send");
            lab.node.ref(Name.of("witness")).send("by name");
            ServerRef.of(witness).send("by reference");
            witness.exit(ExitReason.kill());
            alias.send("alias");
            assertThat(call.from().reply("too late")).isFalse();
            for (Map.Entry<String, Runnable> deed : List.<Map.Entry<String, Runnable>>of(
                    Map.entry("call", () -> ServerRef.<Object>of(server).call(new Lab.Ask(1))),
                    Map.entry("request", () -> ServerRef.<Object>of(server).request(new Lab.Ask(1))),
                    Map.entry("link", () -> self.link(witness)),
                    Map.entry("monitor", () -> self.monitor(witness)),
                    Map.entry("spawn", () -> self.spawn(_ -> witness.send("child"))),
                    Map.entry("node spawn", () -> lab.node.spawn(_ -> witness.send("child"))),
                    Map.entry("start", () -> lab.node.start(Lab.spec(_ -> new Lab.Echo()))),
                    Map.entry("timer", () -> lab.node.sendAfter(Duration.ofMillis(1), witness, "timer")),
                    Map.entry("register", () -> lab.node.register(name, witness)),
                    Map.entry("unregister", () -> lab.node.unregister(Name.of("witness"))),
                    Map.entry("receive", self::receive))) {
                try {
                    deed.getValue().run();
                } catch (ProcessExit refused) {
                    tried.add(deed.getKey());
                }
            }
            finished.countDown();
        });
        lab.node.register(Name.of("witness"), witness);
        PendingCall<Object> pending = ServerRef.<Object>of(doomed).request(new Lab.Ask("?"));
        Await.latch(holding);
        int before = lab.node.processes().size();
        doomed.exit(ExitReason.kill());
        assertThat(lab.endOf(doomed)).isEqualTo(ExitReason.killed());
        assertThatThrownBy(() -> pending.get(Await.LIMIT))
                .isInstanceOfSatisfying(
                        CallException.ServerExited.class,
                        e -> assertThat(e.reason()).isEqualTo(ExitReason.killed()));

        released.countDown();
        Await.latch(finished);
        assertThat(tried)
                .containsExactly(
                        "call",
                        "request",
                        "link",
                        "monitor",
                        "spawn",
                        "node spawn",
                        "start",
                        "timer",
                        "register",
                        "unregister",
                        "receive");
        assertThat(lab.node.processes()).hasSize(before - 1);
        assertThat(witness.info().orElseThrow().links()).isEmpty();
        assertThat(lab.node.whereis(Name.of("witness"))).contains(witness);
        witness.send("end");
        assertThat(Await.next(received)).isEqualTo("end");
    }

    @Test
    void theDeathOfAnAbandonedProcessReachesLinksMonitorsNameAndCallers() {
        Name<Object> name = Name.of("stuck");
        lab.inProcess(self -> {
            self.trapExit(true);
            CountDownLatch holding = new CountDownLatch(1);
            Pid stuck = self.start(Lab.spec(_ -> new Lab.Echo() {
                        @Override
                        public void call(Object message, From from) {
                            holding.countDown();
                            while (released.getCount() > 0) {
                                Thread.onSpinWait();
                            }
                        }
                    }))
                    .orElseThrow();
            lab.node.register(name, stuck);
            self.link(stuck);
            Monitor monitor = self.monitor(stuck);
            ServerRef<Object> ref = lab.node.ref(name);
            List<PendingCall<Object>> calls = List.of(
                    ref.request(new Lab.Ask("handled")),
                    ref.request(new Lab.Ask("queued")),
                    ref.request(new Lab.Ask("queued too")));
            Await.latch(holding);
            stuck.exit(ExitReason.kill());
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(stuck, ExitReason.killed()));
            assertThat(self.receive(Down.class)).isEqualTo(new Down(monitor, stuck, ExitReason.killed()));
            assertThat(lab.node.whereis(name)).isEmpty();
            assertThat(calls)
                    .allSatisfy(call -> assertThatThrownBy(() -> call.get(Await.LIMIT))
                            .isInstanceOf(CallException.ServerExited.class));
        });
    }

    /// What runs next on a thread must not suffer for what ran before.
    @Test
    void anInterruptStatusDoesNotLeakIntoTheProcessThatRunsNext() {
        LinkedBlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
        Pid next = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                interrupted.add(Thread.currentThread().isInterrupted());
            }
        });
        Pid first = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                next.send("after me");
                Thread.currentThread().interrupt();
            }
        });
        for (int i = 0; i < 100; i++) {
            first.send("go");
            assertThat(Await.next(interrupted)).isFalse();
        }
    }

    @Test
    void aProcessMadeReadyByAHandlerThatThenBlocksIsNotStranded() {
        CountDownLatch reached = new CountDownLatch(1);
        Pid second = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                reached.countDown();
            }
        });
        Pid first = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                second.send("wake me");
                if (message.equals("block")) {
                    Await.latch(reached);
                } else {
                    while (reached.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                }
            }
        });
        first.send("block");
        Await.latch(reached);
        first.send("spin");
        assertThat(first.info()).isPresent();
    }
}
