package dev.skep.conformance.soak;

import dev.skep.ExitReason;
import dev.skep.HealthCheck;
import dev.skep.Mailbox;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Overflow;
import dev.skep.Receiver;
import dev.skep.event.EventRpc;
import dev.skep.event.GenEvent;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.server.GenServer;
import dev.skep.statem.GenStatem;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRpc;
import dev.skep.task.TaskRpc;
import dev.skep.task.TaskSupervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The processes of the soak.
///
/// - *Spared* servers, to which nothing is done: every call to them has to succeed, every message has to arrive.
/// - Districts, each a supervisor with servers of all mailboxes, a state machine, an event manager and a plain process.
///   The strategies take turns. Whoever crashes too often takes the district along.
/// - Sessions, that come and go under a simple supervisor and in two registries, with timers of their own.
/// - A supervisor of tasks.
final class City {
    static final Name<SupervisorRpc> SESSIONS = Name.of("sessions");
    static final Name<TaskRpc> TASKS = Name.of("tasks");
    static final Name<UniqueRegistry<Long, Void, WorkRpc>> BY_NUMBER = Name.of("by number");
    static final Name<DuplicateRegistry<String, Void, WorkRpc>> BY_TOPIC = Name.of("by topic");
    static final int SPARED = 16;
    static final int SERVERS = 6;
    private static final int OFTEN = 1_000_000;

    final int districts;
    final Duration longestSession;
    private final Ledger ledger;

    City(int districts, Duration longestSession, Ledger ledger) {
        this.districts = districts;
        this.longestSession = longestSession;
        this.ledger = ledger;
    }

    static Name<WorkRpc> spared(int number) {
        return Name.of("spared " + number);
    }

    static Name<WorkRpc> server(int district, int number) {
        return Name.of("server " + district + "." + number);
    }

    static Name<Door.Rpc> door(int district) {
        return Name.of("door " + district);
    }

    static Name<EventRpc<Tally.Happened>> events(int district) {
        return Name.of("events " + district);
    }

    static Name<Object> plain(int district) {
        return Name.of("plain " + district);
    }

    /// Starts all of it.
    void start(Node node) {
        Supervisor spared = Supervisor.oneForOne();
        for (int i = 0; i < SPARED; i++) {
            spared = spared.child(ChildSpec.server(spared(i), () -> new Worker(ledger, true)));
        }
        node.start(spared);
        node.start(Supervisor.restForOne()
                .intensity(OFTEN, Duration.ofSeconds(1))
                .child(ChildSpec.of("by number", Registry.unique(BY_NUMBER)))
                .child(ChildSpec.of("by topic", Registry.duplicate(BY_TOPIC)))
                .child(ChildSpec.of(
                        "sessions",
                        Supervisor.simpleOneForOne((Session.Ticket ticket) -> Session.spec(ticket, ledger))
                                .restart(Restart.TEMPORARY)
                                .named(SESSIONS)))
                .child(ChildSpec.of(TaskSupervisor.create().named(TASKS))));
        Supervisor all = Supervisor.oneForOne().intensity(OFTEN, Duration.ofSeconds(1));
        for (int i = 0; i < districts; i++) {
            all = all.child(ChildSpec.supervisor("district " + i, district(i)));
        }
        node.start(all);
    }

    private Supervisor district(int number) {
        Supervisor supervisor = switch (number % 3) {
            case 0 -> Supervisor.oneForOne();
            case 1 -> Supervisor.restForOne();
            default -> Supervisor.oneForAll();
        };
        return supervisor.intensity(5, Duration.ofSeconds(1)).children(children(number));
    }

    private List<ChildSpec> children(int district) {
        List<ChildSpec> children = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            ChildSpec child = ChildSpec.of(
                            "server " + i,
                            GenServer.spec(() -> new Worker(ledger, false))
                                    .named(server(district, i))
                                    .mailbox(mailbox(i)))
                    .shutdown(Duration.ofMillis(500));
            children.add(
                    i == 0
                            ? child.health(
                                    HealthCheck.every(Duration.ofSeconds(2)).timeout(Duration.ofSeconds(1)))
                            : child);
        }
        children.add(ChildSpec.of("door", GenStatem.spec(Door::new).named(door(district))));
        children.add(ChildSpec.of("events", GenEvent.<Tally.Happened>manager().named(events(district))));
        children.add(ChildSpec.process("plain", (Receiver<Object> self) -> {
            self.node().register(plain(district), self.pid());
            while (true) {
                if (self.receive() instanceof ExitReason reason) {
                    self.stop(reason);
                }
            }
        }));
        return children;
    }

    private static Mailbox mailbox(int server) {
        return switch (server) {
            case 1 -> Mailbox.bounded(64, Overflow.DROP_OLDEST);
            case 2 -> Mailbox.bounded(64, Overflow.DROP_NEWEST);
            case 3 -> Mailbox.bounded(64, Overflow.BLOCK).patience(Duration.ofMillis(200));
            case 4 -> Mailbox.bounded(256, Overflow.CRASH);
            default -> Mailbox.unbounded();
        };
    }
}
