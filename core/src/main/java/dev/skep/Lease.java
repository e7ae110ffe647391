package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Something that a process holds for as long as it lives: its entries in a table, a permit, a seat. What a
/// registry is made of.
///
/// ```java
/// final class Seat extends Lease {
///     @Override protected void lapsed(Pid pid, ExitReason reason) {
///         taken.remove(pid);
///     }
/// }
///
/// pid.hold(new Seat());
/// ```
///
/// A process that ends gives up its leases right after its name is free, before its pending calls fail, and
/// before its links and monitors are told: whoever hears of the end finds everything given up already. A lease
/// that is handed to a process that has ended lapses at once. So a lease lapses exactly once, whatever races
/// there are, unless it is taken back by [Pid#release(Lease)] before.
///
/// A lease is for one process, once. Erlang has nothing like it: there, a registry monitors its processes, and
/// for a moment holds entries of the dead.
public abstract class Lease {
    private static final int NEW = 0;
    private static final int HELD = 1;
    private static final int LAPSED = 2;
    private static final int RELEASED = 3;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Lease.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int state;
    private volatile @Nullable Process holder;

    // The holder's list: under its lock.
    @Nullable
    Lease previous;

    @Nullable
    Lease next;

    boolean listed;

    /// For subclasses.
    protected Lease() {}

    /// The process that held this is ending. Runs in the middle of its death, on whatever thread that happens: be
    /// quick, do not block, do not throw. What is thrown is logged, and changes nothing.
    ///
    /// @param pid the process; it counts as dead already
    /// @param reason why it ended
    protected abstract void lapsed(Pid pid, ExitReason reason);

    /// The links and monitors of the process have been told. Runs like [#lapsed(Pid, ExitReason)], and after it.
    /// By default nothing happens.
    ///
    /// @param pid the process
    /// @param reason why it ended
    protected void announced(Pid pid, ExitReason reason) {}

    final void heldBy(Process process) {
        if (!STATE.compareAndSet(this, NEW, HELD)) {
            throw new IllegalStateException("a lease can be held once, but this one was handed to " + holder
                    + " before " + process + ": make a new one");
        }
        holder = process;
    }

    final boolean isHeldBy(Process process) {
        return holder == process;
    }

    final boolean isHeld() {
        return state == HELD;
    }

    /// @return false if it has lapsed, or was taken back before
    final boolean release() {
        return STATE.compareAndSet(this, HELD, RELEASED);
    }

    /// Lapses, unless it was taken back.
    final void lapse(Process process, ExitReason reason) {
        if (STATE.compareAndSet(this, HELD, LAPSED)) {
            try {
                lapsed(process, reason);
            } catch (Throwable thrown) { // a lease must not keep a process from ending
                process.node.reports.internalError("a lease of " + process, thrown);
            }
        }
    }

    final void announce(Process process, ExitReason reason) {
        if (state == LAPSED) {
            try {
                announced(process, reason);
            } catch (Throwable thrown) { // as above
                process.node.reports.internalError("a lease of " + process, thrown);
            }
        }
    }
}
