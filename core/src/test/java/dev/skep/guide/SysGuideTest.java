package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Incoming;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessSpec;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.SystemCallbacks;
import dev.skep.SystemEvent;
import dev.skep.SystemMessage;
import dev.skep.guide.UserRpc.Create;
import dev.skep.guide.UserRpc.Find;
import dev.skep.guide.UserRpc.Touch;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.sys.LogEntry;
import dev.skep.sys.Statistics;
import dev.skep.sys.Sys;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The examples of the chapter on debugging a live system.
class SysGuideTest {
    static final Name<UserRpc> USERS = Name.of("users");

    private final ManualClock clock = ManualClock.attentive();
    private final Node node = Node.builder("hive").clock(clock).start();
    private ServerRef<UserRpc> users;

    @BeforeEach
    void startUsers() {
        users = node.start(GenServer.spec(UserManager::new).named(USERS));
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aServerIsLookedInto() {
        users.call(new Create("ada@example.org"));
        users.cast(new Touch(1));

        Sys sys = Sys.of(node.ref(USERS)).timeout(Duration.ofSeconds(1));
        int touches = sys.state(Users.class, Users::touches);
        String all = sys.status().text();

        assertThat(touches).isEqualTo(1);
        assertThat(all).contains("UserManager", "is: running", "state: 1 users");

        sys.replaceState(Users.class, old -> {
            Users repaired = Users.open();
            old.find(1).map(user -> repaired.create(user.email()));
            return repaired;
        });

        assertThat(users.call(new Find(1)).isOk()).isTrue();
        assertThat(sys.state(Users.class, Users::touches)).isZero();
    }

    @Test
    void aServerIsTraced() {
        Sys sys = Sys.of(users);
        List<String> lines = new ArrayList<>();

        sys.startTrace(lines::add);
        users.call(new Create("ada@example.org"));
        users.cast(new Touch(1));
        sys.stopTrace();

        assertThat(lines)
                .containsExactly(
                        "*DBG* <hive.2 users> got call Create[email=ada@example.org] from a thread",
                        "*DBG* <hive.2 users> sent Ok[value=User[id=1, email=ada@example.org]] to a thread,"
                                + " new state 1 users",
                        "*DBG* <hive.2 users> got cast Touch[id=1]",
                        "*DBG* <hive.2 users> is done, new state 1 users");
    }

    @Test
    void aLogAndStatisticsAreKept() {
        Sys sys = Sys.of(users);

        sys.startLog(10);
        sys.startStatistics();
        users.call(new Find(7));
        for (LogEntry entry : sys.log()) {
            System.out.println(entry.text());
        }
        Statistics statistics = sys.statistics().orElseThrow();
        long unanswered = statistics.messagesIn() - statistics.messagesOut();
        sys.noDebug();

        assertThat(unanswered).isZero();
        assertThat(sys.log()).isEmpty();
    }

    @Test
    void aDebugFunctionWaitsForSomething() {
        List<String> found = new ArrayList<>();
        Sys sys = Sys.of(users);

        sys.install("first failure", 0, (calls, event, process) -> switch (event) {
            case SystemEvent.Called _ -> Optional.of(calls + 1);
            case SystemEvent.Answered(dev.skep.Result.Err<?, ?>(Object error), var to) -> {
                found.add("call " + calls + " failed: " + error + ", with "
                        + process.stateText().orElse("?"));
                yield Optional.empty(); // done: it is removed
            }
            default -> Optional.of(calls);
        });

        users.call(new Create("ada@example.org"));
        users.call(new Find(7));
        users.call(new Find(8));
        assertThat(sys.status().debug()).isEmpty();
        assertThat(found).containsExactly("call 2 failed: NOT_FOUND, with 1 users");
    }

    @Test
    void aServerIsSuspended() {
        Optional<User> found = clock.whilePassing(() -> suspendAndResume(Sys.of(users)));

        assertThat(found).isEmpty();
    }

    private Optional<User> suspendAndResume(Sys sys) {
        sys.suspend();
        users.cast(new Touch(1)); // waits
        try {
            users.call(new Find(1), Duration.ofMillis(10));
        } catch (CallException.Timeout expected) {
            // nobody has looked at it, and nobody will
        }
        sys.resume(); // the cast is handled now
        return users.call(new Find(1)).toOptional();
    }

    // ---- Plain processes -----------------------------------------------------------------------------------------

    record Deposit(long amount) {}

    @Test
    void aPlainProcessHandlesSystemMessages() {
        Pid account = node.spawn((Receiver<Object> self) -> {
            long balance = 0;
            while (true) {
                switch (self.receive()) {
                    case Deposit(long amount) -> balance += amount;
                    case SystemMessage message -> balance = self.handleSystem(message, balance);
                    default -> {} // not for this process
                }
            }
        });

        account.send(new Deposit(7));
        assertThat(Sys.of(account).state()).isEqualTo(7L);
        assertThat(Sys.of(account).replaceState(Long.class, balance -> balance + 1))
                .isEqualTo(8L);
    }

    record Alloc() implements dev.skep.Call<Object, Integer> {}

    static final class Channels implements SystemCallbacks {
        private final TreeSet<Integer> free = new TreeSet<>(List.of(1, 2, 3));

        void run(Receiver<Object> self) {
            while (true) {
                switch (self.receive()) {
                    case Incoming(Alloc alloc, var from) -> {
                        self.debug(() -> new SystemEvent.Called(alloc, from.pid()));
                        from.reply(free.pollFirst());
                    }
                    case SystemMessage message -> self.handleSystem(message, this);
                    default -> {}
                }
            }
        }

        @Override
        public Object state() {
            return List.copyOf(free);
        }
    }

    @Test
    void aSpecialProcessHasCallbacks() {
        ServerRef<Object> channels = ServerRef.of(node.spawn((Receiver<Object> self) -> new Channels().run(self)));
        assertThat(channels.call(new Alloc())).isEqualTo(1);
        assertThat(Sys.of(channels).state()).isEqualTo(List.of(2, 3));
    }

    // ---- Acknowledged starts -------------------------------------------------------------------------------------

    @Test
    void aPlainProcessAcknowledgesItsStart() {
        ProcessSpec<Object> listener = ProcessSpec.of((self, ack) -> {
            ServerSocket socket;
            try {
                socket = new ServerSocket(0);
            } catch (IOException e) {
                throw ack.fail(ExitReason.because("no socket: " + e.getMessage()), ExitReason.normal());
            }
            try (socket) {
                ack.ack(); // it listens: the start returns
                accept(socket, self);
            }
        });
        SupervisorRef sup = node.start(Supervisor.oneForOne()
                .child(ChildSpec.of("listener", listener.initTimeout(Duration.ofSeconds(10))))
                .child(ChildSpec.server("users of the listener", UserManager::new)));

        assertThat(sup.countChildren().active()).isEqualTo(2);
    }

    private static void accept(ServerSocket socket, Receiver<Object> self) {
        while (!socket.isClosed()) {
            self.receive();
        }
    }
}
