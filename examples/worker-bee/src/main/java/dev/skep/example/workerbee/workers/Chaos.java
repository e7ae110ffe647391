package dev.skep.example.workerbee.workers;

import dev.skep.Body;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.example.workerbee.data.Fault;
import dev.skep.example.workerbee.functions.ChaosPlan;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// A process that breaks servers, one after another, until it gets a message. It waits for each successor before
/// it breaks the next server.
public final class Chaos implements Body<Object> {
    /// How long a fault may take to have its effect, and a supervisor to repair it.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final long seed;
    private final List<String> targets;
    private final Restarts restarts;
    private final Measurements measurements;
    private final Consumer<String> news;

    /// A chaos.
    ///
    /// @param seed where its decisions come from
    /// @param targets the names of the servers to break, which are their ids in their supervisors as well
    /// @param restarts hears of the node's restarts
    /// @param measurements where it counts
    /// @param news gets a line about each fault
    public Chaos(long seed, List<String> targets, Restarts restarts, Measurements measurements, Consumer<String> news) {
        this.seed = seed;
        this.targets = List.copyOf(targets);
        this.restarts = restarts;
        this.measurements = measurements;
        this.news = news;
    }

    @Override
    public void run(Receiver<Object> self) throws InterruptedException {
        Iterator<Fault.Decision> decisions =
                ChaosPlan.decisions(seed, targets, List.of(Fault.values())).iterator();
        while (true) {
            Fault.Decision decision = decisions.next();
            if (self.receive(decision.pause()).isPresent()) {
                return;
            }
            Optional<Pid> victim = self.node().whereis(Name.of(decision.target()));
            if (victim.isPresent()) {
                inject(self, decision, victim.get());
            }
        }
    }

    private void inject(Receiver<Object> self, Fault.Decision decision, Pid victim) throws InterruptedException {
        Monitor monitor = self.monitor(victim);
        long begin = System.nanoTime();
        switch (decision.fault()) {
            case CRASH -> victim.send(Fault.CRASH);
            case KILL -> victim.exit(ExitReason.kill());
        }
        String what = decision.fault().name().toLowerCase(Locale.ROOT) + " " + decision.target() + ": ";
        Optional<Down> end = self.receive(Down.class, down -> down.monitor().equals(monitor), PATIENCE);
        if (end.isEmpty()) {
            self.demonitor(monitor);
            measurements.unrepaired();
            news.accept(what + "no effect within " + PATIENCE.toSeconds() + " s");
            return;
        }
        OptionalLong successor = restarts.awaitSuccessor(decision.target(), victim, PATIENCE);
        if (!isOurs(end.get().reason(), decision.fault())) {
            return; // it died of something else first
        }
        measurements.injected(decision.fault());
        if (successor.isEmpty()) {
            measurements.unrepaired();
            news.accept(what + "not restarted within " + PATIENCE.toSeconds() + " s");
            return;
        }
        Duration down = Duration.ofNanos(successor.getAsLong() - begin);
        measurements.recovered(down);
        news.accept(what + "back after " + down.toNanos() / 1000 + " µs");
    }

    private static boolean isOurs(ExitReason end, Fault fault) {
        return switch (fault) {
            case CRASH -> end instanceof ExitReason.Crashed(var cause) && cause instanceof Breakable.InjectedCrash;
            case KILL -> end instanceof ExitReason.Killed;
        };
    }
}
