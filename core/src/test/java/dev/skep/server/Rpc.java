package dev.skep.server;

import dev.skep.Call;
import dev.skep.Cast;

/// The protocol of the tests' servers: something to ask, something to tell. What a server makes of it is in its
/// [Script].
sealed interface Rpc {
    /// A call.
    record Ask(String what) implements Rpc, Call<Rpc, String> {}

    /// A cast.
    record Tell(String what) implements Rpc, Cast<Rpc> {}
}
