package dev.skep.bench.micro;

import dev.skep.Node;
import dev.skep.Receiver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// A selective receive that passes over messages that nobody wants.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReceiveBenchmark {
    private static final int RECEIVES = 1_000;

    private record Wanted(int number) {}

    private final Node node = Node.start("jmh");

    /// How many messages it passes over.
    @Param({"0", "100", "10000"})
    public int others;

    /// Made by JMH.
    public ReceiveBenchmark() {}

    /// A process that fills its mailbox, then receives a thousand times; a receive.
    @Benchmark
    @OperationsPerInvocation(RECEIVES)
    public int selectiveReceive() {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        node.spawn(self -> {
            try {
                result.complete(receiveAll(self));
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
                throw failure;
            }
        });
        return result.join();
    }

    private int receiveAll(Receiver<Object> self) {
        for (int i = 0; i < others; i++) {
            self.pid().send("other");
        }
        int sum = 0;
        for (int i = 0; i < RECEIVES; i++) {
            self.pid().send(new Wanted(i));
            sum += self.receive(Wanted.class).number();
        }
        return sum;
    }

    /// Ends the node.
    @TearDown(Level.Trial)
    public void close() {
        node.close();
    }
}
