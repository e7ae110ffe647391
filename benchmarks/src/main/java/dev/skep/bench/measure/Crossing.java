package dev.skep.bench.measure;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;

/// What the machine charges at this moment for two processors that talk: a question and its answer between two
/// threads that look for each other's words in a loop, two words, each of which goes from one processor to the other
/// and back. Whoever waits in this way cannot be answered sooner. On a virtual machine it depends on where its
/// processors are, and changes by a factor of several within minutes, and with it whatever two processors do
/// together. So it is measured beside each run: the median of short batches, since on a busy machine a few of them
/// take a thread's whole time slice.
final class Crossing {
    private static final Duration WARM_UP = Duration.ofMillis(100);
    private static final Duration LONG_ENOUGH = Duration.ofMillis(5);
    /// After so many exchanges it looks at the time.
    private static final int BATCH = 16;
    /// With fewer batches than this, it is time slices that were measured.
    private static final int LEAST_BATCHES = 20;
    /// Enough batches for the shortest time that they can take.
    private static final int MOST_BATCHES = 10_000;
    /// The question that has no answer.
    private static final int NO_MORE = -1;

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);
    /// The two words are 128 bytes apart, so on two lines of memory.
    private static final int QUESTION = 32;

    private static final int ANSWER = 64;

    private static boolean warm;

    private final int[] words = new int[96];

    private Crossing() {}

    /// How long a question and its answer take, in nanoseconds; empty if there is only one processor, or others keep
    /// the two busy.
    static OptionalDouble nanos() throws InterruptedException {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            return OptionalDouble.empty();
        }
        if (!warm) {
            exchange(WARM_UP);
            warm = true;
        }
        return exchange(LONG_ENOUGH);
    }

    private static OptionalDouble exchange(Duration atLeast) throws InterruptedException {
        Crossing crossing = new Crossing();
        Thread other = Thread.ofPlatform().start(crossing::answer);
        crossing.ask(0); // once both are there
        long[] times = new long[MOST_BATCHES];
        int batches = 0;
        long begin = System.nanoTime();
        long before = begin;
        do {
            crossing.ask(++batches * BATCH);
            long now = System.nanoTime();
            times[batches - 1] = now - before;
            before = now;
        } while (before - begin < atLeast.toNanos() && batches < MOST_BATCHES);
        WORD.setRelease(crossing.words, QUESTION, NO_MORE);
        other.join();
        Arrays.sort(times, 0, batches);
        return batches < LEAST_BATCHES
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) times[batches / 2] / BATCH);
    }

    private void ask(int before) {
        for (int n = before + 1; n <= before + BATCH; n++) {
            WORD.compareAndSet(words, QUESTION, n - 1, n);
            while ((int) WORD.getAcquire(words, ANSWER) != n) {
                Thread.onSpinWait();
            }
        }
    }

    private void answer() {
        int last = 0;
        while (true) {
            int asked = (int) WORD.getAcquire(words, QUESTION);
            if (asked == NO_MORE) {
                return;
            }
            if (asked == last) {
                Thread.onSpinWait();
            } else {
                WORD.compareAndSet(words, ANSWER, last, asked);
                last = asked;
            }
        }
    }
}
