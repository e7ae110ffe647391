package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class NodeTest {
    @AutoClose
    private final Lab lab = new Lab();

    @Test
    void nodesKnowNothingOfEachOther() {
        Name<Object> name = Name.of("same");
        try (Node one = Node.builder("one").clock(ManualClock.attentive()).start();
                Node two = Node.builder("two").clock(ManualClock.attentive()).start()) {
            Pid first = one.spawn(Receiver::receive);
            Pid second = two.spawn(Receiver::receive);
            one.register(name, first);
            two.register(name, second);
            assertThat(one.whereis(name)).contains(first);
            assertThat(two.whereis(name)).contains(second);
            assertThat(one.processes()).containsExactly(first);
            assertThat(first.nodeName()).isEqualTo("one");
            assertThat(first).isNotEqualTo(second);
            one.stop(Await.LIMIT);
            assertThat(second.isAlive()).isTrue();
        }
    }

    @Test
    void closingStopsWhatThreadsHaveStartedLatestFirstAndWaitsForEach() {
        LinkedBlockingQueue<Integer> order = new LinkedBlockingQueue<>();
        List<Pid> servers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            servers.add(lab.start(_ -> new Lab.Echo() {
                @Override
                public void terminate(ExitReason reason) {
                    assertThat(reason).isEqualTo(ExitReason.shutdown());
                    Thread.yield();
                    order.add(number);
                }
            }));
        }
        assertThat(lab.node.stop(Await.LIMIT)).isEmpty();
        assertThat(new ArrayList<>(order)).hasSize(20).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(servers).noneMatch(Pid::isAlive);
        assertThat(lab.node.processes()).isEmpty();
    }

    @Test
    void aProcessThatTrapsExitsMayTakeItsTimeToEnd() {
        LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();
        CountDownLatch trapping = new CountDownLatch(1);
        lab.node.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            trapping.countDown();
            events.add(self.receive(Exit.class).reason());
            events.add("cleaned up");
        });
        Await.latch(trapping);
        assertThat(lab.node.stop(Await.LIMIT)).isEmpty();
        assertThat(events).containsExactly(ExitReason.shutdown(), "cleaned up");
    }

    @Test
    void whatDoesNotEndInTimeIsKilled() {
        CountDownLatch trapping = new CountDownLatch(1);
        Pid deaf = lab.node.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            trapping.countDown();
            Lab.drop(self);
        });
        Await.latch(trapping);
        assertThat(lab.clock.whilePassing(() -> lab.node.stop(Duration.ofMillis(1))))
                .isEmpty();
        assertThat(lab.endOf(deaf)).isEqualTo(ExitReason.killed());
    }

    @Test
    void whatCannotEvenBeKilledIsReturned() {
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch computing = new CountDownLatch(1);
        try (Lab impatient = new Lab(settings -> settings.killGrace(Duration.ofMillis(20)))) {
            Pid stuck = impatient.node.spawn((Receiver<Object> self) -> {
                self.trapExit(true);
                computing.countDown();
                Computation.until(released);
            });
            Await.latch(computing);
            assertThat(impatient.clock.whilePassing(() -> impatient.node.stop(Duration.ofMillis(1))))
                    .extracting(Zombie::pid)
                    .containsExactly(stuck);
            released.countDown();
            Await.until(() -> impatient.node.zombies().isEmpty());
        }
    }

    @Test
    void aClosedNodeStartsNothing() {
        lab.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> lab.node.spawn(_ -> {}))
                .withMessageContaining("node lab is closed");
        assertThatIllegalStateException().isThrownBy(() -> lab.start(_ -> new Lab.Echo()));
        assertThat(lab.node.processes()).isEmpty();
    }

    @Test
    void everyCloseWaitsForTheFirstOne() {
        CountDownLatch terminating = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Pid slow = lab.start(_ -> new Lab.Echo() {
            @Override
            public void terminate(ExitReason reason) {
                terminating.countDown();
                Await.latch(goOn);
            }
        });
        CompletableFuture<Boolean> first = inThread(() -> lab.node.stop(Await.LIMIT));
        Await.latch(terminating);
        CompletableFuture<Boolean> second = inThread(() -> {
            lab.node.stop(Await.LIMIT);
            assertThat(slow.isAlive()).isFalse();
        });
        assertThat(first).isNotDone();
        goOn.countDown();
        Await.get(second);
        Await.get(first);
        lab.node.close();
    }

    @Test
    void anInterruptedCloseKillsAtOnceAndCompletes() {
        CountDownLatch terminating = new CountDownLatch(1);
        Pid slow = lab.start(_ -> new Lab.Echo() {
            @Override
            public void terminate(ExitReason reason) throws InterruptedException {
                terminating.countDown();
                new CountDownLatch(1).await();
            }
        });
        LinkedBlockingQueue<Thread> closing = new LinkedBlockingQueue<>();
        CompletableFuture<Boolean> closed = inThread(() -> {
            closing.add(Thread.currentThread());
            lab.node.stop(ServerRef.FOREVER);
            assertThat(Thread.interrupted()).as("the status is kept").isTrue();
        });
        Await.latch(terminating);
        Await.next(closing).interrupt();
        Await.get(closed);
        assertThat(lab.endOf(slow)).isEqualTo(ExitReason.killed());
    }

    @Test
    void aProcessCannotStopItsOwnNode() {
        lab.inProcess(self -> {
            assertThatIllegalStateException()
                    .isThrownBy(self.node()::close)
                    .withMessageContaining("cannot stop its own node");
            try (Node other =
                    Node.builder("other").clock(ManualClock.attentive()).start()) {
                other.spawn(Receiver::receive);
            }
        });
    }

    @Test
    void whoeverSpawnsWhileTheNodeClosesIsRefusedOrEnded() {
        for (int round = 0; round < 50; round++) {
            Node node = Node.builder("closing").clock(ManualClock.attentive()).start();
            CountDownLatch spawning = new CountDownLatch(4);
            List<CompletableFuture<Boolean>> spawners = new ArrayList<>();
            LinkedBlockingQueue<Pid> spawned = new LinkedBlockingQueue<>();
            for (int t = 0; t < 2; t++) {
                spawners.add(inThread(() -> {
                    try {
                        for (int i = 0; i < 300; i++) {
                            spawned.add(node.spawn(Receiver::receive));
                            spawning.countDown();
                        }
                    } catch (IllegalStateException closed) {
                        assertThat(closed).hasMessageContaining("closed");
                    }
                }));
            }
            for (int p = 0; p < 2; p++) { // processes of the node itself
                spawned.add(node.spawn((Receiver<Object> self) -> {
                    for (int i = 0; i < 300; i++) {
                        spawned.add(self.spawn(Receiver::receive));
                        spawning.countDown();
                    }
                }));
            }
            Await.latch(spawning);
            node.stop(Await.LIMIT);
            spawners.forEach(Await::get);
            assertThat(node.processes()).isEmpty();
            assertThat(spawned).noneMatch(Pid::isAlive);
        }
    }

    @Test
    void aNodeNeedsAVisibleNameAndSensibleSettings() {
        assertThatIllegalArgumentException().isThrownBy(() -> Node.start(" ")).withMessageContaining("\" \"");
        assertThatNullPointerException().isThrownBy(() -> Node.start((String) null));
        NodeBuilder builder = Node.builder("n");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.killGrace(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.killGrace(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.closeTimeout(Duration.ofMillis(-1)));
        assertThatNullPointerException().isThrownBy(() -> builder.clock(null));
        assertThatNullPointerException().isThrownBy(() -> builder.scheduler(null));
        assertThatNullPointerException().isThrownBy(() -> builder.listener(null));
        assertThatIllegalArgumentException().isThrownBy(() -> lab.node.stop(Duration.ofMillis(-1)));
        assertThat(lab.node).hasToString("node lab");
    }

    @Test
    void aWaitOnAClosedNodeEnds() {
        Pid pid = lab.idle();
        lab.close();
        assertThat(pid.join(Await.LIMIT)).contains(ExitReason.noProcess());
        assertThat(pid.info()).isEmpty();
        assertThat(Await.get(pid.exited())).isEqualTo(ExitReason.noProcess());
    }

    private static CompletableFuture<Boolean> inThread(Runnable steps) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                steps.run();
                done.complete(true);
            } catch (Throwable thrown) {
                done.completeExceptionally(thrown);
            }
        });
        return done;
    }
}
