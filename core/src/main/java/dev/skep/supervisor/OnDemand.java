package dev.skep.supervisor;

import dev.skep.HealthCheck;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What simple and dynamic supervisors have in common: children that are started on demand and known by their pids.
///
/// @param <A> what a child is started with, and restarted with
/// @param kind the class of the description that this comes from
/// @param children how to start a child, and how it is looked after; runs in the supervisor, also for a restart
/// @param shared how all children are looked after; null if each has a specification of its own
/// @param intensity how many restarts are too many
/// @param autoShutdown whether the supervisor ends with its children
/// @param maxChildren how many there may be
/// @param backoff for children that do not say so themselves; null for none
/// @param health for children that do not say so themselves; null for none
record OnDemand<A>(
        Class<?> kind,
        Function<? super A, ChildSpec> children,
        @Nullable ChildSpec shared,
        Supervisor.Intensity intensity,
        AutoShutdown autoShutdown,
        int maxChildren,
        @Nullable Backoff backoff,
        @Nullable HealthCheck health) {

    boolean isSimple() {
        return shared != null;
    }

    ChildSpec child(A argument) {
        return Objects.requireNonNull(children.apply(argument), "there is no specification of a child: it is null");
    }

    /// What has to be kept of a specification for each single child.
    ///
    /// @return null if nothing has
    @Nullable
    ChildSpec own(ChildSpec spec) {
        return isSimple() ? null : spec;
    }

    /// How a child is looked after.
    ChildSpec policyOf(Kept<?> child) {
        ChildSpec own = child.own();
        return own == null ? Objects.requireNonNull(shared) : own;
    }

    /// A child that was temporary when it was started stays so: what it would be restarted with is not known.
    Restart restartOf(Kept<?> child) {
        return child.isForgotten() ? Restart.TEMPORARY : policyOf(child).restart();
    }

    Optional<Backoff> backoffOf(Kept<?> child) {
        return policyOf(child).backoff().or(() -> Optional.ofNullable(backoff));
    }

    Optional<HealthCheck> healthOf(ChildSpec spec) {
        return spec.healthOr(health);
    }
}
