package dev.skep;

import java.util.Objects;

/// Answers one call later. Made by [Call#replyTo(From)]; usable from any thread.
///
/// @param <R> the type of the answer
/// @param from the caller
public record ReplyTo<R>(From from) {
    /// Checks the caller.
    ///
    /// @param from the caller
    public ReplyTo {
        Objects.requireNonNull(from, "from");
    }

    /// Answers the call. Never blocks. Erlang: `gen_server:reply/2`.
    ///
    /// @param value the answer
    /// @return false if nobody waits for it any more (a timeout, a second answer): it is dropped
    public boolean reply(R value) {
        return from.reply(value);
    }
}
