package dev.skep;

import org.jspecify.annotations.Nullable;

/// An address of a process that can be withdrawn: after [Self#unalias(Alias)], or after the first message
/// if it was made for one reply, whatever is sent to it is dropped silently. Hand it out instead
/// of the pid where an answer may come too late to be of use.
///
/// Erlang: `alias/1`.
public final class Alias {
    final Process owner;
    /// Withdrawn by the first message that arrives through it.
    final boolean once;
    /// Only the owner writes it; a sender's look at it merely saves a message that would be dropped.
    volatile boolean active = true;
    /// The owner does not want what has come through it, even if it is in the mailbox already.
    boolean flushed;
    /// Withdrawn with an alias for one reply.
    @Nullable
    Monitor monitor;

    Alias(Process owner, boolean once) {
        this.owner = owner;
        this.once = once;
    }

    /// The process behind the alias.
    ///
    /// @return its pid
    public Pid pid() {
        return owner;
    }

    /// Sends a message to the process, unless the alias is withdrawn before the message arrives.
    /// Blocks and throws as [Pid#send(Object)] does.
    ///
    /// @param message an immutable value
    public void send(Object message) {
        java.util.Objects.requireNonNull(message, "message");
        owner.node.refuseMutable(message, owner);
        if (active) {
            owner.deliver(new Signal.ToAlias(this, message, false));
        }
    }

    /// Sends a message that the process has asked for, as [Pid#sendNotice(Object)] does, unless the alias is withdrawn
    /// before the message arrives.
    ///
    /// @param message an immutable value
    public void sendNotice(Object message) {
        java.util.Objects.requireNonNull(message, "message");
        if (active) {
            owner.deliver(new Signal.ToAlias(this, message, true));
        }
    }

    @Override
    public String toString() {
        return "alias of " + owner;
    }
}
