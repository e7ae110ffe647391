package dev.skep;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;

/// What an operation came to: [Ok] with its value, or [Err] with the reason why there is none.
///
/// A `Result` is for *business* errors: the outcomes that a caller is expected to deal with, such as an e-mail
/// address that is already taken. It is Erlang's `{ok, Value} | {error, Reason}`, with the reason's type known to
/// the compiler. A broken assumption is not a business error: let the exception crash the process, and its
/// supervisor starts it afresh.
///
/// Both cases are records of a sealed interface, so a `switch` over them needs no `default`:
///
/// ```java
/// Result<User, UserError> result = users.call(new Create("ada@example.org"));
/// String answer = switch (result) {
///     case Ok(var user) -> "Welcome, " + user.name();
///     case Err(var error) -> "Sorry: " + error;
/// };
/// ```
///
/// and steps that may each fail are joined without looking at the cases:
///
/// ```java
/// Result<Receipt, OrderError> receipt = parse(request)
///         .flatMap(order -> reserve(order))
///         .flatMap(reserved -> charge(reserved))
///         .map(payment -> Receipt.of(payment));
/// ```
///
/// Neither case holds a null: absence is an [Optional] or an error of its own. A result is immutable if its value
/// or error is, and may then be sent in a message. No method here blocks, except as the functions handed to it do;
/// what such a function throws is thrown to the caller, but for [#of(Callable)] and [#of(Callable, Function)].
///
/// @param <T> the type of the value
/// @param <E> the type of the error; any type will do, and a sealed interface or an enum is often the best choice
public sealed interface Result<T, E> {

    /// Success, with its value.
    ///
    /// @param value what the operation gave
    /// @param <T> the type of the value
    /// @param <E> the type that the error would have had
    record Ok<T, E>(T value) implements Result<T, E> {
        /// Holds the value.
        ///
        /// @throws NullPointerException if `value` is null
        public Ok {
            requireNonNull(value, "value");
        }
    }

    /// Failure, with its reason.
    ///
    /// @param error why there is no value
    /// @param <T> the type that the value would have had
    /// @param <E> the type of the error
    record Err<T, E>(E error) implements Result<T, E> {
        /// Holds the error.
        ///
        /// @throws NullPointerException if `error` is null
        public Err {
            requireNonNull(error, "error");
        }
    }

    /// A successful result.
    ///
    /// @param value what the operation gave
    /// @param <T> the type of the value
    /// @param <E> the type that the error would have had
    /// @return an [Ok] with `value`
    /// @throws NullPointerException if `value` is null
    static <T, E> Result<T, E> ok(T value) {
        return new Ok<>(value);
    }

    /// A failed result.
    ///
    /// @param error why there is no value
    /// @param <T> the type that the value would have had
    /// @param <E> the type of the error
    /// @return an [Err] with `error`
    /// @throws NullPointerException if `error` is null
    static <T, E> Result<T, E> err(E error) {
        return new Err<>(error);
    }

    /// Runs code that reports failure by an exception, and gives the exception as an error instead.
    ///
    /// ```java
    /// Result<String, Exception> motd = Result.of(() -> Files.readString(path));
    /// ```
    ///
    /// The code runs at once, in the calling thread. An [Error], such as an [OutOfMemoryError], is no answer that a
    /// caller could deal with: it is thrown on. If the code ends with an [InterruptedException], the thread's
    /// interrupt flag is set again, so that the next blocking operation sees the interrupt.
    ///
    /// @param code the code to run; it must not give null
    /// @param <T> the type of its value
    /// @return [Ok] with what the code gave, or [Err] with the exception it threw; if it gave null, a
    ///     [NullPointerException]
    /// @throws NullPointerException if `code` is null
    static <T> Result<T, Exception> of(Callable<? extends T> code) {
        return of(code, Function.identity());
    }

    /// Runs code that reports failure by an exception, and gives an error made from the exception instead.
    ///
    /// ```java
    /// Result<Config, ConfigError> config = Result.of(() -> Config.read(path), ConfigError.Unreadable::new);
    /// ```
    ///
    /// As [#of(Callable)], it lets an [Error] through and keeps an interrupt.
    ///
    /// @param code the code to run; it must not give null
    /// @param toError makes the error from the exception; what it throws itself is thrown on
    /// @param <T> the type of the code's value
    /// @param <E> the type of the error
    /// @return [Ok] with what the code gave, or [Err] with what `toError` made of the exception
    /// @throws NullPointerException if an argument is null, or if `toError` gives null
    static <T, E> Result<T, E> of(Callable<? extends T> code, Function<? super Exception, ? extends E> toError) {
        requireNonNull(code, "code");
        requireNonNull(toError, "toError");
        T value;
        try {
            value = requireNonNull(code.call(), "the code's value");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return err(toError.apply(e));
        } catch (Exception e) {
            return err(toError.apply(e));
        }
        return ok(value);
    }

    /// Gathers the values of many results, in their order, or gives the first error.
    ///
    /// ```java
    /// Result<List<User>, UserError> found = Result.collect(List.of(find(1), find(2), find(3)));
    /// ```
    ///
    /// Results after the first error are not looked at.
    ///
    /// @param results the results to gather
    /// @param <T> the type of the values
    /// @param <E> the type of the errors
    /// @return [Ok] with an unmodifiable list of the values, empty if there were no results, or the first [Err]
    /// @throws NullPointerException if `results`, or a result that is looked at, is null
    static <T, E> Result<List<T>, E> collect(Iterable<? extends Result<? extends T, ? extends E>> results) {
        requireNonNull(results, "results");
        return collect(results.iterator());
    }

    /// Gathers the values of many results, in their order, or gives the first error.
    ///
    /// ```java
    /// Result<List<User>, UserError> found = Result.collect(ids.stream().map(users::find));
    /// ```
    ///
    /// The stream is consumed, but it is not asked for elements after the first error, and it is not closed.
    ///
    /// @param results the results to gather
    /// @param <T> the type of the values
    /// @param <E> the type of the errors
    /// @return [Ok] with an unmodifiable list of the values, empty if there were no results, or the first [Err]
    /// @throws NullPointerException if `results`, or a result that is looked at, is null
    static <T, E> Result<List<T>, E> collect(Stream<? extends Result<? extends T, ? extends E>> results) {
        requireNonNull(results, "results");
        return collect(results.iterator());
    }

    private static <T, E> Result<List<T>, E> collect(Iterator<? extends Result<? extends T, ? extends E>> results) {
        var values = new ArrayList<T>();
        while (results.hasNext()) {
            switch (requireNonNull(results.next(), "a result")) {
                case Ok(var value) -> values.add(value);
                case Err(var error) -> {
                    return err(error);
                }
            }
        }
        return ok(Collections.unmodifiableList(values));
    }

    /// Tells which case this is, where neither value nor error is of interest.
    ///
    /// @return true if this is an [Ok], false if it is an [Err]
    default boolean isOk() {
        return this instanceof Ok;
    }

    /// Turns the value into another; an error stays as it is.
    ///
    /// @param mapper what to do with the value; it must not give null
    /// @param <U> the type of the new value
    /// @return [Ok] with the new value, or the same error
    /// @throws NullPointerException if `mapper` is null or gives null
    default <U> Result<U, E> map(Function<? super T, ? extends U> mapper) {
        requireNonNull(mapper, "mapper");
        return switch (this) {
            case Ok(var value) -> ok(requireNonNull(mapper.apply(value), "the mapper's value"));
            case Err(var error) -> err(error);
        };
    }

    /// Turns the error into another; a value stays as it is.
    ///
    /// @param mapper what to do with the error; it must not give null
    /// @param <F> the type of the new error
    /// @return [Err] with the new error, or the same value
    /// @throws NullPointerException if `mapper` is null or gives null
    default <F> Result<T, F> mapError(Function<? super E, ? extends F> mapper) {
        requireNonNull(mapper, "mapper");
        return switch (this) {
            case Ok(var value) -> ok(value);
            case Err(var error) -> err(requireNonNull(mapper.apply(error), "the mapper's error"));
        };
    }

    /// Goes on with a next step, which may fail too; an error ends the chain.
    ///
    /// @param next the step to take with the value; it must not give null
    /// @param <U> the type of the next step's value
    /// @return what the next step gave, or the same error if it was not taken
    /// @throws NullPointerException if `next` is null or gives null
    default <U> Result<U, E> flatMap(Function<? super T, ? extends Result<? extends U, ? extends E>> next) {
        requireNonNull(next, "next");
        return switch (this) {
            case Ok(var value) ->
                switch (requireNonNull(next.apply(value), "the next result")) {
                    case Ok(var nextValue) -> ok(nextValue);
                    case Err(var nextError) -> err(nextError);
                };
            case Err(var error) -> err(error);
        };
    }

    /// Makes one value of either case.
    ///
    /// It does what a `switch` over the two does, where method references read better than patterns:
    ///
    /// ```java
    /// Response response = result.fold(Response::created, Response::badRequest);
    /// ```
    ///
    /// @param onOk what to do with the value
    /// @param onErr what to do with the error
    /// @param <R> the type that both give
    /// @return what the function that applied gave
    /// @throws NullPointerException if an argument is null
    default <R> R fold(Function<? super T, ? extends R> onOk, Function<? super E, ? extends R> onErr) {
        requireNonNull(onOk, "onOk");
        requireNonNull(onErr, "onErr");
        return switch (this) {
            case Ok(var value) -> onOk.apply(value);
            case Err(var error) -> onErr.apply(error);
        };
    }

    /// The value, or another in its place.
    ///
    /// @param other what to give in place of an error
    /// @return the value of an [Ok], otherwise `other`
    /// @throws NullPointerException if `other` is null
    default T orElse(T other) {
        requireNonNull(other, "other");
        return switch (this) {
            case Ok(var value) -> value;
            case Err<T, E> _ -> other;
        };
    }

    /// The value, or one made from the error.
    ///
    /// @param other makes a value from the error; it must not give null
    /// @return the value of an [Ok], otherwise what `other` gave
    /// @throws NullPointerException if `other` is null or gives null
    default T orElseGet(Function<? super E, ? extends T> other) {
        requireNonNull(other, "other");
        return switch (this) {
            case Ok(var value) -> value;
            case Err(var error) -> requireNonNull(other.apply(error), "the other value");
        };
    }

    /// The value of a result that has to be one.
    ///
    /// Inside a process this turns a business error into a crash: use it where an error means that the program
    /// itself is wrong.
    ///
    /// @return the value of an [Ok]
    /// @throws IllegalStateException if this is an [Err]; its message shows the error, which is also its cause if
    ///     it is a [Throwable]
    default T orElseThrow() {
        return orElseThrow(error -> new IllegalStateException(
                "expected Ok, but the result is Err: " + error, error instanceof Throwable cause ? cause : null));
    }

    /// The value, or an exception made from the error.
    ///
    /// @param toException makes the exception; it must not give null
    /// @param <X> the type of the exception
    /// @return the value of an [Ok]
    /// @throws X if this is an [Err]
    /// @throws NullPointerException if `toException` is null or gives null
    default <X extends Throwable> T orElseThrow(Function<? super E, ? extends X> toException) throws X {
        requireNonNull(toException, "toException");
        return switch (this) {
            case Ok(var value) -> value;
            case Err(var error) -> throw requireNonNull(toException.apply(error), "the exception");
        };
    }

    /// The value alone, for code that does not care why there is none.
    ///
    /// @return the value of an [Ok], otherwise empty
    default Optional<T> toOptional() {
        return switch (this) {
            case Ok(var value) -> Optional.of(value);
            case Err<T, E> _ -> Optional.empty();
        };
    }
}
