package dev.skep;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// The identity of a process: what links, monitors, exit signals and messages are addressed to.
///
/// A pid stays valid as a value after its process has ended: sending to it is silent, and calling,
/// linking or monitoring it answers `noproc`. Pids are equal only when they are the same process.
/// Every method may be called from any thread, also one that is no process.
///
/// Erlang: `pid()`.
public abstract sealed class Pid implements Comparable<Pid> permits Inbox {
    Pid() {}

    /// The process that the current thread runs. For who has no [Self] at hand. Erlang: `self/0`.
    ///
    /// @return empty if the thread runs none
    public static Optional<Pid> ofCurrentThread() {
        Worker here = Worker.current();
        return here == null ? Optional.empty() : Optional.of(here.process);
    }

    /// The name of the node that the process lives on.
    ///
    /// @return the node's name
    public abstract String nodeName();

    /// The number of the process, unique for the life of its node.
    ///
    /// @return a positive number; a later process has a larger one
    public abstract long id();

    /// On whose behalf the process runs, as its [Body#callers()] says. Does not block. Elixir: `$callers`.
    ///
    /// @return who asked for it, then who asked for that one, and so on; empty for most processes, and once it has
    ///     ended
    public abstract List<Pid> callers();

    /// What the process says that it is: see [Self#label(Object)]. Does not block. Erlang: `proc_lib:get_label/1` of
    /// OTP 27.
    ///
    /// @return empty if it has said nothing, or has ended
    public abstract Optional<Object> label();

    /// Whether the process has not ended yet. Erlang: `is_process_alive/1`.
    ///
    /// @return false once the process has begun to tell its links and monitors of its end
    public abstract boolean isAlive();

    /// Sends a message, which the process sees as plain information: a plain process receives it, a
    /// server handles it in `info`. Never blocks, unless the process's mailbox is full and says
    /// [Overflow#BLOCK]; sending to the dead is silent. Erlang: `Pid ! Message`.
    ///
    /// @param message an immutable value
    /// @throws CallException.Overloaded if it had to wait, and there was no room in time; it was not sent
    /// @throws CallException.Interrupted if the thread was interrupted while it had to wait; its interrupt status
    ///     is kept, and the message was not sent
    /// @throws NotSendableException if the node is strict and the message can be changed
    ///     ([NodeBuilder#strict(boolean)])
    public abstract void send(Object message);

    /// Sends a message that the process has asked for, as libraries do that let processes subscribe to events. It
    /// differs from [#send(Object)] in that it always has room in the mailbox, as [Down] has, so it never blocks
    /// and is never dropped; and a strict node does not check it. Sending to the dead is silent.
    ///
    /// @param message an immutable value
    public abstract void sendNotice(Object message);

    /// Sends an exit signal. A process that does not trap exits ends with `reason`, at once: a handler
    /// that blocks is interrupted. One that traps receives an [Exit] message instead.
    /// [ExitReason#kill()] cannot be trapped and ends the process as `killed`;
    /// [ExitReason#normal()] is ignored unless trapped or sent to oneself. Erlang: `exit/2`.
    ///
    /// @param reason why the process is to end
    /// @throws ProcessExit if this process itself ends by the signal
    public abstract void exit(ExitReason reason);

    /// What the process is doing. The answer comes even while its handler is running or blocked.
    /// Blocks for the moment that takes. Erlang: `process_info/1`.
    ///
    /// @return empty when the process has ended
    public abstract Optional<ProcessInfo> info();

    /// The messages that wait in the mailbox, for whoever looks for the reason why they do: as a plain process
    /// would receive them, so a call is an [Incoming]. The one that is being handled is not among them, nor are
    /// calls whose callers have given up. The answer comes even while the process's handler is running or blocked.
    /// Blocks for the moment that takes. Erlang: `process_info(Pid, messages)`.
    ///
    /// @return the messages, oldest first; empty when the process has ended
    public abstract Optional<List<Object>> messages();

    /// Watches the process for its end without being a process. Erlang's `monitor/2`, for threads.
    ///
    /// @return completes with the exit reason, with `noproc` if the process had ended before; cancelling
    ///     it withdraws the monitor. It completes on a thread of its own, which callbacks may block
    public abstract CompletableFuture<ExitReason> exited();

    /// Blocks until the process has ended, for `timeout` at most. A process that waits here can still be
    /// ended itself.
    ///
    /// @param timeout how long to wait, zero or more
    /// @return the exit reason (`noproc` if it had ended before), or empty if the process still runs
    /// @throws CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public abstract Optional<ExitReason> join(Duration timeout);

    /// Hands a lease to the process, which gives it up at its end, before anybody is told of that. If the process
    /// has ended, the lease lapses at once, in this thread. Never blocks.
    ///
    /// @param lease a new lease
    /// @throws IllegalStateException if the lease has been handed to a process before
    /// @throws ProcessExit if the calling process has been told to end
    public abstract void hold(Lease lease);

    /// Takes a lease back: it does not lapse any more. Never blocks.
    ///
    /// @param lease a lease
    /// @return false if this process does not hold it: it has lapsed, was taken back before, or was never handed
    ///     to it
    /// @throws ProcessExit if the calling process has been told to end
    public abstract boolean release(Lease lease);

    /// What the process's behaviour shares with everybody, to be read without asking the process:
    /// [Behaviour#shared()]. Never blocks. Erlang: a protected ETS table of the process.
    ///
    /// @param <T> its type
    /// @param type its class
    /// @return empty if the process is none of a behaviour that shares such a thing, or has not begun to run, or
    ///     has ended
    public abstract <T> Optional<T> shared(Class<T> type);

    /// Hands a signal to the process, wherever it lives: the one seam that every signal passes.
    abstract void deliver(Signal signal);

    /// Sends an exit signal and blocks until the process has ended, for `timeout` at most. How a supervisor ends
    /// a child: unlike a monitor's, the answer is the true reason also of a process that had ended before.
    ///
    /// @param reason why the process is to end
    /// @param timeout how long to wait, zero or more
    /// @return the exit reason, or empty if the process still runs
    /// @throws CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public abstract Optional<ExitReason> exitAndJoin(ExitReason reason, Duration timeout);

    /// Orders pids by age.
    @Override
    public int compareTo(Pid other) {
        return Long.compare(id(), other.id());
    }

    @Override
    public final int hashCode() {
        return Long.hashCode(id());
    }

    @Override
    public final boolean equals(Object other) {
        return this == other;
    }

    /// Reads `<hive.42>`, and `<hive.42 users>` when a name is registered.
    @Override
    public abstract String toString();
}
