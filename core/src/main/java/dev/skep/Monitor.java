package dev.skep;

import org.jspecify.annotations.Nullable;

/// One monitoring of one process by another; each is independent of the others. Made by
/// [Self#monitor(Pid)]. Erlang: a monitor reference.
///
/// It is a node of two lists: that of the target's watchers, which only the target touches, and that of the
/// watcher's monitors, which only the watcher touches.
public sealed class Monitor permits Watch {
    /// The watching process; null for a thread's [Watch].
    final @Nullable Process watcher;
    final Pid target;

    /// The watcher's view. Cleared by demonitor, and when it fires. Only the watcher writes it.
    boolean active = true;
    /// The watcher does not want the message any more, even if it is in the mailbox already.
    boolean flushed;
    /// Demonitored automatically with the alias that it carries.
    @Nullable
    Alias alias;

    @Nullable
    Monitor previousOfTarget;

    @Nullable
    Monitor nextOfTarget;
    /// Whether it stands in the target's list.
    boolean atTarget;

    @Nullable
    Monitor previousOfWatcher;

    @Nullable
    Monitor nextOfWatcher;

    Monitor(@Nullable Process watcher, Pid target) {
        this.watcher = watcher;
        this.target = target;
    }

    /// The monitored process.
    ///
    /// @return its pid
    public final Pid pid() {
        return target;
    }

    /// The target has ended: tell the watcher.
    void fire(ExitReason reason) {
        if (watcher != null) {
            watcher.deliver(new Signal.DownSignal(this, reason));
        }
    }

    @Override
    public final String toString() {
        return "monitor of " + target;
    }
}
