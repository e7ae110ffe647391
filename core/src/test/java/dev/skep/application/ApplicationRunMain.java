package dev.skep.application;

import dev.skep.ExitReason;
import dev.skep.ProcessExit;
import dev.skep.ProcessSpec;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.StartSpec;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A program for [ApplicationRunTest]: one application that depends on another. What happens is printed.
final class ApplicationRunMain {
    private ApplicationRunMain() {}

    /// What becomes of the upper application.
    enum Plan {
        /// It runs until it is told to end.
        SERVE,
        /// Its topmost process ends `normal`.
        FINISH,
        /// A child fails once too often.
        GIVE_UP,
        /// One of its processes stops all applications.
        STOP_ALL,
        /// Its start throws.
        FAIL,
        /// It depends on itself.
        RING,
        /// It does not stop when it is told to.
        STUCK,
        /// It gives a deadline that makes no sense.
        NEGATIVE
    }

    public static void main(String[] arguments) {
        Plan plan = Plan.valueOf(arguments[0]);
        Application.run(new Noting("above", List.of(new Noting("below", List.of(), Plan.SERVE)), plan));
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private record Noting(String name, List<Application> below, Plan plan) implements Application {
        private static final Setting<Integer> PORT = Setting.integer("port").orElse(8080);
        private static final Setting<Duration> PAUSE = Setting.duration("pause").orElse(Duration.ZERO);

        @Override
        public List<Application> dependencies() {
            return plan == Plan.RING ? List.of(this) : below;
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(PORT, PAUSE);
        }

        @Override
        public Duration stopTimeout() {
            return switch (plan) {
                case STUCK -> Duration.ofMillis(100);
                case NEGATIVE -> Duration.ofMillis(-1);
                case SERVE, FINISH, GIVE_UP, STOP_ALL, FAIL, RING -> Application.super.stopTimeout();
            };
        }

        @Override
        public StartSpec<?> start(ApplicationStart start) {
            say(name + " starts with " + start.config().get(PORT));
            return switch (plan) {
                case FINISH -> ProcessSpec.of((_, ack) -> ack.ack());
                case FAIL -> throw new IllegalStateException("out of order");
                case SERVE, GIVE_UP, STOP_ALL, RING, STUCK, NEGATIVE ->
                    Supervisor.oneForOne()
                            .intensity(0, Duration.ofSeconds(1))
                            .child(ChildSpec.process("worker", this::work).restart(Restart.TRANSIENT));
            };
        }

        private void work(Receiver<Object> self) {
            say(name + " runs");
            if (plan == Plan.GIVE_UP) {
                throw new ProcessExit(ExitReason.because("broken"));
            }
            if (plan == Plan.STOP_ALL) {
                stopAll(self);
            }
            self.receive();
        }

        /// Its own process would be ended by that in the middle.
        private static void stopAll(Self<Object> self) {
            Applications applications = Applications.of(self.node());
            self.spawn(_ -> applications.stopAll(Duration.ofMinutes(1)));
        }

        @Override
        public void prepareToStop() throws Exception {
            say(name + " prepares");
            if (plan == Plan.STUCK) {
                new CountDownLatch(1).await();
            }
        }

        @Override
        public void stop() {
            say(name + " stops");
        }
    }
}
