package dev.skep.example.workerbee.workers;

import dev.skep.Body;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.Unhealthy;
import dev.skep.example.workerbee.data.Fault;
import dev.skep.example.workerbee.functions.ChaosPlan;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A process that breaks servers, one after another, until it gets a message, and one at least. It waits for each
/// successor before it breaks the next server.
public final class Chaos implements Body<Object> {
    /// How long a fault may take to have its effect, and a supervisor to repair it.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// How long to wait before looking again for something that nobody announces.
    private static final Duration LOOK = Duration.ofMillis(2);

    /// How many messages a flood has: several times what the mailbox holds.
    private static final int FLOOD = 5_000;

    private final long seed;
    private final Map<Fault, List<String>> targets;
    private final Restarts restarts;
    private final Measurements measurements;
    private final Consumer<String> news;

    /// A chaos.
    ///
    /// @param seed where its decisions come from
    /// @param targets for each fault the names of the servers to break, which are their ids in their supervisors as
    ///     well
    /// @param restarts hears of the node's restarts
    /// @param measurements where it counts
    /// @param news gets a line about each fault
    public Chaos(
            long seed,
            Map<Fault, List<String>> targets,
            Restarts restarts,
            Measurements measurements,
            Consumer<String> news) {
        this.seed = seed;
        this.targets = Map.copyOf(targets);
        this.restarts = restarts;
        this.measurements = measurements;
        this.news = news;
    }

    @Override
    public void run(Receiver<Object> self) throws InterruptedException {
        Iterator<Fault.Decision> decisions = ChaosPlan.decisions(seed, targets).iterator();
        boolean told = false;
        while (true) {
            Fault.Decision decision = decisions.next();
            told |= self.receive(decision.pause()).isPresent();
            if (told && measurements.faults() > 0) { // on a busy machine the time may be up before the first one
                return;
            }
            Optional<Pid> victim = self.node().whereis(Name.of(decision.target()));
            if (victim.isPresent()) {
                Monitor monitor = self.monitor(victim.get());
                if (decision.fault() == Fault.FLOOD) {
                    flood(self, decision, victim.get(), monitor);
                } else {
                    inject(self, decision, victim.get(), monitor);
                }
                self.demonitorAndFlush(monitor);
            }
        }
    }

    private void inject(Receiver<Object> self, Fault.Decision decision, Pid victim, Monitor monitor)
            throws InterruptedException {
        Fault fault = decision.fault();
        long begin = System.nanoTime();
        switch (fault) {
            case CRASH, STALL, HOG, DATABASE, FLOOD -> victim.send(fault);
            case KILL -> victim.exit(ExitReason.kill());
            case ZOMBIE -> {
                victim.send(fault);
                if (await(self, monitor, () -> isAt(victim, fault)).isPresent()) {
                    return; // it died of something else first
                }
                victim.exit(ExitReason.kill());
            }
        }
        String what = fault.label() + " " + decision.target() + ": ";
        Optional<Down> end = self.receive(Down.class, down -> down.monitor().equals(monitor), PATIENCE);
        if (end.isEmpty()) {
            measurements.unrepaired();
            news.accept(what + "no effect within " + PATIENCE.toSeconds() + " s");
            return;
        }
        OptionalLong successor = restarts.awaitSuccessor(decision.target(), victim, PATIENCE);
        if (!isOurs(end.get().reason(), fault)) {
            return; // it died of something else first
        }
        measurements.injected(fault);
        if (successor.isEmpty()) {
            measurements.unrepaired();
            news.accept(what + "not restarted within " + PATIENCE.toSeconds() + " s");
            return;
        }
        Duration down = Duration.ofNanos(successor.getAsLong() - begin);
        measurements.recovered(fault, down);
        news.accept(what + "back after " + down.toNanos() / 1000 + " µs");
    }

    /// The server is at work again once it has got rid of what its mailbox has let in.
    private void flood(Receiver<Object> self, Fault.Decision decision, Pid victim, Monitor monitor) {
        long begin = System.nanoTime();
        for (int i = 0; i < FLOOD; i++) {
            victim.send(Fault.FLOOD);
        }
        Optional<Down> end = await(self, monitor, () -> waiting(victim) == 0);
        if (end.isPresent()) {
            return; // it died of something else meanwhile
        }
        measurements.injected(Fault.FLOOD);
        String what = Fault.FLOOD.label() + " " + decision.target() + ": ";
        if (waiting(victim) > FLOOD / 2) {
            measurements.unrepaired();
            news.accept(what + "still under water after " + PATIENCE.toSeconds() + " s");
            return;
        }
        Duration time = Duration.ofNanos(System.nanoTime() - begin);
        measurements.recovered(Fault.FLOOD, time);
        news.accept(what + "dry after " + time.toNanos() / 1000 + " µs");
    }

    /// Waits until something holds, or the victim ends, or patience does.
    ///
    /// @return the victim's end, if that came first
    private static Optional<Down> await(Receiver<Object> self, Monitor monitor, BooleanSupplier condition) {
        long begin = System.nanoTime();
        Optional<Down> end = Optional.empty();
        while (end.isEmpty() && !condition.getAsBoolean() && System.nanoTime() - begin < PATIENCE.toNanos()) {
            end = self.receive(Down.class, down -> down.monitor().equals(monitor), LOOK);
        }
        return end;
    }

    private static boolean isAt(Pid victim, Fault fault) {
        return victim.info()
                .flatMap(ProcessInfo::currentHandler)
                .filter(fault.getDeclaringClass().getName()::equals)
                .isPresent();
    }

    private static int waiting(Pid victim) {
        return victim.info().map(ProcessInfo::mailboxLength).orElse(0);
    }

    private static boolean isOurs(ExitReason end, Fault fault) {
        return switch (fault) {
            case CRASH -> end instanceof ExitReason.Crashed(var cause) && cause instanceof Breakage.InjectedCrash;
            case DATABASE -> end instanceof ExitReason.Crashed(var cause) && cause instanceof SQLException;
            case STALL, HOG -> end instanceof ExitReason.Because(var why) && why instanceof Unhealthy;
            case KILL, ZOMBIE -> end instanceof ExitReason.Killed;
            case FLOOD -> false;
        };
    }
}
