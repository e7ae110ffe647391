package dev.skep;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What a process is doing. Erlang: `process_info/1`.
///
/// @param pid the process
/// @param name its registered name
/// @param label what it says that it is
/// @param initialCall what it runs
/// @param status what it does right now
/// @param currentHandler the class of the message being handled
/// @param mailboxLength messages not handled yet; while the process is busy with a bounded mailbox that drops the
///     oldest, a few more or less
/// @param load what its mailbox holds, and whether that is too little
/// @param messagesHandled messages handled so far, the nearest thing to Erlang's reductions
/// @param expiredSkipped calls that were not handled, since their callers had given up, or their time limits were over,
///     when their turn came
/// @param links linked processes, in the order of their pids
/// @param monitors processes that it monitors
/// @param monitoredBy processes that monitor it; threads are not among them
/// @param ancestors the process that started it, then that one's starter, and so on
/// @param callers on whose behalf it runs: who asked for it, then who asked for that one, and so on
/// @param trapExit whether exit signals become messages
public record ProcessInfo(
        Pid pid,
        Optional<Name<?>> name,
        Optional<Object> label,
        String initialCall,
        Status status,
        Optional<String> currentHandler,
        int mailboxLength,
        Load load,
        long messagesHandled,
        long expiredSkipped,
        List<Pid> links,
        List<Pid> monitors,
        List<Pid> monitoredBy,
        List<Pid> ancestors,
        List<Pid> callers,
        boolean trapExit) {

    /// What a process does right now.
    public enum Status {
        /// `init` has not returned.
        STARTING,
        /// Nothing to do: it waits for a message.
        WAITING,
        /// It handles a message, runs its body, or is about to.
        RUNNING,
        /// It has been suspended: it handles nothing but system messages.
        SUSPENDED,
        /// It has been told to end, and `terminate` or a handler has not returned.
        EXITING
    }

    /// How a process copes with what it is sent.
    ///
    /// @param mailbox how many messages may wait, and what happens beyond that
    /// @param overloaded whether so many wait, or did a moment ago, that it has been reported as overloaded
    /// @param dropped how many messages were dropped since it was started, because the mailbox was full
    public record Load(Mailbox mailbox, boolean overloaded, long dropped) {
        /// Checks the mailbox.
        ///
        /// @param mailbox how many messages may wait, and what happens beyond that
        /// @param overloaded whether so many wait
        /// @param dropped how many messages were dropped
        public Load {
            Objects.requireNonNull(mailbox, "mailbox");
        }
    }

    /// Checks the parts, and keeps the lists unmodifiable.
    public ProcessInfo {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(initialCall, "initialCall");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(currentHandler, "currentHandler");
        Objects.requireNonNull(load, "load");
        links = List.copyOf(links);
        monitors = List.copyOf(monitors);
        monitoredBy = List.copyOf(monitoredBy);
        ancestors = List.copyOf(ancestors);
        callers = List.copyOf(callers);
    }
}
