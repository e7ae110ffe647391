package dev.skep.application;

import dev.skep.StartSpec;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// What belongs together: a supervision tree with its settings, started after what it depends on. Erlang: an
/// application, its resource file and its callback module in one.
///
/// ```java
/// final class Shop implements Application {
///     static final Setting<Integer> PORT = Setting.integer("http.port").orElse(8080);
///
///     @Override public String name() { return "shop"; }
///     @Override public List<Application> dependencies() { return List.of(new Warehouse()); }
///     @Override public List<Setting<?>> settings() { return List.of(PORT); }
///     @Override public StartSpec<?> start(ApplicationStart start) {
///         return Supervisor.oneForOne().child(ChildSpec.server(HTTP, () -> new Http(start.config().get(PORT))));
///     }
/// }
///
/// void main() {
///     Application.run(new Shop());
/// }
/// ```
///
/// ## Life cycle
/// | callback | when | what it throws |
/// |---|---|---|
/// | [#start(ApplicationStart)] | once all dependencies run and the settings are checked | fails the start |
/// | [#startPhase(String, ApplicationStart)] | for each phase, once the tree runs | ends the tree, fails the start |
/// | [#prepareToStop()] | before the tree is told to shut down | is reported |
/// | [#stop()] | once the tree has ended, for whatever reason, a kill included | is reported |
///
/// They run in a process that belongs to the application, one at a time, and may block.
public interface Application {
    /// The name, which is unique on a node, and the prefix of its settings.
    ///
    /// @return the name, not blank
    String name();

    /// The version, for listings.
    ///
    /// @return the version; that of the package of its class by default, `0` if there is none
    default String version() {
        String version = getClass().getPackage().getImplementationVersion();
        return version == null ? "0" : version;
    }

    /// What has to run before it starts, and until it has stopped. Two applications of one name are the same.
    ///
    /// @return the other applications; none by default
    default List<Application> dependencies() {
        return List.of();
    }

    /// The settings that are checked before it starts.
    ///
    /// @return the settings; none by default
    default List<Setting<?>> settings() {
        return List.of();
    }

    /// What to start: the top supervisor. Erlang: `start/2`.
    ///
    /// @param start the node, the settings and the type
    /// @return a [dev.skep.supervisor.Supervisor], mostly
    /// @throws Exception to fail the start
    StartSpec<?> start(ApplicationStart start) throws Exception;

    /// The phases of the start after the tree runs, in their order. Erlang: the key `start_phases`.
    ///
    /// @return their names; none by default
    default List<String> startPhases() {
        return List.of();
    }

    /// Does one phase of the start. Erlang: `start_phase/3`.
    ///
    /// @param phase its name
    /// @param start as in [#start(ApplicationStart)]
    /// @throws Exception to fail the start
    default void startPhase(String phase, ApplicationStart start) throws Exception {
        throw new UnsupportedOperationException(
                getClass().getName() + " has a start phase " + phase + " but does not override startPhase");
    }

    /// Prepares for the end, while the tree still runs. Not called when the tree has ended by itself.
    /// Erlang: `prep_stop/1`.
    ///
    /// @throws Exception to be reported
    default void prepareToStop() throws Exception {}

    /// Cleans up, once the tree has ended. Erlang: `stop/1`.
    ///
    /// @throws Exception to be reported
    default void stop() throws Exception {}

    /// How long the applications have to stop when the JVM is told to end, if this is the one that [#run(Application)]
    /// was given. What has not ended by then is killed.
    ///
    /// @return zero or more; 30 seconds by default
    default Duration stopTimeout() {
        return Duration.ofSeconds(30);
    }

    /// Runs an application and what it depends on until it ends, and ends the JVM then; for `main`. Blocks, and does
    /// not return.
    ///
    /// A node of the application's name is started, and the application on it as [ApplicationType#PERMANENT],
    /// with the settings of [Config#standard(String)]. When the JVM is told to end (Ctrl-C, SIGTERM), the
    /// applications are stopped in the reverse order of their start, and whatever has not ended within
    /// [#stopTimeout()] is killed.
    ///
    /// The exit status is 0 when the applications were stopped, or the one that ended by itself did so `normal`.
    /// It is 1 when one has ended for another reason or could not be started: then standard error says why. When
    /// the JVM was told to end, the status is that of the signal.
    ///
    /// @param application what to run
    static void run(Application application) {
        run(application, Config::standard);
    }

    /// The same, with settings from elsewhere too, such as the command line:
    /// `run(new Shop(), name -> Config.standard(name).with(PORT, arguments[0]))`.
    ///
    /// @param application what to run
    /// @param configs gives the settings of an application of that name
    static void run(Application application, Function<? super String, Config> configs) {
        System.exit(new Launcher(application, configs).run());
    }
}
