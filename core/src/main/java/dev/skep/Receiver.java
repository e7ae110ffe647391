package dev.skep;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// A plain process, as its body sees it: a [Self] that receives.
///
/// A receive takes the oldest message that matches and leaves the others where they are, in their order. It
/// blocks the process's own virtual thread. When the process is told to end while it waits, it throws the
/// [ProcessExit]; an interrupt from elsewhere ends the process too, as crashed with an
/// [InterruptedException].
///
/// A call arrives as [Incoming], and is to be answered. A [SystemRequest] arrives as [SystemMessage]; a process
/// that does not hand it to `handleSystem` cannot be inspected, which whoever tries finds out by a timeout.
///
/// @param <P> the protocol that the process speaks
public interface Receiver<P> extends Self<P> {
    /// Takes the oldest message, waiting for one if there is none.
    ///
    /// @return the message
    Object receive();

    /// Takes the oldest message, waiting for one for `timeout` at most.
    ///
    /// @param timeout zero takes only what is there already
    /// @return the message, or empty when none came. Erlang: `receive ... after`
    Optional<Object> receive(Duration timeout);

    /// Takes the oldest message of a type.
    ///
    /// @param <M> the type
    /// @param type its class
    /// @return the message
    <M> M receive(Class<M> type);

    /// Takes the oldest message of a type that passes a test.
    ///
    /// @param <M> the type
    /// @param type its class
    /// @param test which ones are wanted; must not receive
    /// @return the message
    <M> M receive(Class<M> type, Predicate<? super M> test);

    /// Takes the oldest message of a type that passes a test, waiting for `timeout` at most.
    ///
    /// @param <M> the type
    /// @param type its class
    /// @param test which ones are wanted; must not receive
    /// @param timeout zero takes only what is there already
    /// @return the message, or empty when none came
    <M> Optional<M> receive(Class<M> type, Predicate<? super M> test, Duration timeout);

    /// Takes the oldest message that `select` makes something of: the general form, which one switch can
    /// serve.
    ///
    /// ```java
    /// int sum = self.select(message -> switch (message) {
    ///     case Add(int a, int b) -> Optional.of(a + b);
    ///     default -> Optional.empty();          // stays in the mailbox
    /// });
    /// ```
    ///
    /// @param <R> what it makes
    /// @param select empty for a message that is to stay; must not receive
    /// @return what was made of the message
    <R> R select(Function<Object, Optional<R>> select);

    /// Takes the oldest message that `select` makes something of, waiting for `timeout` at most.
    ///
    /// @param <R> what it makes
    /// @param select empty for a message that is to stay; must not receive
    /// @param timeout zero takes only what is there already
    /// @return what was made of the message, or empty when none came
    <R> Optional<R> select(Function<Object, Optional<R>> select, Duration timeout);

    /// Does what a system message asks for, for a process whose code cannot be changed: its state is shown and
    /// replaced as it is. Blocks while the process is suspended: other messages wait in their order.
    ///
    /// ```java
    /// while (true) {
    ///     switch (self.receive()) {
    ///         case Deposit(long amount) -> balance += amount;
    ///         case SystemMessage message -> balance = self.handleSystem(message, balance);
    ///         default -> {}
    ///     }
    /// }
    /// ```
    ///
    /// Erlang: `sys:handle_system_msg/6` of a process without `system_get_state` and `system_replace_state`.
    ///
    /// @param <S> the state
    /// @param message what was received
    /// @param state the state
    /// @return the state, another one if it has been replaced
    /// @throws ProcessExit when the process is to end: by request, or by its parent's end while it is suspended
    /// @throws IllegalArgumentException if another process has received the message
    <S> S handleSystem(SystemMessage message, S state);

    /// Does what a system message asks for, with callbacks. Blocks while the process is suspended: other messages
    /// wait in their order. Erlang: `sys:handle_system_msg/6`.
    ///
    /// @param message what was received
    /// @param callbacks how the state is shown and replaced, and the code is changed
    /// @throws ProcessExit when the process is to end: by request, or by its parent's end while it is suspended
    /// @throws IllegalArgumentException if another process has received the message
    /// @throws IllegalStateException if one of the callbacks calls this
    void handleSystem(SystemMessage message, SystemCallbacks callbacks);
}
