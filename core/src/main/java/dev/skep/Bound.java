package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Keeps the mailbox of one process within its capacity. Only processes with a bounded mailbox have one: all
/// others pay for a look at an empty field.
///
/// Senders ask it before they queue a message ([#admit]), the process tells it what it takes out of its queue.
/// Which signals count is up to them ([Signal#counts()]); the others pass.
abstract sealed class Bound permits CountingBound, SheddingBound {
    /// Stands for: as long as the mailbox says.
    static final long USUAL_PATIENCE = -1;
    /// Stands for: no time at all. What would make its sender wait is let in all the same, since the current thread
    /// has other things to do.
    static final long NO_PATIENCE = -2;

    private static final VarHandle DROPPED;
    private static final VarHandle ANNOUNCED;
    private static final VarHandle CRASHED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            DROPPED = lookup.findVarHandle(Bound.class, "dropped", long.class);
            ANNOUNCED = lookup.findVarHandle(Bound.class, "announced", boolean.class);
            CRASHED = lookup.findVarHandle(Bound.class, "crashed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Mailbox.Bounded mailbox;
    final Process process;
    final Node node;
    /// From so many waiting messages on the process counts as overloaded.
    final int high;
    /// With so many it no longer does.
    final int low;
    /// How many dropped messages have been reported, and whether the crash was. By the clock's thread.
    long droppedReported;

    boolean crashReported;
    private volatile long dropped;
    /// The clock's thread is about to look at what was dropped.
    private volatile boolean announced;
    private volatile boolean crashed;

    Bound(Mailbox.Bounded mailbox, Node node, Process process) {
        this.mailbox = mailbox;
        this.node = node;
        this.process = process;
        this.high = mailbox.marks()
                .map(marks -> (int) Math.ceil(marks.high() * mailbox.capacity()))
                .orElse(Integer.MAX_VALUE);
        this.low = mailbox.marks()
                .map(marks -> (int) (marks.low() * mailbox.capacity()))
                .orElse(0);
    }

    static Bound of(Mailbox.Bounded mailbox, Node node, Process process) {
        return mailbox.overflow() == Overflow.DROP_OLDEST
                ? new SheddingBound(mailbox, node, process)
                : new CountingBound(mailbox, node, process);
    }

    // ---- Arrival: any thread -------------------------------------------------------------------------------------

    /// Lets a signal in, or not. May wait for room.
    ///
    /// @param patience how long a call may wait, in nanoseconds: it is its caller who says that it took too long,
    ///     or was interrupted; [#USUAL_PATIENCE] for a message that nobody waits for; [#NO_PATIENCE]
    /// @return what is to be queued in its place; null for nothing
    /// @throws CallException if a message that nobody waits for has waited for too long, or was interrupted
    /// @throws ProcessExit if the sender has been told to end while it waited
    abstract @Nullable Signal admit(Signal signal, @Nullable Worker sender, long patience);

    /// A message has come through an alias. Under the process's lock.
    ///
    /// @param message the message; null if the alias was withdrawn
    /// @return what is to be queued; null for nothing
    abstract @Nullable Message throughAlias(@Nullable Message message);

    /// A message has no room, and will never be handled.
    final void drop(Signal signal) {
        DROPPED.getAndAdd(this, 1L);
        if (signal instanceof Message message) {
            message.refuse(mailbox.capacity());
        }
        announce();
    }

    /// Tells the process to end, since it has no room for a message.
    final void crash() {
        if (CRASHED.compareAndSet(this, false, true)) {
            process.deliver(new Signal.Overflowed(mailbox.capacity()));
            announce();
        }
    }

    private void announce() {
        if (!announced && ANNOUNCED.compareAndSet(this, false, true)) {
            node.overloads.announce(process);
        }
    }

    // ---- The process's own thread --------------------------------------------------------------------------------

    /// The process takes a message to handle it. It stays where it is in the queue until [#taken].
    ///
    /// @return what it is to handle; null if that was dropped meanwhile
    abstract @Nullable Message take(Message queued);

    /// A message has left the queue.
    abstract void taken(Message queued);

    /// A receive looks at a message, which cannot be dropped meanwhile.
    ///
    /// @return the message; null if it was dropped before
    abstract @Nullable Message lookAt(Message queued);

    /// A receive has left a message where it is.
    abstract void leave(Message queued);

    /// The process has ended. Under its lock.
    abstract void close(ExitReason reason);

    /// Looks at a message in the queue, for somebody who is only curious.
    ///
    /// @return the message; null if it was dropped
    @Nullable
    Message peek(Message queued) {
        return queued;
    }

    // ---- What is known of it -------------------------------------------------------------------------------------

    /// How many messages wait that count.
    abstract int count();

    /// How many messages that were dropped have not left the queue.
    int litter() {
        return 0;
    }

    /// Whether there are so many of them that they should be swept out.
    boolean isLittered() {
        return false;
    }

    /// Whether a message in the queue was dropped.
    boolean isLitter(Signal queued) {
        return false;
    }

    /// Some of them were swept out.
    void swept(int number) {}

    final long dropped() {
        return dropped;
    }

    /// The clock's thread is about to look: whatever is dropped from here on is announced again. Written
    /// before `dropped` is read, while a sender writes `dropped` before it reads this: none goes unnoticed.
    final void heard() {
        announced = false;
    }

    final boolean isCrashed() {
        return crashed;
    }
}
