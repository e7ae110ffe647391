package dev.skep.sys;

import dev.skep.CodeChange;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.DynamicSupervisor;
import dev.skep.supervisor.DynamicSupervisorRef;
import dev.skep.supervisor.PartitionSupervisor;
import dev.skep.supervisor.SimpleSupervisor;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import dev.skep.task.TaskSupervisor;
import dev.skep.task.TaskSupervisorRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// A change of the code of running processes, all of them or none. Erlang: the `update` instructions of a release
/// upgrade.
///
/// ```java
/// Upgrade.plan()
///         .server(users, new UserManagerV2())
///         .supervisor(sup, tree.child(ChildSpec.server(USERS, UserManagerV2::new)))
///         .run();
/// ```
///
/// | step | what happens | if it fails |
/// |---|---|---|
/// | suspend | each process finishes the message that it handles, and handles no other | all are resumed |
/// | prepare | each new implementation is looked at, and makes its state of the old one | all are resumed |
/// | commit | each process takes the new implementation and the new state | it cannot fail |
/// | resume | in the reverse order, each handles what has come meanwhile, and goes on | |
///
/// Of a supervisor's children, the last started are suspended first. So a call that comes meanwhile takes
/// longer, and does not fail unless its timeout is shorter than the upgrade. A process that was suspended
/// before stays so. A process that handles a call to another one cannot be suspended while that is; put the
/// callers before those that they call.
///
/// A downgrade is an upgrade to the older version. Immutable; each method returns an extended copy.
public final class Upgrade {
    /// What is to be suspended, in order, and whether it may have ended.
    sealed interface Step {
        /// One process.
        record One(ServerRef<?> process, CodeChange change) implements Step {}

        /// Children of a supervisor, which is suspended before them.
        record Children(ServerRef<SupervisorRpc> supervisor, Function<ChildInfo, Optional<CodeChange>> changes)
                implements Step {}
    }

    private static final Upgrade NOTHING = new Upgrade(List.of(), ServerRef.DEFAULT_TIMEOUT);

    private final List<Step> steps;
    private final Duration timeout;

    private Upgrade(List<Step> steps, Duration timeout) {
        this.steps = steps;
        this.timeout = timeout;
    }

    /// An upgrade of nothing, to be extended.
    ///
    /// @return a plan with a timeout of five seconds
    public static Upgrade plan() {
        return NOTHING;
    }

    /// Lets a server go on as another implementation of the same protocol.
    ///
    /// @param <P> the protocol
    /// @param server the server
    /// @param implementation the new code, made for this server alone
    /// @return the extended plan
    public <P> Upgrade server(ServerRef<P> server, GenServer<?, P> implementation) {
        return process(server, CodeChange.to(implementation));
    }

    /// Lets a supervisor go on with another description: its strategy, its limits and its specifications.
    /// Children that run go on as they are, and are restarted as the new specification says. New children are
    /// not started: do that with [SupervisorRef#restartChild(String)]. Children that the new description does
    /// not have stay. Its name stays too.
    ///
    /// @param supervisor the supervisor
    /// @param description the new description
    /// @return the extended plan
    public Upgrade supervisor(SupervisorRef supervisor, Supervisor description) {
        return process(Objects.requireNonNull(supervisor, "supervisor").server(), CodeChange.to(description));
    }

    /// Lets a simple supervisor go on with another description. Children that run go on as they are, and are
    /// restarted as the new description says.
    ///
    /// @param <A> what a child is started with
    /// @param <R> how a child is referred to
    /// @param supervisor the supervisor
    /// @param description the new description
    /// @return the extended plan
    public <A, R> Upgrade supervisor(SimpleSupervisorRef<A, R> supervisor, SimpleSupervisor<A, R> description) {
        return process(Objects.requireNonNull(supervisor, "supervisor").server(), CodeChange.to(description));
    }

    /// Lets a dynamic supervisor go on with another description. Children that run go on as they are; a restart asks
    /// the new description what to start.
    ///
    /// @param <A> what a child is started with
    /// @param supervisor the supervisor
    /// @param description the new description
    /// @return the extended plan
    public <A> Upgrade supervisor(DynamicSupervisorRef<A> supervisor, DynamicSupervisor<A> description) {
        return process(Objects.requireNonNull(supervisor, "supervisor").server(), CodeChange.to(description));
    }

    /// Lets a supervisor of partitions go on with another description of the same partitions: the start of each, the
    /// limits, and what else is said of them. Partitions that run go on as they are, and are restarted as the new
    /// description says. Their number is known to all who route to them, so it cannot be changed.
    ///
    /// @param supervisor the supervisor
    /// @param description the new description
    /// @return the extended plan
    public Upgrade supervisor(SupervisorRef supervisor, PartitionSupervisor<?> description) {
        return process(Objects.requireNonNull(supervisor, "supervisor").server(), CodeChange.to(description));
    }

    /// Lets a supervisor of tasks go on with another description: how many it may have at a time, and how many
    /// restarts. Tasks that run go on, and are restarted with the code that they were started with.
    ///
    /// @param supervisor the supervisor
    /// @param description the new description
    /// @return the extended plan
    public Upgrade supervisor(TaskSupervisorRef supervisor, TaskSupervisor description) {
        return process(Objects.requireNonNull(supervisor, "supervisor").server(), CodeChange.to(description));
    }

    /// Changes any process that lets its code be changed.
    ///
    /// @param process the process
    /// @param change the new implementation, and a conversion of the state if that does not do it itself
    /// @return the extended plan
    public Upgrade process(ServerRef<?> process, CodeChange change) {
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(change, "change");
        return and(new Step.One(process, change));
    }

    /// Changes the children that a supervisor has when the upgrade runs. It is suspended meanwhile, so that it
    /// neither starts nor ends any. What `changes` throws is thrown by [#run()], which rolls back. A child that
    /// ends meanwhile is left out: its supervisor restarts it from its specification,
    /// which is to be changed by the same upgrade.
    ///
    /// @param supervisor the supervisor, such as `sup.server()`
    /// @param changes what to do with a child: a change of its own for each, or nothing. Runs in the calling
    ///     thread
    /// @return the extended plan
    public Upgrade childrenOf(ServerRef<SupervisorRpc> supervisor, Function<ChildInfo, Optional<CodeChange>> changes) {
        Objects.requireNonNull(supervisor, "supervisor");
        Objects.requireNonNull(changes, "changes");
        return and(new Step.Children(supervisor, changes));
    }

    private Upgrade and(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new Upgrade(List.copyOf(more), timeout);
    }

    /// How long to wait for each process to be suspended, and to prepare.
    ///
    /// @param limit zero or more; [ServerRef#FOREVER] for no limit
    /// @return the same plan with that limit
    public Upgrade timeout(Duration limit) {
        if (Objects.requireNonNull(limit, "timeout").isNegative()) {
            throw new IllegalArgumentException("timeout must not be negative, but was " + limit);
        }
        return new Upgrade(steps, limit);
    }

    /// Runs the upgrade. Blocks until all processes are changed and resumed, or all of it is rolled back. From
    /// any thread that is not one of the processes.
    ///
    /// @return the processes that have been changed, in the order of the plan
    /// @throws UpgradeException if it failed: nothing is changed then
    public List<Pid> run() {
        return new RunningUpgrade(timeout).run(steps);
    }

    @Override
    public String toString() {
        return "upgrade in " + steps.size() + " steps";
    }
}
