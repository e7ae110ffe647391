package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.server.GenServer;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchdogTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void handlersThatComputeWithoutEndHoldNobodyElseUp(int carriers) throws Exception {
        assertThat(outputOf(HogMain.class, carriers)).contains("answered", "abandoned", "raised", "lowered");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void handlersThatYieldWithoutEndHoldNobodyElseUp(int carriers) throws Exception {
        assertThat(outputOf(HogMain.class, carriers, "yielding")).contains("answered", "abandoned", "lowered");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void processesThatTalkWithoutEndHoldNobodyElseUp(int carriers) throws Exception {
        assertThat(outputOf(TalkMain.class, carriers)).contains("ran", "killed");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void healthChecksRestartChildrenThatKeepAllCarriersOrBlock(int carriers) throws Exception {
        String output = outputOf(HealthHogMain.class, carriers);

        assertThat(output)
                .contains("unhealthy: in the same handler (" + HealthHogMain.Spin.class.getName())
                .contains("unhealthy: in the same handler (" + HealthHogMain.Block.class.getName())
                .contains("HealthHogMain$Child.handle(")
                .contains("abandoned");
        assertThat(output.lines().filter("answered"::equals)).hasSize(carriers + 1);
    }

    /// The JVM's carriers are shared by all tests, so those that keep them all run in a JVM of their own.
    private static String outputOf(Class<?> main, int carriers, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.virtualThreadScheduler.parallelism=" + carriers,
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + System.getProperty("jdk.module.path", ""),
                main.getName(),
                String.valueOf(carriers)));
        command.addAll(List.of(more));
        java.lang.Process child =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(child.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void aBlockedHandlerIsReportedOnceWithItsStack() throws Exception {
        List<Report> reports = new CopyOnWriteArrayList<>();
        NodeListener listener = new NodeListener() {
            @Override
            public void reported(Report report) {
                reports.add(report);
            }
        };
        ClockByHand clock = new ClockByHand();
        CountDownLatch until = new CountDownLatch(1);
        try (Node node = Node.builder("stalled")
                .stallThreshold(Duration.ofSeconds(5))
                .clock(clock)
                .listener(listener)
                .sendable(CountDownLatch.class)
                .start()) {
            ServerRef<HogMain.Rpc> server = node.start(GenServer.spec(HogMain.Server::new));
            CompletableFuture<Thread> blocking = new CompletableFuture<>();
            server.cast(new HogMain.Block(until, blocking));
            Thread blocked = blocking.get(2, TimeUnit.MINUTES);
            while (blocked.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }

            clock.advance(Duration.ofSeconds(1));
            assertThat(reports).isEmpty();
            clock.advance(Duration.ofSeconds(5));
            clock.advance(Duration.ofSeconds(5));
            until.countDown();

            assertThat(reports).singleElement().isInstanceOfSatisfying(StallReport.class, stall -> {
                assertThat(stall.pid()).isEqualTo(server.pid().orElseThrow());
                assertThat(stall.kind()).isEqualTo(StallReport.Kind.BLOCKED);
                assertThat(stall.running()).isEqualTo(Duration.ofSeconds(5));
                assertThat(stall.text()).contains("HogMain$Block").contains("CountDownLatch.await");
            });
        }
    }

    /// Time stands still until the test moves it.
    private static final class ClockByHand implements Clock {
        private final AtomicLong now = new AtomicLong();
        private final CompletableFuture<Ticker> driven = new CompletableFuture<>();

        @Override
        public long nanoTime() {
            return now.get();
        }

        @Override
        public void start(String node, Ticker ticker) {
            driven.complete(ticker);
        }

        void advance(Duration time) {
            now.addAndGet(time.toNanos());
            driven.join().tick();
        }

        @Override
        public void wake() {}

        @Override
        public void stop() {}
    }
}
