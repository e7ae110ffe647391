package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// Everything at once. The seed decides what each thread does, not how the threads interleave.
class RuntimeStressTest {
    private static final int THREADS = 8;

    @AutoClose
    private final Lab lab = new Lab();

    private final long seed = new Random().nextLong();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();

    private record Numbered(int sender, int number) {}

    private record Command(Pid other, boolean link, boolean monitor) {}

    /// Each sender counts for each receiver: a message that is lost, doubled or overtaken is noticed.
    private final class Counting {
        private final Map<Integer, Integer> last = new HashMap<>();

        void received(Numbered message, Pid receiver) {
            int expected = last.merge(message.sender(), 1, Integer::sum);
            if (message.number() != expected) {
                wrong.add(receiver + " got " + message + " instead of number " + expected);
            }
        }
    }

    @RepeatedTest(3)
    void nothingIsLostOrDoubledOrOvertakenAndNobodyIsLeftAsleep() throws InterruptedException {
        System.out.println("seed " + seed);
        int receivers = 50;
        int each = 40_000;
        AtomicLong received = new AtomicLong();
        List<Pid> pids = new ArrayList<>();
        for (int i = 0; i < receivers; i++) {
            if (i % 2 == 0) {
                pids.add(lab.node.spawn((Receiver<Object> self) -> {
                    Counting counting = new Counting();
                    while (true) {
                        counting.received(self.receive(Numbered.class), self.pid());
                        received.incrementAndGet();
                    }
                }));
            } else {
                pids.add(lab.start(self -> new Lab.Echo() {
                    private final Counting counting = new Counting();

                    @Override
                    public void info(Object message) {
                        counting.received((Numbered) message, self.pid());
                        received.incrementAndGet();
                    }
                }));
            }
        }
        inThreads((thread, random) -> {
            int[] numbers = new int[receivers];
            for (int i = 0; i < each; i++) {
                int to = random.nextInt(receivers);
                if (random.nextInt(50) == 0) {
                    assertThat(pids.get(to).info()).isPresent(); // a signal between the messages
                }
                pids.get(to).send(new Numbered(thread, ++numbers[to]));
            }
        });
        Await.until(() -> received.get() == (long) THREADS * each || !wrong.isEmpty());
        assertThat(wrong).as("seed %d", seed).isEmpty();
    }

    @Test
    void everyMonitorFiresOnceLinksAreSymmetricAndEveryCallEndsWhileProcessesAreKilled() throws InterruptedException {
        System.out.println("seed " + seed);
        int population = 64;
        AtomicLong downs = new AtomicLong();
        AtomicLong monitors = new AtomicLong();
        AtomicLong watches = new AtomicLong();
        AtomicLong watched = new AtomicLong();
        AtomicLong calls = new AtomicLong();
        AtomicLong answers = new AtomicLong();
        Pid watcher = lab.node.spawn((Receiver<Object> self) -> {
            Set<Monitor> pending = new HashSet<>();
            while (true) {
                switch (self.receive()) {
                    case Pid target -> {
                        pending.add(self.monitor(target));
                        monitors.incrementAndGet();
                    }
                    case Down down -> {
                        if (!pending.remove(down.monitor())) {
                            wrong.add("fired twice, or never made: " + down);
                        }
                        downs.incrementAndGet();
                    }
                    case Object other -> wrong.add("unexpected: " + other);
                }
            }
        });
        AtomicReferenceArray<Pid> living = new AtomicReferenceArray<>(population);
        for (int i = 0; i < population; i++) {
            living.set(i, subject(i));
        }
        ConcurrentLinkedQueue<Pid> all = new ConcurrentLinkedQueue<>();
        inThreads((thread, random) -> {
            for (int i = 0; i < 6_000; i++) {
                int at = random.nextInt(population);
                Pid one = living.get(at);
                Pid two = living.get(random.nextInt(population));
                switch (random.nextInt(10)) {
                    case 0, 1, 2 -> one.send(new Command(two, random.nextInt(3) > 0, random.nextBoolean()));
                    case 3 -> watcher.send(one);
                    case 4, 5 -> {
                        calls.incrementAndGet();
                        ServerRef.<Object>of(one).request(new Lab.Ask(i), _ -> answers.incrementAndGet());
                    }
                    case 6 -> {
                        watches.incrementAndGet();
                        count(one, watched);
                    }
                    case 7 -> one.info();
                    case 8 -> one.exit(ExitReason.shutdown());
                    default -> {
                        one.exit(random.nextBoolean() ? ExitReason.kill() : ExitReason.shutdown());
                        Pid fresh = subject(random.nextInt());
                        all.add(fresh);
                        living.set(at, fresh);
                    }
                }
            }
        });

        // At rest: links are the same seen from both ends.
        Await.until(() -> {
            Map<Pid, List<Pid>> links = new HashMap<>();
            for (Pid pid : lab.node.processes()) {
                pid.info().ifPresent(info -> links.put(pid, info.links()));
            }
            return links.entrySet().stream()
                    .allMatch(entry -> entry.getValue().stream()
                            .allMatch(other ->
                                    links.getOrDefault(other, List.of()).contains(entry.getKey())));
        });
        Await.until(() -> watcher.info().orElseThrow().mailboxLength() == 0);
        for (Pid pid : lab.node.processes()) {
            if (pid != watcher) {
                pid.exit(ExitReason.kill());
            }
        }
        Await.until(() -> answers.get() == calls.get() && watched.get() == watches.get());
        Await.until(() -> downs.get() == monitors.get());
        Await.until(() -> lab.node.processes().equals(List.of(watcher)));
        assertThat(all).noneMatch(Pid::isAlive);
        assertThat(watcher.info().orElseThrow().monitors()).isEmpty();
        Await.until(() -> lab.node.zombies().isEmpty());
        assertThat(wrong).as("seed %d", seed).isEmpty();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback cannot fail
    private static void count(Pid pid, AtomicLong ends) {
        pid.exited().thenRun(ends::incrementAndGet);
    }

    /// A process that links, monitors and unlinks as it is told, of either kind.
    private Pid subject(int kind) {
        if (kind % 2 == 0) {
            return lab.node.spawn((Receiver<Object> self) -> {
                while (true) {
                    switch (self.receive()) {
                        case Command command -> obey(command, self);
                        case Incoming call -> call.from().reply(call.message());
                        default -> {}
                    }
                }
            });
        }
        return lab.start(self -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                if (message instanceof Command command) {
                    obey(command, self);
                }
            }
        });
    }

    private static void obey(Command command, Self<Object> self) {
        if (command.link()) {
            self.link(command.other());
        } else {
            self.unlink(command.other());
        }
        if (command.monitor()) {
            self.demonitor(self.monitor(command.other()));
        }
        command.other().send("hello");
    }

    private interface Deeds {
        void of(int thread, Random random);
    }

    private void inThreads(Deeds deeds) throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int number = t;
            Thread.Builder builder = t % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
            threads.add(builder.start(() -> {
                Await.latch(go);
                try {
                    deeds.of(number, new Random(seed + number));
                } catch (Throwable thrown) {
                    wrong.add("thread " + number + ": " + thrown);
                }
            }));
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).as("seed %d", seed).isEmpty();
    }
}
