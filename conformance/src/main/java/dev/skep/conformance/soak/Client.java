package dev.skep.conformance.soak;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.Timer;
import dev.skep.event.GenEventRef;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.registry.Entry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.task.Task;
import dev.skep.task.TaskException;
import dev.skep.task.TaskSupervisorRef;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/// A process that uses the city, one random operation after the other.
///
/// It knows which failures have a reason. Nothing is done to a spared server, so nothing may fail there. Others
/// crash, are killed, and shed messages; but nobody holds them up for so long that a patient call may time out.
final class Client {
    private static final Duration PATIENT = Duration.ofSeconds(60);
    private static final Duration HASTY = Duration.ofMillis(3);

    private final int number;
    private final City city;
    private final Ledger ledger;
    private final BooleanSupplier over;
    private final SplittableRandom random;
    private final Map<Integer, Long> sent = new HashMap<>();

    Client(int number, long seed, City city, Ledger ledger, BooleanSupplier over) {
        this.number = number;
        this.city = city;
        this.ledger = ledger;
        this.over = over;
        this.random = new SplittableRandom(seed * 1_000_003 + number);
    }

    /// What the process does, until all is over.
    void run(Receiver<Object> self) {
        while (!over.getAsBoolean()) {
            ledger.operations.increment();
            try {
                operate(self);
            } catch (ProcessExit told) {
                throw told;
            } catch (Throwable thrown) {
                ledger.wrong("client " + number + ": " + thrown);
            }
            Duration pause = Duration.ofMillis(random.nextInt(2, 12));
            while (self.receive(pause).isPresent()) {
                pause = Duration.ZERO;
            }
        }
    }

    private void operate(Receiver<Object> self) {
        Node node = self.node();
        int district = random.nextInt(city.districts);
        switch (random.nextInt(20)) {
            case 0, 1, 2 -> callSpared(node);
            case 3, 4, 5 -> castToSpared(node);
            case 6, 7 -> call(node.ref(server(district)), new WorkRpc.Echo(random.nextInt()), PATIENT);
            case 8 -> call(node.ref(server(district)), new WorkRpc.Retriable(random.nextInt()), PATIENT);
            case 9 -> call(node.ref(server(district)), new WorkRpc.Echo(random.nextInt()), HASTY);
            case 10 -> late(node.ref(server(district)));
            case 11 -> casts(node.ref(server(district)), random.nextInt(30) == 0 ? 500 : 3);
            case 12 -> door(node.ref(City.door(district)));
            case 13 -> events(GenEventRef.of(node, City.events(district)));
            case 14, 15 -> session(node);
            case 16 -> task(self);
            case 17 -> timers(self);
            case 18 -> children(self);
            default -> forgottenRequest(node.ref(server(district)));
        }
    }

    private Name<WorkRpc> server(int district) {
        return City.server(district, random.nextInt(City.SERVERS));
    }

    private void callSpared(Node node) {
        ServerRef<WorkRpc> spared = node.ref(City.spared(random.nextInt(City.SPARED)));
        long asked = random.nextLong();
        ledger.calls.increment();
        long answer = spared.call(new WorkRpc.Echo(asked), PATIENT); // what this throws is wrong
        if (answer != asked) {
            ledger.wrong("asked a spared server for " + asked + ", got " + answer);
        }
    }

    private void castToSpared(Node node) {
        int server = random.nextInt(City.SPARED);
        node.ref(City.spared(server)).cast(new WorkRpc.Numbered(number, sent.merge(server, 1L, Long::sum)));
    }

    private <P, R> void call(ServerRef<P> server, Call<P, R> message, Duration timeout) {
        ledger.calls.increment();
        try {
            R answer = server.call(message, timeout);
            boolean right = switch (message) {
                case WorkRpc.Echo(long asked) -> answer.equals(asked);
                case WorkRpc.Retriable(long asked) -> answer.equals(asked);
                case WorkRpc.Late(long asked, Duration _) -> answer.equals(asked);
                default -> true;
            };
            if (!right) {
                ledger.wrong(message + " was answered with " + answer);
            }
        } catch (CallException.Timeout late) {
            if (timeout.equals(PATIENT)) {
                ledger.wrong("nobody held it up: " + late);
            }
            ledger.expectedFailures.increment();
        } catch (CallException.ServerExited | CallException.NoProcess | CallException.Overloaded failed) {
            ledger.expectedFailures.increment();
        }
    }

    /// The answer comes after the caller has given up, or in time.
    private void late(ServerRef<WorkRpc> server) {
        Duration wait = Duration.ofMillis(random.nextInt(1, 20));
        call(server, new WorkRpc.Late(random.nextInt(), wait), random.nextBoolean() ? HASTY : PATIENT);
    }

    private void casts(ServerRef<WorkRpc> server, int messages) {
        try {
            for (int i = 0; i < messages; i++) {
                server.cast(new WorkRpc.Ping());
            }
        } catch (CallException.Overloaded full) {
            ledger.expectedFailures.increment();
        }
    }

    private void door(ServerRef<Door.Rpc> door) {
        if (random.nextBoolean()) {
            call(door, new Door.Rpc.Open(), PATIENT);
        } else {
            call(door, new Door.Rpc.IsOpen(), PATIENT);
        }
    }

    private void events(GenEventRef<Tally.Happened> events) {
        ledger.calls.increment();
        try {
            events.notify(new Tally.Happened(random.nextInt(50) == 0));
            if (events.call(Tally.ID, new Tally.Rpc.Total(), PATIENT) instanceof Result.Err) {
                events.addHandler(Tally.ID, Tally::new);
            }
        } catch (CallException.ServerExited | CallException.NoProcess failed) {
            ledger.expectedFailures.increment();
        }
    }

    private void session(Node node) {
        try {
            UniqueRegistry<Long, Void, WorkRpc> sessions = UniqueRegistry.of(node, City.BY_NUMBER);
            long one = random.nextLong(4_000);
            if (sessions.whereis(one).isEmpty()) {
                SimpleSupervisorRef<Session.Ticket, ServerRef<WorkRpc>> all =
                        SimpleSupervisorRef.of(node, City.SESSIONS);
                all.startChild(new Session.Ticket(
                        one, Duration.ofMillis(random.nextLong(50, city.longestSession.toMillis()))));
            } else {
                call(sessions.ref(one), new WorkRpc.Echo(one), PATIENT);
            }
            List<Entry<String, Void, WorkRpc>> topic =
                    DuplicateRegistry.of(node, City.BY_TOPIC).lookup("topic " + one % 10);
            if (!topic.isEmpty()) {
                topic.get(random.nextInt(topic.size())).ref().cast(new WorkRpc.Ping());
            }
        } catch (CallException.ServerExited | CallException.NoProcess failed) {
            ledger.expectedFailures.increment();
        } catch (IllegalStateException noRegistry) { // it is being restarted
            ledger.expectedFailures.increment();
        }
    }

    private void task(Receiver<Object> self) {
        Task<Integer> task;
        try {
            task = random.nextBoolean()
                    ? Task.asyncNolink(self.node(), this::work)
                    : TaskSupervisorRef.of(self.node(), City.TASKS).asyncNolink(this::work);
        } catch (CallException | TaskException.TooManyChildren noSupervisor) {
            ledger.expectedFailures.increment();
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> task.ignore();
            case 1 -> task.shutdown();
            default -> {
                try {
                    task.await(PATIENT);
                } catch (TaskException.Exited crashed) {
                    ledger.expectedFailures.increment();
                }
            }
        }
    }

    private int work() throws InterruptedException {
        Thread.sleep(1);
        if (System.nanoTime() % 5 == 0) {
            throw new Worker.Fault();
        }
        return 1;
    }

    private void timers(Receiver<Object> self) {
        Timer far = self.sendAfter(Duration.ofHours(1), "never");
        self.sendAfter(Duration.ofMillis(random.nextInt(50)), "soon");
        Timer often = self.timers().sendInterval(Duration.ofMillis(5), self.pid(), "often");
        self.receive(Duration.ofMillis(1));
        if (far.cancel().isEmpty()) {
            ledger.wrong("a timer for an hour was over at once");
        }
        often.cancel();
    }

    /// Processes that end by themselves, monitored, linked or killed.
    private void children(Receiver<Object> self) {
        Pid child = self.spawn((Receiver<Object> other) -> other.receive(Duration.ofMillis(20)));
        self.monitor(child);
        switch (random.nextInt(3)) {
            case 0 -> child.exit(ExitReason.kill());
            case 1 -> child.send("end");
            default -> {
                self.link(child);
                self.unlink(child);
            }
        }
    }

    private void forgottenRequest(ServerRef<WorkRpc> server) {
        try {
            server.request(new WorkRpc.Late(1, Duration.ofMillis(5)));
        } catch (CallException.Overloaded full) {
            ledger.expectedFailures.increment();
        }
    }
}
