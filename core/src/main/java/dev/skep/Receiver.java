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
/// A call arrives as [Incoming], and is to be answered.
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
}
