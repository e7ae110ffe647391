package dev.skep.registry;

import dev.skep.ExitReason;
import dev.skep.Lease;
import dev.skep.Pid;

/// Closes a registry's table at the end of its process. Those in it get their exit signals after the registry's
/// supervisor has got its own: it should restart the registry before them.
final class Closing extends Lease {
    private final Table<?, ?> table;

    Closing(Table<?, ?> table) {
        this.table = table;
    }

    @Override
    protected void lapsed(Pid registry, ExitReason reason) {
        table.close();
    }

    @Override
    protected void announced(Pid registry, ExitReason reason) {
        table.endAll(reason);
    }
}
