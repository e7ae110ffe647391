package dev.skep;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What arrives at a process, and at once the node of its queue: messages, which wait for their turn, and
/// everything else, which takes effect in order of arrival without waiting for the messages before it.
///
/// Erlang: signals; "Processes, Signals" in the reference manual.
abstract class Signal {
    /// What it was pushed onto: the signal that came before, or a mark. Only until it is taken from there: [Inbox].
    @Nullable
    Object below;
    /// The one that comes after, once it is taken.
    @Nullable
    Signal next;

    /// Takes effect on a living process, under its lock.
    ///
    /// @return the message that this signal becomes, to be queued in its place; null for none
    abstract @Nullable Message arrive(Process process);

    /// Arrives at a process that has ended.
    abstract void arriveDead(Process process);

    /// Whether it needs room in a bounded mailbox: what users send does, see [Mailbox].
    boolean counts() {
        return false;
    }

    /// What it is, for error messages.
    String describe() {
        return getClass().getSimpleName();
    }

    /// The sender has linked itself to this process.
    static final class Link extends Signal {
        final Process from;

        Link(Process from) {
            this.from = from;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            process.bonds().linkArrived(from);
            return null;
        }

        @Override
        void arriveDead(Process process) {
            from.deliver(new LinkExit(process, ExitReason.noProcess()));
        }
    }

    /// The sender has unlinked itself from this process, and ignores its links until this is acknowledged.
    static final class Unlink extends Signal {
        final Process from;

        Unlink(Process from) {
            this.from = from;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            process.bonds().unlinkArrived(from);
            from.deliver(new Unlinked(process, this));
            return null;
        }

        @Override
        void arriveDead(Process process) {
            from.deliver(new Unlinked(process, this));
        }
    }

    /// An [Unlink] has arrived at the sender.
    static final class Unlinked extends Signal {
        final Process from;
        final Unlink unlink;

        Unlinked(Process from, Unlink unlink) {
            this.from = from;
            this.unlink = unlink;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            process.bonds().unlinkAcknowledged(from, unlink);
            return null;
        }

        @Override
        void arriveDead(Process process) {}
    }

    /// A linked process has ended.
    static final class LinkExit extends Signal {
        final Process from;
        final ExitReason reason;

        LinkExit(Process from, ExitReason reason) {
            this.from = from;
            this.reason = reason;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            if (!process.bonds().linkFell(from)) {
                return null;
            }
            if (process.trapExit) {
                return new Message.Notice(new Exit(from, reason));
            }
            if (process.isLimitedBy(from)) {
                process.kill(); // its supervisor is gone, and nobody else limits the time that `terminate` takes
            } else if (!(reason instanceof ExitReason.Normal)) {
                process.doom(reason, false);
            }
            return null;
        }

        @Override
        void arriveDead(Process process) {}
    }

    /// Somebody tells this process to end.
    static final class ExitRequest extends Signal {
        final Pid from;
        final ExitReason reason;

        ExitRequest(Pid from, ExitReason reason) {
            this.from = from;
            this.reason = reason;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            if (reason instanceof ExitReason.Kill) {
                process.kill();
            } else if (process.trapExit) {
                return new Message.Notice(new Exit(from, reason));
            } else if (!(reason instanceof ExitReason.Normal) || process.equals(from)) {
                process.doom(reason, reason instanceof ExitReason.Shutdown && process.isStartedBy(from));
            }
            return null;
        }

        @Override
        void arriveDead(Process process) {}
    }

    /// Health checks of the process have failed, as often as they may not.
    static final class Condemn extends Signal {
        private final List<String> failures;
        private final boolean ofTerminate;

        Condemn(List<String> failures, boolean ofTerminate) {
            this.failures = failures;
            this.ofTerminate = ofTerminate;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            process.condemn(failures, ofTerminate);
            return null;
        }

        @Override
        void arriveDead(Process process) {}
    }

    /// Brings a message that comes before those that wait already.
    static final class Urgent extends Signal {
        private final Message message;

        Urgent(Message message) {
            this.message = message;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            process.putUrgent(message);
            return null;
        }

        @Override
        void arriveDead(Process process) {}
    }

    /// Somebody wants to hear of this process's end.
    static final class MonitorRequest extends Signal {
        final Monitor monitor;
        private final @Nullable Message sent;

        MonitorRequest(Monitor monitor) {
            this(monitor, null);
        }

        /// @param sent a message that comes after it at once; one that needs no room in a mailbox
        MonitorRequest(Monitor monitor, @Nullable Message sent) {
            this.monitor = monitor;
            this.sent = sent;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            process.bonds().addWatcher(monitor);
            return sent;
        }

        @Override
        void arriveDead(Process process) {
            monitor.fire(ExitReason.noProcess());
        }
    }

    /// Nobody wants to hear of it any more.
    static final class Demonitor extends Signal {
        final Monitor monitor;

        Demonitor(Monitor monitor) {
            this.monitor = monitor;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            process.bonds().removeWatcher(monitor);
            return null;
        }

        @Override
        void arriveDead(Process process) {}
    }

    /// A monitored process has ended.
    static final class DownSignal extends Signal {
        final Monitor monitor;
        final ExitReason reason;

        DownSignal(Monitor monitor, ExitReason reason) {
            this.monitor = monitor;
            this.reason = reason;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            if (!monitor.active) {
                return null;
            }
            process.bonds().forgetMonitor(monitor);
            return new Message.DownMessage(monitor, reason);
        }

        @Override
        void arriveDead(Process process) {}
    }

    /// Somebody hands a lease to this process.
    static final class Hold extends Signal {
        final Lease lease;

        Hold(Lease lease) {
            this.lease = lease;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            process.bonds().hold(lease);
            return null;
        }

        @Override
        void arriveDead(Process process) {
            ExitReason reason = process.endReason();
            lease.lapse(process, reason);
            lease.announce(process, reason);
        }
    }

    /// A lease has been taken back, and need not be remembered any more.
    static final class Release extends Signal {
        final Lease lease;

        Release(Lease lease) {
            this.lease = lease;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            process.bonds().release(lease);
            return null;
        }

        @Override
        void arriveDead(Process process) {}
    }

    /// A message to an alias.
    static final class ToAlias extends Signal {
        final Alias alias;
        final Object message;
        /// It always has room.
        final boolean isNotice;

        ToAlias(Alias alias, Object message, boolean isNotice) {
            this.alias = alias;
            this.message = message;
            this.isNotice = isNotice;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            boolean through = alias.active;
            if (alias.once) {
                alias.active = false;
                if (alias.monitor != null) {
                    process.giveUp(alias.monitor);
                }
            }
            Message.Info arrived = through ? new Message.AliasedMessage(this) : null;
            return process.bound == null || isNotice ? arrived : process.bound.throughAlias(arrived);
        }

        @Override
        void arriveDead(Process process) {}

        @Override
        boolean counts() {
            return !isNotice;
        }

        @Override
        String describe() {
            return message.getClass().getSimpleName();
        }
    }

    /// Somebody looks at the process.
    static final class Look<T> extends Signal {
        final Function<Process, T> view;
        final Slot<T> answer;

        Look(Function<Process, T> view, Slot<T> answer) {
            this.view = view;
            this.answer = answer;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            answer.fill(view.apply(process));
            return null;
        }

        @Override
        void arriveDead(Process process) {
            answer.close();
        }
    }

    /// The mailbox is full, and the process is to end when that happens.
    static final class Overflowed extends Signal {
        private final int capacity;

        Overflowed(int capacity) {
            this.capacity = capacity;
        }

        @Override
        @Nullable
        Message arrive(Process process) {
            process.doom(ExitReason.because(new MailboxOverflow(capacity)), false);
            return null;
        }

        @Override
        void arriveDead(Process process) {}
    }
}
