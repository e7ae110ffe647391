package dev.skep.application;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.Started;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;

/// The applications of a node. Every method blocks until what it asks for is done; jobs are done one after the other.
/// Those that start, stop or await the end throw an [IllegalStateException] when they are called from a callback of an
/// [Application], or from the `init` of a process that it starts: both are part of such a job, and would wait for
/// themselves. ([#stopAll(Duration)] is allowed there, since it waits only as long as it is told.) Erlang: the module
/// `application`.
///
/// ```java
/// Applications applications = Applications.of(node);
/// applications.ensureAllStarted(new Shop(), ApplicationType.PERMANENT);
/// ```
///
/// Closing the node stops them too, in the reverse order of their start.
public final class Applications {
    private static final Name<ApplicationRpc> NAME = Name.of("skep.applications");

    private final Node node;
    private final ServerRef<ApplicationRpc> server;
    private final Function<? super String, Config> configs;

    private Applications(Node node, ServerRef<ApplicationRpc> server, Function<? super String, Config> configs) {
        this.node = node;
        this.server = server;
        this.configs = configs;
    }

    /// The applications of a node, with the settings of [Config#standard(String)]. The first call on a node starts the
    /// process that keeps account of them; ask for it before you start anything else, so that it ends last.
    ///
    /// @param node the node
    /// @return its applications
    public static Applications of(Node node) {
        Objects.requireNonNull(node, "node");
        return switch (node.tryStart(GenServer.spec(Controller::new).named(NAME))) {
            case Started.Running<?> _, Started.AlreadyStarted<?> _ ->
                new Applications(node, node.ref(NAME), Config::standard);
            case Started.Ignored<?> _, Started.Failed<?> _ ->
                throw new IllegalStateException("the applications of " + node + " cannot be kept account of");
        };
    }

    /// The same, which takes settings from elsewhere.
    ///
    /// @param of gives the settings of an application of that name
    /// @return the applications of the same node
    public Applications configuredBy(Function<? super String, Config> of) {
        return new Applications(node, server, Objects.requireNonNull(of, "configs"));
    }

    // ---- Starting ------------------------------------------------------------------------------------------------

    /// Starts one application; what it depends on must run. Erlang: `application:start/2`.
    ///
    /// @param application the application
    /// @param type what becomes of the others when it ends
    /// @return its name; or why it was not started
    /// @throws ConfigException if the file of its settings cannot be read
    public Result<List<String>, ApplicationError> start(Application application, ApplicationType type) {
        return job(new ApplicationRpc.Start(List.of(plan(application, type)), false));
    }

    /// Starts one application, unless it runs. Erlang: `application:ensure_started/2`.
    ///
    /// @param application the application
    /// @param type what becomes of the others when it ends
    /// @return its name, or nothing if it had been running; or why it was not started
    /// @throws ConfigException if the file of its settings cannot be read
    public Result<List<String>, ApplicationError> ensureStarted(Application application, ApplicationType type) {
        return job(new ApplicationRpc.Start(List.of(plan(application, type)), true));
    }

    /// Starts an application and, before it, whatever it depends on and does not run. When one cannot be started, those
    /// that this call has started are stopped again. Erlang: `application:ensure_all_started/2`.
    ///
    /// @param application the application
    /// @param type what becomes of the others when it, or one of those started for it, ends
    /// @return what was started, in order; or why it was not
    /// @throws IllegalArgumentException if an application depends on itself by way of others
    /// @throws ConfigException if a file of settings cannot be read
    public Result<List<String>, ApplicationError> ensureAllStarted(Application application, ApplicationType type) {
        List<ApplicationRpc.Plan> plans =
                inOrder(application).stream().map(each -> plan(each, type)).toList();
        return job(new ApplicationRpc.Start(plans, true));
    }

    private <R> R job(Call<ApplicationRpc, R> request) {
        Master.refuseWithinJob(node);
        return server.call(request, ServerRef.FOREVER);
    }

    private ApplicationRpc.Plan plan(Application application, ApplicationType type) {
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(type, "type");
        String name = application.name();
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("an application's name must have a visible character, but that of "
                    + application + " is \"" + name + "\"");
        }
        return new ApplicationRpc.Plan(application, new ApplicationStart(node, configs.apply(name), type));
    }

    /// An application and what it depends on, dependencies first.
    private static List<Application> inOrder(Application application) {
        Map<String, Application> ordered = new LinkedHashMap<>();
        visit(Objects.requireNonNull(application, "application"), new LinkedHashSet<>(), ordered);
        return List.copyOf(ordered.values());
    }

    private static void visit(Application application, SequencedSet<String> path, Map<String, Application> ordered) {
        String name = application.name();
        if (ordered.containsKey(name)) {
            return;
        }
        if (!path.add(name)) {
            List<String> ring = new ArrayList<>(path);
            ring.add(name);
            throw new IllegalArgumentException("applications depend on each other in a ring: "
                    + String.join(" -> ", ring.subList(ring.indexOf(name), ring.size())));
        }
        application.dependencies().forEach(dependency -> visit(dependency, path, ordered));
        path.remove(name);
        ordered.put(name, application);
    }

    // ---- Stopping ------------------------------------------------------------------------------------------------

    /// Stops one application, whether others depend on it or not. Erlang: `application:stop/1`.
    ///
    /// @param name the application
    /// @return its name; or that it does not run
    public Result<List<String>, ApplicationError> stop(String name) {
        return job(new ApplicationRpc.Stop(Objects.requireNonNull(name, "name")));
    }

    /// Stops all applications, in the reverse order of their start. They stop although this does not wait for their
    /// end: because its time is over, or its thread was interrupted.
    ///
    /// @param timeout how long to wait, zero for not at all; what runs on after that can be killed by closing the
    ///     node
    /// @return false if they have not ended in time
    public boolean stopAll(Duration timeout) {
        try {
            // A call would be skipped if its time were over before its turn came.
            return server.request(new ApplicationRpc.StopAll())
                    .await(timeout)
                    .map(outcome -> outcome.orElseThrow(failure -> failure))
                    .isPresent();
        } catch (CallException.Timeout late) {
            return false;
        }
    }

    // ---- Looking -------------------------------------------------------------------------------------------------

    /// What runs, the one that was started last first. Erlang: `application:which_applications/0`.
    ///
    /// @return the applications
    public List<ApplicationInfo> running() {
        return server.call(new ApplicationRpc.Running(), ServerRef.FOREVER);
    }

    /// An application that runs.
    ///
    /// @param name its name
    /// @return the application, if it runs
    public Optional<ApplicationInfo> find(String name) {
        Objects.requireNonNull(name, "name");
        return running().stream().filter(info -> info.name().equals(name)).findFirst();
    }

    /// The application that a process belongs to: whose tree it, or whoever started it, is part of.
    /// Erlang: `application:get_application/1`.
    ///
    /// @param pid a process
    /// @return the application; empty if the process belongs to none that runs, or has ended
    public Optional<ApplicationInfo> find(Pid pid) {
        Set<Pid> line = new HashSet<>(Objects.requireNonNull(pid, "pid")
                .info()
                .map(ProcessInfo::ancestors)
                .orElse(List.of()));
        line.add(pid);
        return running().stream().filter(info -> line.contains(info.top())).findFirst();
    }

    /// Waits until all applications have been stopped, by [#stopAll(Duration)] or because one ended that the others
    /// cannot do without.
    ///
    /// @return why that one has ended; `normal` after [#stopAll(Duration)]
    public ExitReason awaitEnd() {
        return job(new ApplicationRpc.AwaitEnd());
    }
}
