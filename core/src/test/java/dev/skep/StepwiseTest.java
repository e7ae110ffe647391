package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the runtime owes to a scheduler that decides every step.
class StepwiseTest {
    private final Counting scheduler = new Counting();
    private final Lab lab = new Lab(settings -> settings.scheduler(scheduler));

    @AfterEach
    void close() {
        lab.close();
    }

    /// Virtual threads, with a count of what is asked for on a thread.
    private static final class Counting implements RealThreads {
        final AtomicInteger starts = new AtomicInteger();
        final List<Thread> pauses = new CopyOnWriteArrayList<>();

        @Override
        public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
            starts.incrementAndGet();
            Scheduler.virtualThreads().start(task);
        }

        @Override
        public void pause() {
            pauses.add(Thread.currentThread());
            Thread.yield();
        }

        @Override
        public boolean decidesSteps() {
            return true;
        }

        /// How many pauses a piece of code brings, on the thread that runs it.
        long pausesOf(Runnable code) {
            long before = pausesHere();
            code.run();
            return pausesHere() - before;
        }

        private long pausesHere() {
            return pauses.stream()
                    .filter(thread -> thread == Thread.currentThread())
                    .count();
        }
    }

    @Test
    void itIsAskedBeforeEachStepThatOthersMayNotice() {
        Pid idle = lab.idle();
        Name<Object> name = Name.of("somebody");
        lab.inProcess(self -> {
            assertThat(scheduler.pausesOf(() -> idle.send("hello")))
                    .as("a message")
                    .isEqualTo(1);
            assertThat(scheduler.pausesOf(() -> self.monitor(idle)))
                    .as("a monitor")
                    .isEqualTo(1);
            assertThat(scheduler.pausesOf(() -> self.node().whereis(name)))
                    .as("a look")
                    .isEqualTo(1);
            assertThat(scheduler.pausesOf(() -> self.node().register(name, self.pid())))
                    .as("a name is taken")
                    .isEqualTo(1);
            assertThat(scheduler.pausesOf(() -> self.node().unregister(name)))
                    .as("a name is given up")
                    .isEqualTo(1);
            self.pid().send("here already");
            assertThat(scheduler.pausesOf(() -> self.receive())).as("a receive").isEqualTo(1);
        });
        assertThat(scheduler.pausesOf(() -> idle.send("hello")))
                .as("of a thread")
                .isEqualTo(1);
    }

    @Test
    void anAnswerIsAStepAndSoIsEachMessage() {
        List<Long> pauses = new CopyOnWriteArrayList<>();
        Pid echo = lab.start(_ -> new Lab.Echo() {
            @Override
            public void call(Object message, From from) {
                pauses.add(scheduler.pausesOf(() -> from.reply(message)));
            }
        });
        ServerRef<Object> server = ServerRef.of(echo);
        assertThat(server.call(new Lab.Ask(1))).isEqualTo(new Lab.Ask(1));
        Await.until(() -> !pauses.isEmpty()); // it is counted once the caller has its answer
        assertThat(pauses).containsExactly(1L);
    }

    @Test
    void aProcessThatIsMadeReadyHasAStartOfItsOwn() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        Pid second = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                threads.add(Thread.currentThread());
            }
        });
        Pid first = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                threads.add(Thread.currentThread());
                second.send(message);
            }
        });
        int before = scheduler.starts.get();
        first.send("pass it on");
        Await.until(() -> threads.size() == 2);
        assertThat(threads).doesNotHaveDuplicates();
        assertThat(scheduler.starts.get() - before).isEqualTo(2);
    }

    @Test
    void aNodeLogsToItsOwnLogger() {
        List<String> lines = new ArrayList<>();
        System.Logger logger = new System.Logger() {
            @Override
            public String getName() {
                return "of a test";
            }

            @Override
            public boolean isLoggable(Level level) {
                return true;
            }

            @Override
            public void log(Level level, Supplier<String> text) {
                lines.add(level + " " + text.get());
            }

            @Override
            public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {}

            @Override
            public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {}
        };
        try (Node node = Node.builder("logs").logger(logger).start()) {
            Pid pid = node.spawn(_ -> {
                throw new IllegalStateException("for the log");
            });
            pid.join(Await.LIMIT); // its report comes before its end
        }
        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("ERROR process <logs.2> crashed")
                .contains("for the log");
    }
}
