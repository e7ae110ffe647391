package dev.skep.statem;

import dev.skep.Call;
import dev.skep.Cast;

/// The protocol of the tests' machines: something to ask, something to tell. What a machine makes of it is in its
/// [Machine].
sealed interface Rpc {
    /// A call.
    record Ask(String what) implements Rpc, Call<Rpc, String> {}

    /// A cast.
    record Tell(String what) implements Rpc, Cast<Rpc> {}
}
