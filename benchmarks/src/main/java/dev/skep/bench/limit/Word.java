package dev.skep.bench.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A question and its answer between two threads that look for each other's words in a loop: two words, each of which
/// goes from one processor to the other and back. Whoever waits in this way cannot be answered sooner, so this is what
/// the machine charges for a conversation across two processors.
final class Word {
    private static final VarHandle QUESTION;
    private static final VarHandle ANSWER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            QUESTION = lookup.findVarHandle(Word.class, "question", int.class);
            ANSWER = lookup.findVarHandle(Word.class, "answer", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // by QUESTION
    private volatile int question;

    @SuppressWarnings("unused") // keeps the two words on two cache lines, of 64 or 128 bytes
    private long a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;

    @SuppressWarnings("unused") // by ANSWER
    private volatile int answer;

    private Word() {}

    /// Whether there are two processors.
    static boolean isPossible() {
        return Runtime.getRuntime().availableProcessors() > 1;
    }

    /// So many questions and answers, the questions by the current thread.
    static void exchange(int times) throws InterruptedException {
        Word word = new Word();
        Thread other = Thread.ofPlatform().start(() -> word.pass(QUESTION, ANSWER, times));
        for (int n = 1; n <= times; n++) {
            QUESTION.compareAndSet(word, n - 1, n);
            word.await(ANSWER, n);
        }
        other.join();
    }

    private void pass(VarHandle from, VarHandle to, int times) {
        for (int n = 1; n <= times; n++) {
            await(from, n);
            to.compareAndSet(this, n - 1, n);
        }
    }

    private void await(VarHandle word, int n) {
        while ((int) word.getAcquire(this) != n) {
            Thread.onSpinWait();
        }
    }
}
