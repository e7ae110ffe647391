package dev.skep.testkit;

import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.Report;
import dev.skep.Zombie;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What has happened on a node: ends, and crashes, with which of them were expected. Hands everything on to the
/// test's own listener.
final class Sightings implements NodeListener {
    private final Activity activity;
    private final @Nullable NodeListener other;
    // Under this object's monitor.
    private final Map<Pid, ExitReason> ends = new HashMap<>();
    private final List<CrashReport> crashes = new ArrayList<>();
    private final List<CrashReport> unexpected = new ArrayList<>();
    private final List<Expectation> expectations = new ArrayList<>();
    private Predicate<CrashReport> allowed = _ -> false;

    private record Expectation(String what, Predicate<CrashReport> which) {}

    Sightings(Activity activity, @Nullable NodeListener other) {
        this.activity = activity;
        this.other = other;
    }

    @Override
    public void spawned(Pid pid) {
        if (other != null) {
            other.spawned(pid);
        }
    }

    @Override
    public void exited(Pid pid, Optional<Name<?>> name, ExitReason reason) {
        synchronized (this) {
            ends.put(pid, reason);
        }
        activity.announce();
        if (other != null) {
            other.exited(pid, name, reason);
        }
    }

    @Override
    public void abandoned(Zombie zombie) {
        if (other != null) {
            other.abandoned(zombie);
        }
    }

    @Override
    public void reported(Report report) {
        if (report instanceof CrashReport crash) {
            synchronized (this) {
                crashes.add(crash);
                if (!isExpected(crash)) {
                    unexpected.add(crash);
                }
            }
            activity.announce();
        }
        if (other != null) {
            other.reported(report);
        }
    }

    private boolean isExpected(CrashReport crash) {
        for (Expectation expectation : expectations) {
            if (expectation.which.test(crash)) {
                expectations.remove(expectation);
                return true;
            }
        }
        return allowed.test(crash);
    }

    // ---- For the test --------------------------------------------------------------------------------------------

    synchronized Optional<ExitReason> endOf(Pid pid) {
        return Optional.ofNullable(ends.get(pid));
    }

    synchronized void expect(String what, Predicate<CrashReport> which) {
        expectations.add(new Expectation(what, which));
    }

    synchronized void allow(Predicate<CrashReport> which) {
        allowed = allowed.or(which);
        unexpected.removeIf(which);
    }

    /// Takes the oldest crash that nobody has expected yet.
    synchronized Optional<CrashReport> take(Predicate<CrashReport> which) {
        Optional<CrashReport> found = unexpected.stream().filter(which).findFirst();
        found.ifPresent(unexpected::remove);
        return found;
    }

    synchronized List<CrashReport> crashes() {
        return List.copyOf(crashes);
    }

    synchronized List<CrashReport> unexpected() {
        return List.copyOf(unexpected);
    }

    synchronized List<String> unmet() {
        return expectations.stream().map(Expectation::what).toList();
    }
}
