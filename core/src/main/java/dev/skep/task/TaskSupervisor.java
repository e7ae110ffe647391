package dev.skep.task;

import dev.skep.Behaviour;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.StartSpec;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A supervisor of tasks: it starts them when asked to, knows which are running, and ends them before it ends
/// itself. Elixir: `Task.Supervisor`.
///
/// ```java
/// static final Name<TaskRpc> TASKS = Name.of("tasks");
///
/// Supervisor.oneForOne().child(ChildSpec.of(TaskSupervisor.create().named(TASKS)));
/// TaskSupervisorRef tasks = TaskSupervisorRef.of(node, TASKS);
/// Task<Page> page = tasks.asyncNolink(() -> fetch(url));
/// ```
///
/// It starts without children, and ends all of them at once when it ends. Immutable; each method returns a
/// changed copy.
public final class TaskSupervisor extends StartSpec<TaskSupervisorRef> {
    private final @Nullable Name<TaskRpc> name;
    private final int maxChildren;
    private final int restarts;
    private final Duration period;

    private TaskSupervisor(@Nullable Name<TaskRpc> name, int maxChildren, int restarts, Duration period) {
        this.name = name;
        this.maxChildren = maxChildren;
        this.restarts = restarts;
        this.period = period;
    }

    /// A task supervisor without a name.
    ///
    /// @return the description
    public static TaskSupervisor create() {
        return new TaskSupervisor(null, Integer.MAX_VALUE, 3, Duration.ofSeconds(5));
    }

    /// Registers the task supervisor under a name.
    ///
    /// @param registered the name
    /// @return the changed description
    public TaskSupervisor named(Name<TaskRpc> registered) {
        return new TaskSupervisor(Objects.requireNonNull(registered, "name"), maxChildren, restarts, period);
    }

    /// How many children it may have at a time; any number by default. Who asks for more gets a
    /// [TaskException.TooManyChildren]. A task whose work is done does not count any more.
    ///
    /// @param limit one or more
    /// @return the changed description
    public TaskSupervisor maxChildren(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException(
                    "a task supervisor must have room for one child, but was given " + limit);
        }
        return new TaskSupervisor(name, limit, restarts, period);
    }

    /// How many restarts within which time are too many to go on; three in five seconds by default. Only
    /// children of [TaskSupervisorRef#withRestart] are restarted at all.
    ///
    /// @param restarts the number that is still allowed, zero or more
    /// @param period the time, longer than zero
    /// @return the changed description
    public TaskSupervisor intensity(int restarts, Duration period) {
        if (restarts < 0) {
            throw new IllegalArgumentException("restarts must not be negative, but was " + restarts);
        }
        if (Objects.requireNonNull(period, "period").isNegative() || period.isZero()) {
            throw new IllegalArgumentException("the period of restarts must be longer than zero, but was " + period);
        }
        return new TaskSupervisor(name, maxChildren, restarts, period);
    }

    int limit() {
        return maxChildren;
    }

    int restarts() {
        return restarts;
    }

    Duration period() {
        return period;
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) {
        return new TaskSupervisorLoop(this, self);
    }

    @Override
    protected TaskSupervisorRef reference(Pid pid) {
        return TaskSupervisorRef.of(pid);
    }

    @Override
    public Optional<Name<TaskRpc>> name() {
        return Optional.ofNullable(name);
    }

    @Override
    public boolean isSupervisor() {
        return true;
    }

    @Override
    public String describe() {
        return name == null ? "a TaskSupervisor" : "TaskSupervisor " + name;
    }
}
