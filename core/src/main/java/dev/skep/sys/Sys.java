package dev.skep.sys;

import dev.skep.CallException;
import dev.skep.CodeChange;
import dev.skep.DebugFunction;
import dev.skep.DebugOptions;
import dev.skep.ExitReason;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.SystemRequest;
import dev.skep.SystemStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Debugging of a live process: every behaviour, and plain processes that handle system messages. Erlang: `sys`.
///
/// ```java
/// Sys sys = Sys.of(users);
/// sys.startTrace(System.out::println);
/// int size = sys.state(Users.class, Users::size);
/// sys.suspend();
/// sys.resume();
/// ```
///
/// Requests are messages in the process's queue: each sees the effect of what the same thread has sent before
/// it. They are handled between two messages of the process, and also while it is suspended. Every method
/// blocks until the answer is there, and may be called from any thread but the process itself. All of them
/// throw
///
/// | exception | when |
/// |---|---|
/// | [CallException.Timeout] | the process is busy, or is a plain one that does not handle system messages |
/// | [CallException.NoProcess], [CallException.ServerExited] | it is not there, or ends before it answers |
/// | [CallException.CallingSelf] | it is the calling process |
/// | [CallException.Interrupted] | the thread is interrupted; its interrupt status is kept |
/// | [SysException] | a function or a callback has thrown, which is the cause |
///
/// A request that has timed out is skipped if the process has not begun it; a suspension never takes effect after
/// that. This is an immutable value: a process and a timeout.
public final class Sys {
    /// The ids of what comes with it, in [SystemStatus#debug()].
    private enum Tool {
        TRACE,
        LOG,
        LOG_TO_FILE,
        STATISTICS
    }

    private final ServerRef<?> process;
    private final Duration timeout;

    private Sys(ServerRef<?> process, Duration timeout) {
        this.process = process;
        this.timeout = timeout;
    }

    /// Debugging of a process, by name or by pid, with a timeout of five seconds.
    ///
    /// @param process the process
    /// @return its debugging
    public static Sys of(ServerRef<?> process) {
        return new Sys(Objects.requireNonNull(process, "process"), ServerRef.DEFAULT_TIMEOUT);
    }

    /// Debugging of a process by pid, with a timeout of five seconds.
    ///
    /// @param process the process
    /// @return its debugging
    public static Sys of(Pid process) {
        return of(ServerRef.of(process));
    }

    /// How long each request waits for its answer.
    ///
    /// @param limit zero or more; [ServerRef#FOREVER] for no limit
    /// @return the same with that limit
    public Sys timeout(Duration limit) {
        if (Objects.requireNonNull(limit, "timeout").isNegative()) {
            throw new IllegalArgumentException("timeout must not be negative, but was " + limit);
        }
        return new Sys(process, limit);
    }

    // ---- State ---------------------------------------------------------------------------------------------------

    /// The state: the very object, which goes on being the process's. That is fine for an immutable state, and
    /// for a suspended process; otherwise look at it with [#state(Class, Function)]. Erlang: `sys:get_state/1`.
    ///
    /// @return the state
    public Object state() {
        return ask(new SystemRequest.GetState<>(state -> state));
    }

    /// Looks at the state, in the process.
    ///
    /// @param <S> the state
    /// @param <T> what is made of it
    /// @param type the class of the state
    /// @param view what to make of the state; not null, and no part of the state that is going to change
    /// @return what was made of it
    public <S, T> T state(Class<S> type, Function<? super S, ? extends T> view) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(view, "view");
        return ask(new SystemRequest.GetState<T>(state -> view.apply(type.cast(state))));
    }

    /// Replaces the state. Erlang: `sys:replace_state/2`.
    ///
    /// @param <S> the state
    /// @param type the class of the state
    /// @param change makes a new state of the old one, in the process. If it throws, the old one stays: so it
    ///     should not mutate it before it is done
    /// @return the new state
    public <S> S replaceState(Class<S> type, UnaryOperator<S> change) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(change, "change");
        return type.cast(ask(new SystemRequest.ReplaceState(state -> change.apply(type.cast(state)))));
    }

    /// All that is known of the process. Erlang: `sys:get_status/1`.
    ///
    /// @return what it runs, whether it is suspended, what watches it, and its state as it reports it
    public SystemStatus status() {
        return ask(new SystemRequest.GetStatus());
    }

    // ---- Suspend, resume, terminate, change ----------------------------------------------------------------------

    /// Lets the process handle nothing but system messages from now on; others wait in their order, and calls
    /// among them time out as usual. Exit signals, stops and the end of its parent end it as ever. It holds no
    /// thread.
    /// Suspending twice is suspending once. Erlang: `sys:suspend/1`.
    ///
    /// @return whether it was running
    public boolean suspend() {
        return ask(new SystemRequest.Suspend());
    }

    /// Lets the process handle its messages again, those that wait first. Erlang: `sys:resume/1`.
    ///
    /// @return whether it was suspended
    public boolean resume() {
        return ask(new SystemRequest.Resume());
    }

    /// Ends the process. It is told so when this returns; [ServerRef#stop(ExitReason, Duration)] waits for the
    /// end. Erlang: `sys:terminate/2`.
    ///
    /// @param reason why it is to end
    public void terminate(ExitReason reason) {
        ask(new SystemRequest.Terminate(reason));
    }

    /// Changes the code of a suspended process. If the new code does not fit, or the state cannot be converted,
    /// the old code and the old state stay. [Upgrade] suspends and resumes too, and changes several processes
    /// at once. Erlang: `sys:change_code/4`.
    ///
    /// @param change the new implementation, and a conversion of the state if that does not do it itself
    /// @throws SysException also if the process is not suspended
    public void changeCode(CodeChange change) {
        ask(new SystemRequest.PrepareChange(change));
        ask(new SystemRequest.CommitChange());
    }

    // ---- Debug functions -----------------------------------------------------------------------------------------

    /// Hands a line to `out` for each event of the process, as it happens. Erlang: `sys:trace(Name, true)`.
    ///
    /// @param out called in the process, such as `System.out::println`
    /// @return false if there is a trace already: it stays
    public boolean startTrace(Consumer<String> out) {
        Objects.requireNonNull(out, "out");
        return debug(options -> options.install(Tool.TRACE, out, (to, event, seen) -> {
            to.accept(LogEntry.of(event, seen).text());
            return Optional.of(to);
        }));
    }

    /// Ends the trace. Erlang: `sys:trace(Name, false)`.
    ///
    /// @return false if there was none
    public boolean stopTrace() {
        return debug(options -> options.remove(Tool.TRACE));
    }

    /// Keeps the latest events. If there is a log already, it keeps what it has, up to the new size.
    /// Erlang: `sys:log(Name, {true, N})`.
    ///
    /// @param size how many to keep, 1 or more; OTP's default is 10
    public void startLog(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a log keeps at least 1 event, but was to keep " + size);
        }
        debug(options -> {
            Optional<Object> present = options.state(Tool.LOG);
            if (present.isPresent()) {
                ((EventLog) present.get()).resize(size);
            }
            return options.install(Tool.LOG, new EventLog(size), (log, event, seen) -> {
                log.add(LogEntry.of(event, seen));
                return Optional.of(log);
            });
        });
    }

    /// The events that the log has kept, oldest first. Erlang: `sys:log(Name, get)`; to print it, print the
    /// [LogEntry#text()] of each.
    ///
    /// @return none if there is no log
    public List<LogEntry> log() {
        return debug(options ->
                options.state(Tool.LOG).map(log -> ((EventLog) log).entries()).orElse(List.of()));
    }

    /// Ends the log, and forgets what it has kept. Erlang: `sys:log(Name, false)`.
    ///
    /// @return false if there was none
    public boolean stopLog() {
        return debug(options -> options.remove(Tool.LOG));
    }

    /// Writes a line for each event to a file, which is emptied first; instead of one that it writes to already.
    /// The file is closed when that ends, and when the process does. Erlang: `sys:log_to_file/2`.
    ///
    /// @param file where to, in UTF-8
    /// @throws SysException if it cannot be opened
    public void startLogToFile(Path file) {
        Objects.requireNonNull(file, "file");
        debug(options -> {
            options.remove(Tool.LOG_TO_FILE);
            return options.install(Tool.LOG_TO_FILE, open(file), (writer, event, seen) -> {
                writer.println(LogEntry.of(event, seen).text());
                writer.flush();
                return Optional.of(writer);
            });
        });
    }

    private static PrintWriter open(Path file) {
        try {
            return new PrintWriter(Files.newBufferedWriter(file));
        } catch (IOException e) {
            throw new UncheckedIOException("the log file " + file + " cannot be opened", e);
        }
    }

    /// Ends the writing to a file. Erlang: `sys:log_to_file(Name, false)`.
    ///
    /// @return false if there was none
    public boolean stopLogToFile() {
        return debug(options -> options.remove(Tool.LOG_TO_FILE));
    }

    /// Begins to count what the process does, unless it counts already. Erlang: `sys:statistics(Name, true)`.
    ///
    /// @return false if it counted already
    public boolean startStatistics() {
        return debug(
                options -> options.install(Tool.STATISTICS, Counter.startFor(options.pid()), (counter, event, _) -> {
                    counter.count(event);
                    return Optional.of(counter);
                }));
    }

    /// What the process has done since [#startStatistics()]. Erlang: `sys:statistics(Name, get)`.
    ///
    /// @return nothing if it does not count
    public Optional<Statistics> statistics() {
        return debug(options -> options.state(Tool.STATISTICS).map(counter -> ((Counter) counter).statistics()));
    }

    /// Ends the counting. Erlang: `sys:statistics(Name, false)`.
    ///
    /// @return false if it did not count
    public boolean stopStatistics() {
        return debug(options -> options.remove(Tool.STATISTICS));
    }

    /// Installs a debug function of your own. Erlang: `sys:install/2`.
    ///
    /// @param <S> its state
    /// @param id what it is known by
    /// @param state its first state
    /// @param function hears of every event, in the process, until it is done
    /// @return false if there is one with that id: it stays
    public <S> boolean install(Object id, S state, DebugFunction<S> function) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(function, "function");
        return debug(options -> options.install(id, state, function));
    }

    /// Removes a debug function. Erlang: `sys:remove/2`.
    ///
    /// @param id what it is known by
    /// @return false if there was none with that id
    public boolean remove(Object id) {
        Objects.requireNonNull(id, "id");
        return debug(options -> options.remove(id));
    }

    /// Removes all that has been started and installed. Erlang: `sys:no_debug/1`.
    public void noDebug() {
        debug(options -> {
            options.clear();
            return true;
        });
    }

    private <T> T debug(Function<DebugOptions, ? extends T> command) {
        return ask(new SystemRequest.Debug<>(command));
    }

    // ---- Asking --------------------------------------------------------------------------------------------------

    <T> T ask(SystemRequest<T> request) {
        return answer(process.system(request))
                .orElseThrow(thrown -> new SysException(request.getClass().getSimpleName() + " of " + process, thrown));
    }

    /// Waits for the answer. If this thread is to stop waiting, either the answer is there, or it never takes
    /// effect.
    private <T> T answer(PendingCall<T> pending) {
        try {
            return pending.get(timeout);
        } catch (CallException.Interrupted | ProcessExit toEnd) {
            pending.cancel();
            Result<T, CallException> outcome = pending.await(Duration.ZERO).orElseThrow();
            if (outcome instanceof Result.Err<T, CallException>(CallException.Cancelled _)) {
                throw toEnd;
            }
            return outcome.orElseThrow(failure -> failure);
        }
    }

    @Override
    public String toString() {
        return "debugging of " + process;
    }
}
