package dev.skep.conformance.soak;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.IdempotentCall;
import java.time.Duration;

/// What the workers of the soak are asked, and what is done to them.
sealed interface WorkRpc {
    /// Asks for the number back.
    record Echo(long number) implements WorkRpc, Call<WorkRpc, Long> {}

    /// The same, and may be asked again of the worker that takes over.
    record Retriable(long number) implements WorkRpc, IdempotentCall<WorkRpc, Long> {}

    /// Asks for the number back, a while later, from a timer.
    record Late(long number, Duration delay) implements WorkRpc, Call<WorkRpc, Long> {}

    /// One of many messages of a sender that follow each other.
    record Numbered(int sender, long number) implements WorkRpc, Cast<WorkRpc> {}

    /// Nothing.
    record Ping() implements WorkRpc, Cast<WorkRpc> {}

    /// Crashes it.
    record Crash() implements WorkRpc, Cast<WorkRpc> {}

    /// Holds it up; it heeds an interrupt.
    record Stall(Duration time) implements WorkRpc, Cast<WorkRpc> {}

    /// Holds it up; it heeds no interrupt, so that it has to be abandoned when it is killed meanwhile.
    record Stick(Duration time) implements WorkRpc, Cast<WorkRpc> {}
}
