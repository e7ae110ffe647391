package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A line for processes that wait for a thread. The test runs the starters itself; who gets a thread from one is noted,
/// and does not run.
class NewbornsTest {
    private static final int LIMIT = 2_048;
    private static final int BATCH = 128;

    private final Lab lab = new Lab();
    private final Starts scheduler = new Starts();
    private final AtomicLong queue = new AtomicLong();
    private final Newborns newborns = new Newborns(scheduler, queue::get, 1);
    private final List<Process> processes = new ArrayList<>();

    private static final class Starts implements RealThreads {
        final List<Runnable> starters = new ArrayList<>();
        /// Who was given a thread, in the batches that one let run.
        final List<List<Process>> batches = new ArrayList<>(List.of(new ArrayList<>()));

        private @Nullable Worker latest;
        int withoutMemory;
        boolean fails;
        Runnable afterBatch = () -> {};

        @Override
        public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
            if (withoutMemory > 0) {
                withoutMemory--;
                throw new OutOfMemoryError("made up");
            }
            if (fails && task instanceof Worker) {
                fails = false;
                throw new IllegalStateException("made up");
            }
            if (task instanceof Worker worker) {
                batches.getLast().add(worker.process);
                latest = worker;
            } else {
                starters.add(task);
            }
        }

        @Override
        public void pause() {
            batches.add(new ArrayList<>());
            afterBatch.run();
        }

        void runStarters() {
            while (!starters.isEmpty()) {
                starters.removeFirst().run();
            }
        }

        List<Process> all() {
            return batches.stream().flatMap(List::stream).toList();
        }
    }

    @AfterEach
    void close() {
        for (Process process : processes) {
            process.discard(); // it has not run, and never will
        }
        lab.close();
    }

    private Process newProcess() {
        Process process = lab.node.newPlain(Mailbox.unbounded(), _ -> {}, null);
        processes.add(process);
        return process;
    }

    /// So many processes that a line may be needed; they have their threads.
    private void makeMany() {
        for (int i = 0; i <= LIMIT; i++) {
            newProcess();
        }
    }

    private List<Process> waiting(int count) {
        List<Process> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Process process = newProcess();
            waiting.add(process);
            newborns.lineOf(null).add(process);
        }
        return waiting;
    }

    private int taken(int count) {
        int taken = 0;
        for (int i = 0; i < count; i++) {
            if (newborns.take(newProcess())) {
                taken++;
            }
        }
        return taken;
    }

    @Test
    void nobodyWaitsWhileFewThreadsDo() {
        makeMany();
        queue.set(LIMIT);
        assertThat(taken(1_000)).isZero();
        assertThat(scheduler.starters).isEmpty();
    }

    @Test
    void nobodyWaitsWhileThereAreFewProcesses() {
        queue.set(Long.MAX_VALUE); // threads of somebody else
        assertThat(taken(1_000)).isZero();
    }

    @Test
    void beyondTheLimitNewProcessesWaitForTheStarterAndUntilNobodyIsLeft() {
        makeMany();
        queue.set(LIMIT + 1);
        int taken = taken(1_000);
        assertThat(taken).as("one of 64 looks").isBetween(1_000 - 64, 1_000);
        assertThat(scheduler.starters).hasSize(1);
        assertThat(scheduler.all()).isEmpty();

        queue.set(0);
        assertThat(newborns.take(newProcess())).as("there are some who wait").isTrue();
        scheduler.runStarters();
        assertThat(scheduler.all()).hasSize(taken + 1).doesNotHaveDuplicates();
        assertThat(taken(1_000)).as("nobody is left").isZero();
    }

    @Test
    void theNewestGoFirstInTheOrderOfSpawning() {
        List<Process> waiting = waiting(3 * BATCH);
        scheduler.runStarters();
        assertThat(scheduler.batches.get(0)).isEqualTo(waiting.subList(2 * BATCH, 3 * BATCH));
        assertThat(scheduler.batches.get(1)).isEqualTo(waiting.subList(BATCH, 2 * BATCH));
        assertThat(scheduler.batches.get(2)).isEqualTo(waiting.subList(0, BATCH));
    }

    /// However many come later, again and again, the oldest have their turn.
    @Test
    void nobodyIsKeptWaitingByThoseWhoComeLater() {
        List<Process> oldest = waiting(BATCH);
        waiting(BATCH);
        scheduler.afterBatch = () -> {
            if (scheduler.batches.size() < 40) {
                waiting(2 * BATCH);
            }
        };
        scheduler.runStarters();
        assertThat(scheduler.batches.get(15)).isEqualTo(oldest);
        assertThat(scheduler.batches.get(31)).as("the next oldest").isEqualTo(processes.subList(2 * BATCH, 3 * BATCH));
        assertThat(new HashSet<>(scheduler.all())).isEqualTo(new HashSet<>(processes));
    }

    /// A starter has one turn for each turn of those who are ready: they are not to hold new processes up for many.
    @Test
    void whereManyAreReadyMoreGetAThreadInATurn() {
        queue.set(1_000);
        waiting(1_000);
        scheduler.runStarters();
        assertThat(scheduler.batches.get(0)).hasSize(500);
    }

    /// Wherever the carriers take them, a family stays together.
    @Test
    void childrenWaitInTheLineInWhichTheirParentHas() throws Exception {
        Newborns many = new Newborns(scheduler, queue::get, 8);
        Newborns.Line line = many.lineOf(null);
        line.add(newProcess());
        scheduler.runStarters();
        Worker parent = Objects.requireNonNull(scheduler.latest);
        List<Newborns.Line> lines = new ArrayList<>();
        List<Newborns.Line> ofStrangers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread elsewhere = new Thread(() -> {
                lines.add(many.lineOf(parent));
                ofStrangers.add(many.lineOf(new Worker(lab.node, newProcess())));
            });
            elsewhere.start();
            elsewhere.join();
        }
        assertThat(lines).containsOnly(line);
        assertThat(new HashSet<>(ofStrangers)).as("those of other threads").hasSizeGreaterThan(1);
    }

    /// What an idle carrier steals is the other line's starter, with all that it will start.
    @Test
    void aLineWithNobodyGetsTheOlderHalfOfALongOne() {
        Newborns two = new Newborns(scheduler, queue::get, 2);
        List<Process> waiting = new ArrayList<>();
        for (int i = 0; i < 17 * BATCH; i++) {
            Process process = newProcess();
            waiting.add(process);
            two.lineOf(null).add(process);
        }
        assertThat(scheduler.starters).hasSize(1);
        List<Runnable> others = new ArrayList<>();
        scheduler.afterBatch = () -> {
            others.addAll(scheduler.starters);
            scheduler.starters.clear();
        };
        scheduler.runStarters();
        assertThat(others).hasSize(1);
        List<Process> own = scheduler.all();
        assertThat(own).hasSizeBetween(8 * BATCH, 9 * BATCH).doesNotHaveDuplicates();
        others.getFirst().run();
        List<Process> all = scheduler.all();
        assertThat(all.subList(own.size(), all.size()))
                .containsExactlyInAnyOrderElementsOf(waiting.subList(0, all.size() - own.size()));
        assertThat(all).containsExactlyInAnyOrderElementsOf(waiting);
        assertThat(two.lineOf(null).isClosed()).isTrue();
    }

    @Test
    void withoutMemoryForAThreadNobodyIsLost() {
        scheduler.withoutMemory = 3; // for the starter
        List<Process> waiting = waiting(2 * BATCH);
        assertThat(scheduler.withoutMemory).isZero();
        scheduler.withoutMemory = 5;
        scheduler.runStarters();
        assertThat(scheduler.all()).hasSize(waiting.size()).containsAll(waiting);
        assertThat(newborns.lineOf(null).isClosed()).isTrue();
    }

    /// What the thread of a starter does when that throws.
    @Test
    void whereAStarterHasFailedAnotherGoesOn() {
        List<Process> waiting = waiting(2 * BATCH);
        scheduler.fails = true;
        IllegalStateException failure = assertThrows(IllegalStateException.class, scheduler::runStarters);
        newborns.lineOf(null).uncaughtException(Thread.currentThread(), failure);
        scheduler.runStarters();
        assertThat(scheduler.all()).hasSize(waiting.size()).containsAll(waiting);
        assertThat(newborns.lineOf(null).isClosed()).isTrue();
    }

    @Test
    void whatASignalHasToldIsKnownToTheProcessWhenItGetsItsThread() {
        AtomicInteger ran = new AtomicInteger();
        Process process = lab.node.newPlain(Mailbox.unbounded(), _ -> ran.incrementAndGet(), null);
        Newborns lines = new Newborns(lab.node.scheduler, queue::get, 1);
        process.exit(ExitReason.kill());
        assertThat(process.isAlive()).isTrue();
        lines.lineOf(null).add(process);
        assertThat(lab.endOf(process)).isEqualTo(ExitReason.killed());
        assertThat(ran).hasValue(0);
    }

    @Test
    void aNodeThatStopsEndsThoseWhoStillWait() {
        Newborns lines = new Newborns(lab.node.scheduler, queue::get, 2);
        for (int i = 0; i < 1_000; i++) {
            lines.lineOf(null).add(lab.node.newPlain(Mailbox.unbounded(), Lab::drop, null));
        }
        assertThat(lab.node.stop(Await.LIMIT)).as("zombies").isEmpty();
        assertThat(lab.node.processes()).isEmpty();
    }

    /// Many threads, real starters: each process has run once.
    @Test
    void whoeverSpawnsAtOnceEachRunsOnce() throws Exception {
        int spawners = 4;
        int each = 5_000;
        Newborns lines = new Newborns(lab.node.scheduler, queue::get, 4);
        AtomicIntegerArray runs = new AtomicIntegerArray(spawners * each);
        CountDownLatch left = new CountDownLatch(spawners * each);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < spawners; i++) {
            int first = i * each;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int k = first; k < first + each; k++) {
                    int number = k;
                    Body<Object> body = _ -> {
                        runs.incrementAndGet(number);
                        left.countDown();
                    };
                    lines.lineOf(null).add(lab.node.newPlain(Mailbox.unbounded(), body, null));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Await.latch(left);
        for (int i = 0; i < runs.length(); i++) {
            assertThat(runs.get(i)).isEqualTo(1);
        }
    }

    @Test
    void aTreeOfManyProcessesAddsUp() {
        long sum = lab.in(self -> {
            Pid parent = self.pid();
            self.spawn(root -> sum(root, 0, 100_000, parent));
            return (Long) self.receive();
        });
        assertThat(sum).isEqualTo(100_000L * 99_999 / 2);
    }

    private static void sum(Receiver<Object> self, long number, int size, Pid parent) {
        if (size == 1) {
            parent.send(number);
            return;
        }
        Pid own = self.pid();
        int part = size / 10;
        for (int i = 0; i < 10; i++) {
            long first = number + (long) i * part;
            self.spawn(child -> sum(child, first, part, own));
        }
        long sum = 0;
        for (int i = 0; i < 10; i++) {
            sum += (Long) self.receive();
        }
        parent.send(sum);
    }
}
