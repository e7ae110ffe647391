package dev.skep.example.workerbee.workers;

import dev.skep.example.workerbee.data.Fault;
import dev.skep.example.workerbee.data.Figures;
import dev.skep.example.workerbee.functions.Percentiles;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the demo measures. Any thread may add and read.
@SuppressWarnings("EnumOrdinal") // within one run the order of the faults does not change
public final class Measurements {
    private final LongAdder ok = new LongAdder();
    private final LongAdder businessErrors = new LongAdder();
    private final LongAdder failedCalls = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder[] faults =
            Stream.generate(LongAdder::new).limit(Fault.values().length).toArray(LongAdder[]::new);
    private final LongAdder stallsRecovered = new LongAdder();
    private final LongAdder unrepaired = new LongAdder();
    private final Samples callTimes = new Samples();
    private final Samples restartTimes = new Samples();
    private final Samples recoveryTimes = new Samples();

    void answered(boolean isOk, Duration time) {
        (isOk ? ok : businessErrors).increment();
        callTimes.add(time);
    }

    void failed(Duration time) {
        failedCalls.increment();
        callTimes.add(time);
    }

    void acknowledged() {
        acknowledged.increment();
    }

    void injected(Fault fault) {
        faults[fault.ordinal()].increment();
    }

    /// How many faults there have been.
    long faults() {
        return Stream.of(faults).mapToLong(LongAdder::sum).sum();
    }

    /// A server has a successor, or is at work again.
    void recovered(Fault fault, Duration time) {
        switch (fault) {
            case CRASH, KILL, DATABASE -> restartTimes.add(time);
            case STALL, HOG -> {
                stallsRecovered.increment();
                recoveryTimes.add(time);
            }
            case ZOMBIE -> recoveryTimes.add(time);
            case FLOOD -> {}
        }
    }

    void unrepaired() {
        unrepaired.increment();
    }

    /// Faults without effect, and servers that nobody has restarted in time.
    ///
    /// @return how many
    public long unrepairedFaults() {
        return unrepaired.sum();
    }

    /// The figures so far.
    ///
    /// @param restarts how many restarts there have been, which others count
    /// @return the figures
    public Figures figures(long restarts) {
        long answeredOk = ok.sum();
        long refused = businessErrors.sum();
        long failed = failedCalls.sum();
        return new Figures(
                answeredOk + refused + failed,
                answeredOk,
                refused,
                failed,
                acknowledged.sum(),
                Stream.of(Fault.values())
                        .collect(Collectors.toMap(fault -> fault, fault -> faults[fault.ordinal()].sum())),
                restarts);
    }

    /// How long calls took, answered or not, in microseconds.
    ///
    /// @return the percentiles
    public Percentiles callMicros() {
        return callTimes.percentiles();
    }

    /// How long it took from a fault until the successor was at work, in microseconds.
    ///
    /// @return the percentiles
    public Percentiles restartMicros() {
        return restartTimes.percentiles();
    }

    /// Handlers that blocked or computed for ever, and were found out.
    ///
    /// @return how many
    public long stallsRecovered() {
        return stallsRecovered.sum();
    }

    /// How long it took from a stall, a hog or a zombie until the successor was at work, in microseconds.
    ///
    /// @return the percentiles
    public Percentiles recoveryMicros() {
        return recoveryTimes.percentiles();
    }
}
