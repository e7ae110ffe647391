package dev.skep.conformance.scenario;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.testkit.simulation.Simulation;
import dev.skep.testkit.simulation.SimulationFailure;
import dev.skep.testkit.simulation.Simulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a scenario runs on Skep: a node in a simulation, whose seed decides in which order things happen that may
/// happen in any. What is observed must not depend on it.
final class Stage {
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Simulation simulation;
    private final Node node;
    private final List<Entry> log = new ArrayList<>();
    private final Map<Pid, ExitReason> ends = new HashMap<>();
    private boolean advancing;

    /// What a process has written, or what was written about something.
    record Entry(int topic, String text) {}

    /// A scenario's code.
    interface Play {
        List<String> on(Stage stage) throws Exception;
    }

    private Stage(Simulation simulation) {
        this.simulation = simulation;
        this.node = simulation.startNode(
                Node.builder("skep").strict(false).listener(new NodeListener() {
                    @Override
                    public void exited(Pid pid, Optional<Name<?>> name, ExitReason reason) {
                        ends.put(pid, reason);
                    }
                }));
    }

    /// Runs a scenario. A failure of the run itself is an observation too, one that Erlang does not make.
    static List<String> run(long seed, Play play) {
        List<String> seen = new ArrayList<>();
        try {
            Simulator.create().run(seed, simulation -> seen.addAll(play.on(new Stage(simulation))));
        } catch (SimulationFailure failure) {
            seen.add("the run fails: " + failure.getMessage());
        }
        return List.copyOf(seen);
    }

    Node node() {
        return node;
    }

    /// Waits until nobody does anything.
    void settle() {
        simulation.settle();
    }

    /// Lets time pass, tick by tick.
    void advance(int ticks) throws InterruptedException {
        advancing = true;
        for (int i = 0; i < ticks; i++) {
            simulation.sleep(TICK);
            simulation.settle();
        }
        advancing = false;
    }

    /// Whether a process may start a timer of some ticks: not while time passes, since it would begin within a tick.
    boolean mayWait(int ticks) {
        return ticks == 0 || !advancing;
    }

    /// How long a timer of some ticks runs.
    static Duration time(int ticks) {
        return time(ticks, 3);
    }

    /// How long a timer of some ticks runs.
    ///
    /// @param phase from 1 to 5, in which part of a tick it is due
    static Duration time(int ticks, int phase) {
        return ticks == 0
                ? Duration.ZERO
                : TICK.multipliedBy(ticks).minus(TICK.multipliedBy(100 - 15L * phase).dividedBy(100));
    }

    /// How a process has ended, if it has.
    Optional<ExitReason> endOf(Pid pid) {
        return Optional.ofNullable(ends.get(pid));
    }

    void log(int topic, String text) {
        log.add(new Entry(topic, text));
    }

    /// What has been written since the last look.
    List<Entry> taken() {
        List<Entry> entries = List.copyOf(log);
        log.clear();
        return entries;
    }

    /// The same, sorted by topic.
    List<Entry> takenByTopic() {
        return taken().stream().sorted(Comparator.comparingInt(Entry::topic)).toList();
    }
}
