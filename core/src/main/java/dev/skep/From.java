package dev.skep;

import java.time.Duration;
import java.util.Optional;

/// The caller of a message, and the slot that waits for its answer.
///
/// A cast has one too, of which [#awaitsReply()] is false. Erlang: the `From` of `handle_call/3`.
public sealed interface From permits Request, NoCaller {
    /// The caller of a message that is no call.
    ///
    /// @return nobody
    static From nobody() {
        return NoCaller.INSTANCE;
    }

    /// Whether an answer is still of use: false for a cast, and for a call that was answered, that
    /// timed out, or whose caller has died.
    ///
    /// @return true while the caller waits
    boolean awaitsReply();

    /// Whether the caller waits no longer though the call was not answered: it has given up, has died, or was told that
    /// the call has failed. Long work for it may be left undone. A caller whose time is up ([#timeLeft()]) gives up
    /// a moment later.
    ///
    /// @return false while the caller waits, once the call was answered, and for a cast
    boolean hasGivenUp();

    /// Answers the call, from any thread; never blocks. Prefer [Call#reply(Object)] and
    /// [Call#replyTo(From)], whose answers the compiler checks. Erlang: `gen_server:reply/2`.
    ///
    /// @param value the answer
    /// @return false if nobody waits for it any more: it is dropped
    /// @throws NotSendableException if the node is strict and the answer can be changed
    boolean reply(Object value);

    /// How long the caller is still going to wait. In a behaviour, the calls that are made while this one is handled
    /// wait no longer ([Self#timeLeft()]); elsewhere, hand it on.
    ///
    /// The caller of a pending call may set its limit after the call was made, by [PendingCall#get(Duration)].
    ///
    /// @return the time left, zero when it is over; empty for a cast and for a caller that waits for ever
    Optional<Duration> timeLeft();

    /// The caller, if it is a process.
    ///
    /// @return its pid; empty when a thread outside of any process called
    Optional<Pid> pid();
}
