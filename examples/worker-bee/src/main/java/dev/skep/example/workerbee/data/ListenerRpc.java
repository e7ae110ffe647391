package dev.skep.example.workerbee.data;

import dev.skep.Call;
import java.net.URI;

/// What anybody may ask of the HTTP listener.
public sealed interface ListenerRpc {
    /// Where it listens.
    record Address() implements ListenerRpc, Call<ListenerRpc, URI> {}
}
