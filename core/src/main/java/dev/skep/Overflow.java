package dev.skep;

/// What happens to a message for which a bounded mailbox has no room. See [Mailbox].
public enum Overflow {
    /// The sender waits until there is room: flow control. For as long as the mailbox is told
    /// ([Mailbox.Bounded#patience()]), a call for as long as it has; then the message is not sent, and the sender
    /// gets a [CallException.Overloaded], a caller whose time is over a [CallException.Timeout].
    ///
    /// Who must not wait puts its message in beyond the capacity: the process itself, which would wait for itself,
    /// and the thread that rings the node's timers.
    BLOCK,
    /// The message is dropped. For messages of which the older ones matter more, such as orders.
    DROP_NEWEST,
    /// The message that has been waiting for longest is dropped, and makes room. For messages that replace each
    /// other, such as measurements.
    DROP_OLDEST,
    /// The receiver ends with a [MailboxOverflow] as its reason, also if it traps exits, so that its supervisor
    /// starts it afresh; the message is dropped. For a process that is better without its backlog than late.
    CRASH
}
