package dev.skep.bench.pekko;

import dev.skep.bench.measure.Task;
import dev.skep.bench.pekko.PekkoTask.Message;
import dev.skep.bench.pekko.PekkoTask.Run;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Timers and restarts.
final class Others {
    private Others() {}

    private record Late() implements Message {}

    static Task timerStartCancel(int operations) {
        return new PekkoTask(
                1,
                Behaviors.withTimers(timers -> Behaviors.receiveMessage(message -> {
                    if (message instanceof Run(CountDownLatch done)) {
                        for (int i = 0; i < operations; i++) {
                            timers.startSingleTimer("timer", new Late(), Duration.ofHours(1));
                            timers.cancel("timer");
                        }
                        done.countDown();
                    }
                    return Behaviors.same();
                })));
    }

    static Task timersPending(int operations) {
        return new PekkoTask(
                1,
                Behaviors.withTimers(timers -> Behaviors.receiveMessage(message -> {
                    if (message instanceof Run(CountDownLatch done)) {
                        for (int i = 0; i < operations; i++) {
                            timers.startSingleTimer(i, new Late(), Duration.ofMillis(600_000 + i * 7919L % 600_000));
                        }
                        for (int i = 0; i < operations; i++) {
                            timers.cancel(i);
                        }
                        done.countDown();
                    }
                    return Behaviors.same();
                })));
    }

    /// Begin, crash, or the new instance is there.
    private enum Step {
        BEGIN,
        CRASH,
        READY
    }

    /// From the message that makes an actor crash until its new instance reports. Less than what the others do: the
    /// actor keeps its address and its place, and there is neither a process that ends nor a name to register.
    static Task restart(int operations) {
        long[] nanos = new long[operations];
        CountDownLatch[] done = {new CountDownLatch(1)};
        ActorSystem<Step> system = PekkoTask.system(Behaviors.setup(context -> {
            ActorRef<Step> self = context.getSelf();
            Behavior<Step> fragile = Behaviors.setup(_ -> {
                self.tell(Step.READY);
                return Behaviors.receiveMessage(_ -> {
                    throw new IllegalStateException("asked to crash");
                });
            });
            ActorRef<Step> child = context.spawnAnonymous(Behaviors.supervise(fragile)
                    .onFailure(SupervisorStrategy.restart().withLoggingEnabled(false)));
            int[] restarts = {operations};
            long[] begin = {0};
            return Behaviors.receiveMessage(step -> {
                if (step == Step.BEGIN) {
                    restarts[0] = 0;
                } else if (restarts[0] < operations) {
                    nanos[restarts[0]] = System.nanoTime() - begin[0];
                    restarts[0]++;
                    if (restarts[0] == operations) {
                        done[0].countDown();
                    }
                }
                if (restarts[0] < operations) {
                    begin[0] = System.nanoTime();
                    child.tell(Step.CRASH);
                }
                return Behaviors.same();
            });
        }));
        return new Task.Sampled() {
            @Override
            public long[] sample() throws InterruptedException {
                done[0] = new CountDownLatch(1);
                system.tell(Step.BEGIN);
                done[0].await();
                return nanos.clone();
            }

            @Override
            public void close() {
                PekkoTask.terminate(system);
            }
        };
    }
}
