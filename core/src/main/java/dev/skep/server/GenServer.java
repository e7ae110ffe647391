package dev.skep.server;

import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Result;
import dev.skep.Self;
import java.util.Optional;
import java.util.function.Supplier;

/// A server: a state that only its process touches, and one switch over a sealed protocol. Erlang: `gen_server`.
///
/// ```java
/// public sealed interface CounterRpc {
///     record Add(int n) implements CounterRpc, Cast<CounterRpc> {}
///     record Total() implements CounterRpc, Call<CounterRpc, Integer> {}
/// }
///
/// final class Counter implements GenServer<AtomicInteger, CounterRpc> {
///     @Override public AtomicInteger init(Self<CounterRpc> self) {
///         return new AtomicInteger();
///     }
///
///     @Override public Next<AtomicInteger> handle(CounterRpc message, From from, AtomicInteger total) {
///         return switch (message) {
///             case Add(int n) -> { total.addAndGet(n); yield Next.noReply(); }
///             case Total m -> m.reply(total.get());
///         };
///     }
/// }
///
/// ServerRef<CounterRpc> counter = node.start(GenServer.spec(Counter::new));
/// ```
///
/// ## Life cycle
/// | callback | when | what it throws |
/// |---|---|---|
/// | [#init(Self)] | once, first; whoever starts the server waits for it | fails the start |
/// | [#afterInit(Object)] | once, right after it | fails the start, after `terminate` |
/// | [#handle(Object, From, Object)] | for each call and cast, in the order of arrival | crashes the server |
/// | [#info(Object, Object)] | for every other message | crashes the server |
/// | [#handleContinue(Object, Object)] | right after a callback that asked for it | crashes the server |
/// | [#health(Object)] | between two messages, if the health check asks | fails the check |
/// | [#terminate(ExitReason, Object)] | once, last, unless the server is killed | replaces the exit reason |
///
/// All of them run in the server's process, one at a time, on a virtual thread: they may block, and nothing
/// but the server's own callers waits meanwhile. While there is nothing to do the server holds no thread.
///
/// An exit signal ends the server unless it traps exits ([Self#trapExit(boolean)]): a callback that
/// blocks is interrupted, then `terminate` runs. A server that traps exits gets an [dev.skep.Exit] in `info`,
/// except from the process that started it with a link, whose end is always its own. For a server that a thread
/// has started, every exit signal that a thread sends counts as that.
///
/// @param <S> the state: mutated in place, or replaced by [Next#state(Object)]
/// @param <P> the protocol, a sealed interface of records that implement [dev.skep.Call] or [dev.skep.Cast]
public interface GenServer<S, P> {
    /// Makes the state. To be started as nothing, throw [dev.skep.StartException.Ignore]; to fail with a
    /// reason of your own, throw a [dev.skep.ProcessExit]. Erlang: `init/1`.
    ///
    /// @param self the process; keep it if you need it later
    /// @return the first state, not null
    /// @throws Exception to fail the start
    S init(Self<P> self) throws Exception;

    /// What to do first, after `init`: continue, or time out. Whoever starts the server waits for it too; when it
    /// throws or stops, the start fails, and `terminate` runs. Erlang: the rest of `init/1`'s result.
    ///
    /// @param state the first state
    /// @return wait for messages, by default
    /// @throws Exception to fail the start
    default Next<S> afterInit(S state) throws Exception {
        return Next.noReply();
    }

    /// Handles a call or a cast. Erlang: `handle_call/3` and `handle_cast/2`.
    ///
    /// @param message what came
    /// @param from the caller; of a cast, nobody
    /// @param state the state
    /// @return what to do next
    /// @throws Exception to crash
    Next<S> handle(P message, From from, S state) throws Exception;

    /// Handles a message outside of the protocol: one sent to the pid, [dev.skep.Down],
    /// [dev.skep.Exit], [dev.skep.Timeout], [dev.skep.Response], [IdleTimeout]. By default it is
    /// logged and dropped. Erlang: `handle_info/2`.
    ///
    /// @param message what came
    /// @param state the state
    /// @return what to do next
    /// @throws Exception to crash
    default Next<S> info(Object message, S state) throws Exception {
        return Next.unhandled();
    }

    /// Goes on after a callback that returned [Next#continueWith(Object)], before any other message is looked
    /// at. Erlang: `handle_continue/2`.
    ///
    /// @param argument what that callback gave
    /// @param state the state
    /// @return what to do next
    /// @throws Exception to crash
    default Next<S> handleContinue(Object argument, S state) throws Exception {
        throw new IllegalStateException(
                getClass().getName() + " continues with " + argument + " but does not override handleContinue");
    }

    /// Says whether the server is well, if its [dev.skep.HealthCheck] asks for it with
    /// [dev.skep.HealthCheck#callback()]: that the connection in the state is usable, for instance. Runs in the
    /// server's process between two messages, before those that wait, and within the check's timeout. If it throws,
    /// the check has failed but the server goes on; a [dev.skep.ProcessExit] ends it, though.
    ///
    /// @param state the state; a new one cannot be returned
    /// @return `Ok` of anything, by default; or `Err` with what is wrong, as reports show it
    /// @throws Exception if it is not well either: the exception is what is wrong
    default Result<?, String> health(S state) throws Exception {
        return Result.ok(true);
    }

    /// Cleans up. Stronger than in OTP: it runs once for every server whose `init` returned, on stop, crash, exit
    /// signal and supervisor shutdown, but not when it is killed. By default it closes a state that is
    /// [AutoCloseable]. Its deadline is the child's shutdown time, after which it is killed; it is killed too when
    /// its supervisor ends meanwhile. Erlang: `terminate/2`.
    ///
    /// @param reason why the server ends
    /// @param state the last state
    /// @throws Exception to end with that reason instead
    default void terminate(ExitReason reason, S state) throws Exception {
        if (state instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /// The state as crash reports show it; leave secrets out here, or let the state implement
    /// [dev.skep.Reportable]. Erlang: `format_status/1`.
    ///
    /// @param state the state
    /// @return a value whose text is shown, bounded in length
    default Object reportedState(S state) {
        return state;
    }

    /// The version of this implementation, for the one that replaces it at a hot upgrade. Erlang: the attribute
    /// `vsn`.
    ///
    /// @return nothing, by default
    default Optional<String> version() {
        return Optional.empty();
    }

    /// Gives the state away, at a hot upgrade, in a form that another version understands: made of classes that
    /// both have, so not of those that each version loads for itself. Leaves the state as it is, since the upgrade
    /// may still be rolled back. Runs in the process, which is suspended.
    ///
    /// @param state the state
    /// @param version the version that replaces this one, if it has one
    /// @return what the other version's [#codeChange(Object, Optional, Self)] gets; the state itself, by default
    /// @throws Exception to refuse: nothing is changed
    default Object exportState(S state, Optional<String> version) throws Exception {
        return state;
    }

    /// Takes over from another version, at a hot upgrade or downgrade: makes this version's state of what that one
    /// exports, instead of [#init(Self)]. It must not change what it gets, since the upgrade may still be rolled
    /// back. Runs in the process, which is suspended. Erlang: `code_change/3`.
    ///
    /// @param exported what the other version's [#exportState(Object, Optional)] returned
    /// @param version the version that is replaced, if it has one
    /// @param self the process; keep it if you need it later
    /// @return the state, not null; by default, what was exported
    /// @throws Exception to refuse: nothing is changed
    @SuppressWarnings("unchecked") // a state of another class is refused by whoever calls this
    default S codeChange(Object exported, Optional<String> version, Self<P> self) throws Exception {
        return (S) exported;
    }

    /// How to start such a server.
    ///
    /// @param <P> the protocol
    /// @param factory makes a server for each start; runs in the new process
    /// @return a start without a name, and without a limit for `init`
    static <P> ServerSpec<P> spec(Supplier<? extends GenServer<?, P>> factory) {
        return new ServerSpec<>(factory);
    }
}
