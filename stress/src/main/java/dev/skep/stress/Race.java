package dev.skep.stress;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Runs a model's scenarios on real threads, again and again. It finds what the processor and the JVM's compiler bring
/// about, and is fast; which interleavings it meets is up to them. The seed decides by how much the threads start
/// apart.
final class Race implements Check {
    /// Threads that take longer hang.
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /// So many models stand ready before the threads begin, who then meet at each of them.
    private static final int ROUND = 100;
    /// How long a thread looks for the others. If they have no processor, there is no use in waiting.
    private static final int SPINS = 3_000;

    private final int times;
    private final long seed;
    private final Duration patience;

    /// @param times how often each scenario is run
    Race(int times, long seed) {
        this(times, seed, PATIENCE);
    }

    Race(int times, long seed, Duration patience) {
        this.times = times;
        this.seed = seed;
        this.patience = patience;
    }

    @Override
    public Optional<String> find(Class<?> model) {
        for (Steps steps : Steps.of(model)) {
            Random random = new Random(seed);
            for (int left = times; left > 0; left -= ROUND) {
                Optional<String> found = new Round(steps, Math.min(left, ROUND), random).run();
                if (found.isPresent()) {
                    return Optional.of("%s, seed %d: %s".formatted(steps, seed, found.get()));
                }
            }
        }
        return Optional.empty();
    }

    /// One time: a model, at which the threads meet.
    private static final class Meeting {
        final Object model;
        final int[] head;
        final AtomicInteger there = new AtomicInteger();
        volatile @Nullable Throwable failure;

        Meeting(Object model, int[] head) {
            this.model = model;
            this.head = head;
        }

        void attend(List<Steps.Step> steps, int thread) {
            there.incrementAndGet();
            for (int i = 0; i < SPINS && there.get() < head.length; i++) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < head[thread]; i++) {
                Thread.onSpinWait();
            }
            try {
                for (Steps.Step step : steps) {
                    step.operation().invoke(model, step.arguments().toArray());
                }
            } catch (InvocationTargetException e) {
                failure = e.getCause();
            } catch (Throwable e) {
                failure = e;
            }
            Thread.interrupted(); // a process that was killed on this thread has been interrupted
        }
    }

    private final class Round {
        private final Steps steps;
        private final List<Meeting> meetings = new ArrayList<>();
        private final CountDownLatch done;

        Round(Steps steps, int size, Random random) {
            this.steps = steps;
            this.done = new CountDownLatch(steps.threads().size());
            Constructor<?> made = constructor();
            for (int i = 0; i < size; i++) {
                int[] head = new int[steps.threads().size()];
                for (int thread = 0; thread < head.length; thread++) {
                    head[thread] = random.nextInt(1 << random.nextInt(10));
                }
                try {
                    meetings.add(new Meeting(made.newInstance(), head));
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("cannot make a " + steps.model(), e);
                }
            }
        }

        private Constructor<?> constructor() {
            try {
                return steps.model().getConstructor();
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(steps.model() + " has no public constructor", e);
            }
        }

        Optional<String> run() {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < steps.threads().size(); i++) {
                int number = i;
                threads.add(Thread.ofPlatform().daemon().name("race-" + i).start(() -> {
                    meetings.forEach(meeting -> meeting.attend(steps.threads().get(number), number));
                    done.countDown();
                }));
            }
            try {
                if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    return Optional.of("somebody sleeps, or runs for ever:" + stacks(threads));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of("interrupted");
            }
            return meetings.stream().flatMap(meeting -> wrong(meeting).stream()).findFirst();
        }

        private Optional<String> wrong(Meeting meeting) {
            if (meeting.failure != null) {
                return Optional.of(Failures.text(meeting.failure));
            }
            try {
                steps.validation().invoke(meeting.model);
                return Optional.empty();
            } catch (InvocationTargetException e) {
                return Optional.of(Failures.text(e.getCause()));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("cannot ask a " + steps.model(), e);
            }
        }

        private static String stacks(List<Thread> threads) {
            StringBuilder text = new StringBuilder();
            for (Thread thread : threads) {
                text.append("\n  ").append(thread.getName());
                for (StackTraceElement frame : thread.getStackTrace()) {
                    text.append("\n    at ").append(frame);
                }
            }
            return text.toString();
        }
    }
}
