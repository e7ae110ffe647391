package dev.skep;

/// A message that is not answered. A protocol's record implements its protocol and this.
///
/// Erlang: the request of `gen_server:cast/2`.
///
/// @param <P> the protocol that the message belongs to
@SuppressWarnings("UnusedTypeParameter") // it ties messages to their protocol
public interface Cast<P> {}
