package dev.skep.bench.skep;

import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.bench.measure.Task;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How long calls take while other servers compute for 100 ms at a time, without a pause. There are as many of those as
/// carriers, or none.
///
/// A process calls a server every millisecond. What counts is the time from the moment at which the call was due: a
/// process that gets no carrier cannot even begin it. Without the watchdog those who compute give up after five
/// seconds, since the calls might wait for ever.
final class Hogged implements Task.Sampled {
    private static final long PERIOD = 1_000_000;
    private static final long SLICE = 100_000_000;
    private static final long LONGEST = 5_000_000_000L;
    private static final int CARRIERS = Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());

    private final Node node;
    private final int hogs;
    private final int operations;
    private final long longest;
    private volatile long begun;
    private volatile boolean stopped;

    /// @param longest after how many nanoseconds the others stop
    private Hogged(Node node, int hogs, int operations, long longest) {
        this.node = node;
        this.hogs = hogs;
        this.operations = operations;
        this.longest = longest;
    }

    static Hogged byNobody(int operations) {
        return new Hogged(Node.start("bench"), 0, operations, Long.MAX_VALUE);
    }

    static Hogged byAsManyAsCarriers(int operations) {
        return new Hogged(Node.start("bench"), CARRIERS, operations, Long.MAX_VALUE);
    }

    static Hogged withoutWatchdog(int operations) {
        return new Hogged(Node.builder("bench").extraCarriers(0).start(), CARRIERS, operations, LONGEST);
    }

    /// Computes for 100 ms for each message, and sends itself the next one.
    private final class Hog implements GenServer<Self<Counter.Rpc>, Counter.Rpc> {
        @Override
        public Self<Counter.Rpc> init(Self<Counter.Rpc> self) {
            return self;
        }

        @Override
        public Next<Self<Counter.Rpc>> handle(Counter.Rpc message, From from, Self<Counter.Rpc> self) {
            long begin = System.nanoTime();
            while (!isOver() && System.nanoTime() - begin < SLICE) {
                Thread.onSpinWait();
            }
            if (isOver()) {
                return Next.stop(ExitReason.normal());
            }
            self.ref().cast(new Counter.Add(1));
            return Next.noReply();
        }
    }

    private boolean isOver() {
        return stopped || System.nanoTime() - begun > longest;
    }

    @Override
    public long[] sample() {
        begun = System.nanoTime();
        stopped = false;
        ServerRef<Counter.Rpc> server = node.start(GenServer.spec(Counter::new));
        List<ServerRef<Counter.Rpc>> hogging = new ArrayList<>();
        for (int i = 0; i < hogs; i++) {
            ServerRef<Counter.Rpc> hog = node.start(GenServer.spec(Hog::new));
            hogging.add(hog);
        }
        hogging.forEach(hog -> hog.cast(new Counter.Add(1)));
        long[] nanos = new long[operations];
        Processes.run(node, _ -> {
            long due = System.nanoTime();
            for (int i = 0; i < operations; i++) {
                due += PERIOD;
                long wait = due - System.nanoTime();
                if (wait > 0) {
                    Thread.sleep(Duration.ofNanos(wait));
                }
                server.call(new Counter.Increase(1), ServerRef.FOREVER); // without the watchdog: seconds
                nanos[i] = System.nanoTime() - due;
            }
        });
        stopped = true;
        return nanos;
    }

    @Override
    public void close() {
        stopped = true;
        node.close();
    }
}
