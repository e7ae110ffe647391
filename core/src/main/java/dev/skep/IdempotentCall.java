package dev.skep;

/// A call that may be carried out more than once without harm: a question, or a change that sets rather than adds.
///
/// ```java
/// record Find(long id) implements UserRpc, IdempotentCall<UserRpc, Result<User, UserError>> {}
/// ```
///
/// Made by name, such a call does not fail when nobody has the name, or when the server ends before it has answered.
/// It waits until the name is taken again and is handed to whoever takes it, until its time limit is over: callers do
/// not notice that the server was restarted. So it may be carried out several times, in part or in full; never
/// begun after its time limit, and not again once it is answered. Made by pid, it fails as every call does.
///
/// It is given up, with the last server's exit reason, when it was being handled by three servers that crashed:
/// then the call itself is the likely cause, and each further try would cost a restart.
///
/// Erlang: there is no such thing; a caller catches the exit and asks again.
///
/// @param <P> the protocol that the message belongs to
/// @param <R> the type of the answer
public interface IdempotentCall<P, R> extends Call<P, R> {}
