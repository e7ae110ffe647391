package dev.skep.registry;

import dev.skep.ExitReason;
import dev.skep.Lease;
import dev.skep.Pid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that one process has in one table. A registration is put in here before it is put into the table, and is
/// taken out of here before it is taken out of the table: so whoever gets it out, once, sees to the rest.
final class Holdings<K, V> extends Lease {
    private final Table<K, V> table;
    final Pid pid;
    private @Nullable Registration<K, V> latest;
    private boolean over;

    Holdings(Table<K, V> table, Pid pid) {
        this.table = table;
        this.pid = pid;
    }

    /// @return false if the process has ended, or the table is closed
    synchronized boolean add(Registration<K, V> added) {
        if (over) {
            return false;
        }
        added.held = true;
        added.nextHeld = latest;
        if (latest != null) {
            latest.previousHeld = added;
        }
        latest = added;
        return true;
    }

    /// @return false if it has been taken out before
    synchronized boolean remove(Registration<K, V> removed) {
        if (!removed.held) {
            return false;
        }
        removed.held = false;
        if (removed.previousHeld == null) {
            latest = removed.nextHeld;
        } else {
            removed.previousHeld.nextHeld = removed.nextHeld;
        }
        if (removed.nextHeld != null) {
            removed.nextHeld.previousHeld = removed.previousHeld;
        }
        removed.previousHeld = null;
        removed.nextHeld = null;
        return true;
    }

    synchronized boolean isOver() {
        return over;
    }

    /// The latest first.
    synchronized List<Registration<K, V>> list() {
        List<Registration<K, V>> all = new ArrayList<>();
        for (Registration<K, V> held = latest; held != null; held = held.nextHeld) {
            all.add(held);
        }
        return all;
    }

    /// Nothing more can be added.
    ///
    /// @return what there was
    synchronized List<Registration<K, V>> close() {
        List<Registration<K, V>> all = list();
        for (Registration<K, V> held : all) {
            held.held = false;
        }
        latest = null;
        over = true;
        return all;
    }

    @Override
    protected void lapsed(Pid ended, ExitReason reason) {
        table.leave(this);
    }
}
