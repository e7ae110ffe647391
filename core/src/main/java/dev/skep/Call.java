package dev.skep;

/// A message that is answered. A protocol's record implements its protocol and this:
///
/// ```java
/// record Find(long id) implements UserRpc, Call<UserRpc, Result<User, UserError>> {}
/// ```
///
/// so that the compiler knows what may be sent to whom, and the type of every answer.
///
/// Erlang: the request of `gen_server:call/2`.
///
/// @param <P> the protocol that the message belongs to
/// @param <R> the type of the answer
@SuppressWarnings("UnusedTypeParameter") // it ties messages to their protocol
public interface Call<P, R> {
    /// Answers this call, as the outcome of handling it.
    ///
    /// @param <S> the server's state
    /// @param value the answer; not null, so where there is nothing to say, answer with an [java.util.Optional], a
    ///     [Result] or an enum constant
    /// @return what the server does next: reply, and wait for the next message
    default <S> Next<S> reply(R value) {
        return Next.<S>replying(value);
    }

    /// A typed handle for answering this call later, from any thread. The handler itself ends with
    /// [Next#noReply()].
    ///
    /// @param from the caller, as the handler got it together with this message
    /// @return the handle
    default ReplyTo<R> replyTo(From from) {
        return new ReplyTo<>(from);
    }
}
