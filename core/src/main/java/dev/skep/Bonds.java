package dev.skep;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The links and monitors of one process. Touched only under the process's lock.
///
/// A link is kept at both ends, and each end hears of the other only by signals, so the two may cross: A
/// unlinks while B links. The end that unlinks therefore ignores the other's link signals until that has
/// acknowledged this very unlink, or until it links again itself; both then agree whether there is a link. Source: the
/// unlink protocol of Erlang/OTP 23.
final class Bonds {
    private final Process owner;
    /// A process, or a [PidSet] of several: most have one link, and a set for it would be 48 bytes.
    private @Nullable Object links;
    /// The unlink that has to be acknowledged before links from that process count again.
    private @Nullable Map<Process, Signal.Unlink> unlinking;
    private @Nullable Monitor watchers;
    private @Nullable Monitor monitors;
    private @Nullable ArrayList<Timer> timers;
    /// The latest first.
    private @Nullable Lease leases;

    Bonds(Process owner) {
        this.owner = owner;
    }

    /// The owner links itself to another process.
    ///
    /// @return false if they were linked before
    boolean link(Process other) {
        if (unlinking != null) {
            unlinking.remove(other);
        }
        return addLink(other);
    }

    /// @return false if they were linked before
    boolean addLink(Process other) {
        if (links instanceof PidSet several) {
            return several.add(other);
        }
        if (links == other) {
            return false;
        }
        if (links instanceof Process only) {
            PidSet several = new PidSet();
            several.add(only);
            several.add(other);
            links = several;
        } else {
            links = other;
        }
        return true;
    }

    /// The owner unlinks itself from another process.
    ///
    /// @return what the other is to be told; null if there was no link
    Signal.@Nullable Unlink unlink(Process other) {
        if (!linkFell(other)) {
            return null;
        }
        if (unlinking == null) {
            unlinking = new HashMap<>();
        }
        Signal.Unlink unlink = new Signal.Unlink(owner);
        unlinking.put(other, unlink);
        return unlink;
    }

    void linkArrived(Process from) {
        if (unlinking == null || !unlinking.containsKey(from)) {
            addLink(from);
        }
    }

    void unlinkArrived(Process from) {
        linkFell(from);
    }

    void unlinkAcknowledged(Process from, Signal.Unlink unlink) {
        if (unlinking != null) {
            unlinking.remove(from, unlink);
            if (unlinking.isEmpty()) {
                unlinking = null;
            }
        }
    }

    /// Removes the link to a process that has ended.
    ///
    /// @return false if there was none: the process was unlinked, and its end is not to be noticed
    boolean linkFell(Process from) {
        if (links == from) {
            links = null;
            return true;
        }
        return links instanceof PidSet several && several.remove(from);
    }

    /// Somebody watches the owner.
    void addWatcher(Monitor monitor) {
        monitor.atTarget = true;
        monitor.nextOfTarget = watchers;
        if (watchers != null) {
            watchers.previousOfTarget = monitor;
        }
        watchers = monitor;
    }

    void removeWatcher(Monitor monitor) {
        if (!monitor.atTarget) {
            return;
        }
        monitor.atTarget = false;
        if (monitor.previousOfTarget == null) {
            watchers = monitor.nextOfTarget;
        } else {
            monitor.previousOfTarget.nextOfTarget = monitor.nextOfTarget;
        }
        if (monitor.nextOfTarget != null) {
            monitor.nextOfTarget.previousOfTarget = monitor.previousOfTarget;
        }
        monitor.previousOfTarget = null;
        monitor.nextOfTarget = null;
    }

    /// The owner watches somebody.
    void addMonitor(Monitor monitor) {
        monitor.nextOfWatcher = monitors;
        if (monitors != null) {
            monitors.previousOfWatcher = monitor;
        }
        monitors = monitor;
    }

    /// The owner's monitor has fired, or is withdrawn.
    void forgetMonitor(Monitor monitor) {
        monitor.active = false;
        if (monitor.alias != null) {
            monitor.alias.active = false;
        }
        if (monitor.previousOfWatcher == null) {
            monitors = monitor.nextOfWatcher;
        } else {
            monitor.previousOfWatcher.nextOfWatcher = monitor.nextOfWatcher;
        }
        if (monitor.nextOfWatcher != null) {
            monitor.nextOfWatcher.previousOfWatcher = monitor.previousOfWatcher;
        }
        monitor.previousOfWatcher = null;
        monitor.nextOfWatcher = null;
    }

    /// Remembers a timer that the owner has started, to be cancelled when it ends.
    void own(Timer timer) {
        if (timers == null) {
            timers = new ArrayList<>(2);
        }
        if (timers.size() >= 16 && (timers.size() & (timers.size() - 1)) == 0) {
            timers.removeIf(
                    t -> t.timeLeft().isEmpty()); // at each power of two, so that it costs a constant for each timer
        }
        timers.add(timer);
    }

    /// The owner holds a lease from here on, unless it was taken back before it arrived.
    void hold(Lease lease) {
        if (lease.isHeld()) {
            lease.listed = true;
            lease.next = leases;
            if (leases != null) {
                leases.previous = lease;
            }
            leases = lease;
        }
    }

    void release(Lease lease) {
        if (!lease.listed) {
            return;
        }
        lease.listed = false;
        if (lease.previous == null) {
            leases = lease.next;
        } else {
            lease.previous.next = lease.next;
        }
        if (lease.next != null) {
            lease.next.previous = lease.previous;
        }
        lease.previous = null;
        lease.next = null;
    }

    /// Gives up all leases, the latest first.
    void lapse(ExitReason reason) {
        for (Lease lease = leases; lease != null; lease = lease.next) {
            lease.lapse(owner, reason);
        }
    }

    /// Everybody has been told that the owner has ended.
    void announce(ExitReason reason) {
        for (Lease lease = leases; lease != null; lease = lease.next) {
            lease.announce(owner, reason);
        }
        leases = null;
    }

    /// Tells everybody that the owner has ended.
    void sever(ExitReason reason) {
        if (timers != null) {
            timers.forEach(Timer::cancel);
        }
        switch (links) {
            case Process only -> only.deliver(new Signal.LinkExit(owner, reason));
            case PidSet several -> several.forEach(each -> each.deliver(new Signal.LinkExit(owner, reason)));
            case null, default -> {}
        }
        // Monitors are told in the order in which they were made; the list has the latest first.
        Monitor oldest = null;
        for (Monitor m = watchers; m != null; m = m.nextOfTarget) {
            m.atTarget = false;
            oldest = m;
        }
        for (Monitor m = oldest; m != null; ) {
            Monitor later = m.previousOfTarget;
            m.previousOfTarget = null;
            m.nextOfTarget = null;
            m.fire(reason);
            m = later;
        }
        for (Monitor m = monitors; m != null; m = m.nextOfWatcher) {
            m.active = false;
            m.target.deliver(new Signal.Demonitor(m));
        }
        links = null;
        watchers = null;
        monitors = null;
    }

    List<Pid> links() {
        return switch (links) {
            case Process only -> List.of(only);
            case PidSet several -> several.sorted();
            case null, default -> List.of();
        };
    }

    List<Pid> monitors() {
        List<Pid> pids = new ArrayList<>();
        for (Monitor m = monitors; m != null; m = m.nextOfWatcher) {
            pids.add(m.target);
        }
        return pids.reversed();
    }

    List<Pid> monitoredBy() {
        List<Pid> pids = new ArrayList<>();
        for (Monitor m = watchers; m != null; m = m.nextOfTarget) {
            if (m.watcher != null) {
                pids.add(m.watcher);
            }
        }
        return pids.reversed();
    }
}
