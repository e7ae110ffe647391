package dev.skep;

/// A signal that waits for its turn: the process's code sees it, one at a time.
abstract class Message extends Signal {
    @Override
    final Message arrive(Process process) {
        return this;
    }

    @Override
    void arriveDead(Process process) {}

    /// Gives the message to a behaviour.
    abstract void handle(Process process, Behaviour behaviour) throws Exception;

    /// What a plain process receives.
    abstract Object payload();

    /// The process ended before it dealt with this.
    void abandon(ExitReason reason) {}

    /// The process ended while it was handling this.
    void abandonInHand(ExitReason reason) {
        abandon(reason);
    }

    /// A bounded mailbox had no room for this.
    void refuse(int capacity) {}

    /// Withdrawn while it was queued.
    boolean isObsolete() {
        return false;
    }

    /// Whether a suspended process handles it too.
    boolean isSystem() {
        return false;
    }

    /// What somebody has sent, and wants no answer to.
    abstract static class Sent extends Message {
        final Object message;

        Sent(Object message) {
            this.message = message;
        }

        @Override
        Object payload() {
            return message;
        }

        @Override
        boolean counts() {
            return true;
        }

        @Override
        String describe() {
            return message.getClass().getSimpleName();
        }
    }

    /// A message sent to a pid.
    static sealed class Info extends Sent permits Notice, AliasedMessage {
        Info(Object message) {
            super(message);
        }

        @Override
        void handle(Process process, Behaviour behaviour) throws Exception {
            behaviour.info(message);
        }
    }

    /// A message that the runtime sends, or that the process has asked for: it always has room.
    static final class Notice extends Info {
        Notice(Object message) {
            super(message);
        }

        @Override
        boolean counts() {
            return false;
        }
    }

    /// A message that has come through an alias.
    static final class AliasedMessage extends Info {
        private final Alias alias;
        private final boolean isNotice;

        AliasedMessage(Signal.ToAlias sent) {
            super(sent.message);
            this.alias = sent.alias;
            this.isNotice = sent.isNotice;
        }

        @Override
        boolean counts() {
            return !isNotice;
        }

        @Override
        boolean isObsolete() {
            return alias.flushed;
        }
    }

    /// A cast.
    static final class CastMessage extends Sent {
        CastMessage(Object message) {
            super(message);
        }

        @Override
        void handle(Process process, Behaviour behaviour) throws Exception {
            behaviour.cast(message);
        }
    }

    /// A monitored process has ended, and its message has its place in the queue.
    static final class DownMessage extends Message {
        final Monitor monitor;
        final ExitReason reason;

        DownMessage(Monitor monitor, ExitReason reason) {
            this.monitor = monitor;
            this.reason = reason;
        }

        @Override
        void handle(Process process, Behaviour behaviour) throws Exception {
            behaviour.info(payload());
        }

        @Override
        Object payload() {
            return new Down(monitor, monitor.target, reason);
        }

        @Override
        boolean isObsolete() {
            return monitor.flushed;
        }
    }

    /// Asks a behaviour to stop, when its turn comes. Erlang: the system message `terminate`.
    static final class Stop extends Message {
        final Pid from;
        final ExitReason reason;

        Stop(Pid from, ExitReason reason) {
            this.from = from;
            this.reason = reason;
        }

        @Override
        void handle(Process process, Behaviour behaviour) {
            process.stop(reason);
        }

        @Override
        Object payload() {
            return new Exit(from, reason);
        }

        @Override
        boolean isSystem() {
            return true;
        }
    }
}
