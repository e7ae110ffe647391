package dev.skep.testkit.guide;

import dev.skep.Call;

/// What may be asked of who sells seats.
public sealed interface SeatsRpc {
    record Book(int seat, String client) implements SeatsRpc, Call<SeatsRpc, Boolean> {}
}
