package dev.skep.example.workerbee.data;

import dev.skep.Call;

/// What anybody may ask of the mail outbox.
public sealed interface OutboxRpc {
    /// How many mails have been written but not sent yet.
    record Waiting() implements OutboxRpc, Call<OutboxRpc, Long> {}
}
