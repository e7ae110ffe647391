package dev.skep.bench.limit;

import dev.skep.bench.measure.Peer;
import dev.skep.bench.measure.Task;
import dev.skep.bench.measure.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hand-written Java in those workloads where the mechanism is all there is to measure. A client is a virtual thread.
public final class LimitPeer implements Peer {
    private static final int MANY = 100;
    private static final int RING = 1_000;

    /// Made once in a JVM.
    public LimitPeer() {}

    @Override
    public String system() {
        return "limit";
    }

    @Override
    public Optional<Task> task(Workload workload, int operations) {
        Counter counter = new Counter();
        Task.Timed task = switch (workload) {
            case CAST_1_1 ->
                () -> inThread(() -> {
                    casts(counter, operations);
                    counter.call(0);
                });
            case FAN_IN ->
                () -> inThread(() -> {
                    inParallel(MANY, () -> casts(counter, operations / MANY));
                    counter.call(0);
                });
            case CALL_1 -> () -> inThread(() -> calls(counter, operations));
            case CALL_THREAD -> () -> calls(counter, operations);
            case CALL_100_1 -> () -> inParallel(MANY, () -> calls(counter, operations / MANY));
            case CALL_100_100 -> () -> inParallel(MANY, () -> calls(new Counter(), operations / MANY));
            case PING_PONG -> () -> around(2, 2 * operations);
            case PING_PONG_RECEIVE -> () -> inThread(() -> pingPong(operations));
            case RING -> () -> around(RING, operations);
            case SPAWN_MONITOR_EXIT -> () -> inParallel(2, () -> spawnAndAwait(operations / 2));
            case SPAWN_BURST -> () -> inThread(() -> burst(operations));
            case SERVER_START_STOP -> () -> inThread(() -> firstAndLast(operations));
            default -> null;
        };
        return Optional.ofNullable(task);
    }

    // ---- Casts and calls -----------------------------------------------------------------------------------------

    /// A message to a counter: with a slot, it is answered there.
    private static final class Add extends Actor.Message {
        final int amount;
        final @Nullable Slot answer;

        Add(int amount, @Nullable Slot answer) {
            this.amount = amount;
            this.answer = answer;
        }
    }

    private static final class Counter extends Actor {
        private long total;

        @Override
        void handle(Message message, Run run) {
            Add add = (Add) message;
            total += add.amount;
            if (add.answer != null) {
                add.answer.fill(total);
            }
        }

        Object call(int amount) {
            Slot answer = new Slot();
            send(new Add(amount, answer));
            return answer.await();
        }
    }

    private static void casts(Counter counter, int count) {
        for (int i = 0; i < count; i++) {
            counter.send(new Add(1, null));
        }
    }

    private static void calls(Counter counter, int count) {
        for (int i = 0; i < count; i++) {
            counter.call(1);
        }
    }

    /// The life of a server: it answers when it has started, then when it ends.
    private static void firstAndLast(int count) {
        for (int i = 0; i < count; i++) {
            Counter counter = new Counter();
            counter.call(0);
            counter.call(0);
        }
    }

    // ---- Receiving -----------------------------------------------------------------------------------------------

    private static final class Ping extends Actor.Message {}

    private static void pingPong(int count) {
        Inbox mine = new Inbox();
        Inbox others = new Inbox();
        Thread.startVirtualThread(() -> {
            for (int i = 0; i < count; i++) {
                others.receive();
                mine.send(new Ping());
            }
        });
        for (int i = 0; i < count; i++) {
            others.send(new Ping());
            mine.receive();
        }
    }

    // ---- A token that goes round: two members are a ping-pong ----------------------------------------------------

    private static final class Token extends Actor.Message {
        final int left;
        final Consumer<String> starter;

        Token(int left, Consumer<String> starter) {
            this.left = left;
            this.starter = starter;
        }
    }

    private static final class Relay extends Actor {
        @Nullable
        Relay follower;

        @Override
        void handle(Message message, Run run) {
            Token token = (Token) message;
            if (token.left == 0 || follower == null) {
                token.starter.accept("round");
            } else {
                run.send(follower, new Token(token.left - 1, token.starter));
            }
        }
    }

    private static void around(int members, int hops) {
        List<Relay> ring = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            ring.add(new Relay());
        }
        for (int i = 0; i < members; i++) {
            ring.get(i).follower = ring.get((i + 1) % members);
        }
        Slot done = new Slot();
        ring.getFirst().send(new Token(hops, done::fill));
        done.await();
    }

    // ---- Threads -------------------------------------------------------------------------------------------------

    private static void spawnAndAwait(int count) {
        for (int i = 0; i < count; i++) {
            Slot end = new Slot();
            Thread.startVirtualThread(() -> end.fill("end"));
            end.await();
        }
    }

    private static void burst(int count) {
        AtomicInteger left = new AtomicInteger(count);
        Slot done = new Slot();
        for (int i = 0; i < count; i++) {
            Thread.startVirtualThread(() -> {
                if (left.decrementAndGet() == 0) {
                    done.fill("done");
                }
            });
        }
        done.await();
    }

    private static void inThread(Runnable work) throws InterruptedException {
        Thread.startVirtualThread(work).join();
    }

    private static void inParallel(int count, Runnable work) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(Thread.startVirtualThread(work));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted in a workload", e);
            }
        }
    }
}
