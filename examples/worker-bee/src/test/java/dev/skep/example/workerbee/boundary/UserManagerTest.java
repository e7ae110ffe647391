package dev.skep.example.workerbee.boundary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.From;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.PendingCall;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.example.workerbee.data.DatabaseRpc;
import dev.skep.example.workerbee.data.Deleted;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.NewUser;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.data.UserPage;
import dev.skep.example.workerbee.data.UserRpc;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.registry.Registry;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserManagerTest {

    private static final int WORKERS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final User ADA = new User(1, "ada@example.org", "Ada");

    private final Queue<DatabaseRpc> asked = new ConcurrentLinkedQueue<>();
    private Node node;
    private DuplicateRegistry<String, Void, DatabaseRpc> workers;
    private ServerRef<UserRpc> users;

    @BeforeEach
    void startManager() {
        node = new VirtualClock().install(Node.builder("hive")).start(); // nobody is late
        workers = node.start(Registry.duplicate(Names.WORKERS).listener(Names.USERS));
        users = node.start(GenServer.spec(UserManager::new).named(Names.USERS));
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    /// What a database worker does with a message.
    private interface Behaviour {
        void before(DatabaseRpc message) throws Exception;
    }

    /// A database worker without a database.
    private final class Worker implements GenServer<String, DatabaseRpc> {
        private final Behaviour behaviour;

        Worker(Behaviour behaviour) {
            this.behaviour = behaviour;
        }

        @Override
        public String init(Self<DatabaseRpc> self) {
            workers.register(self, Names.DATABASE);
            return "no state";
        }

        @Override
        public Next<String> handle(DatabaseRpc message, From from, String state) throws Exception {
            asked.add(message);
            behaviour.before(message);
            return switch (message) {
                case DatabaseRpc.Insert m -> m.reply(Result.ok(ADA));
                case DatabaseRpc.Select m -> m.reply(Result.ok(ADA));
                case DatabaseRpc.SelectPage m -> m.reply(Result.ok(new UserPage(List.of(ADA), OptionalLong.empty())));
                case DatabaseRpc.Update m -> m.reply(Result.err(new UserError.NotFound(m.id())));
                case DatabaseRpc.Remove m -> m.reply(Result.ok(new Deleted(m.id())));
            };
        }
    }

    private void startWorkers(Behaviour behaviour) {
        Supervisor pool = Supervisor.oneForOne().intensity(100, Duration.ofSeconds(1));
        for (Name<DatabaseRpc> name : Names.databases(WORKERS)) {
            pool = pool.child(ChildSpec.server(name, () -> new Worker(behaviour)));
        }
        var _ = node.start(pool);
    }

    @Test
    void handsCheckedWorkToADatabaseWorker() {
        startWorkers(_ -> {});

        assertThat(users.call(new UserRpc.Create(" Ada@example.org", Optional.of("Ada "), "k")))
                .isEqualTo(Result.ok(ADA));
        assertThat(users.call(new UserRpc.Find(1))).isEqualTo(Result.ok(ADA));
        assertThat(users.call(new UserRpc.ListUsers(0, 10)).isOk()).isTrue();
        assertThat(users.call(new UserRpc.Rename(7, "Ada"))).isEqualTo(Result.err(new UserError.NotFound(7)));
        assertThat(users.call(new UserRpc.Delete(1))).isEqualTo(Result.ok(new Deleted(1)));

        assertThat(asked)
                .containsExactly(
                        new DatabaseRpc.Insert(new NewUser("ada@example.org", "Ada", "k")),
                        new DatabaseRpc.Select(1),
                        new DatabaseRpc.SelectPage(0, 10),
                        new DatabaseRpc.Update(7, "Ada"),
                        new DatabaseRpc.Remove(1, false));
    }

    @Test
    void answersWhatMakesNoSenseWithoutAnyWorker() {
        assertThat(users.call(new UserRpc.Create("x", Optional.empty(), "k")).isOk())
                .isFalse();
        assertThat(users.call(new UserRpc.Rename(1, " ")).isOk()).isFalse();
        assertThat(users.call(new UserRpc.ListUsers(0, 0)).isOk()).isFalse();
    }

    @Test
    void doesNotWaitForAWorkerThatTakesItsTime() throws InterruptedException {
        var working = new CountDownLatch(2);
        var end = new CountDownLatch(1);
        startWorkers(message -> {
            if (message instanceof DatabaseRpc.Insert) {
                working.countDown();
                end.await();
            }
        });
        var create = new UserRpc.Create("ada@example.org", Optional.empty(), "k");

        PendingCall<Result<User, UserError>> first = users.request(create);
        PendingCall<Result<User, UserError>> second = users.request(create);
        working.await();

        assertThat(users.call(new UserRpc.Rename(1, " ")).isOk()).isFalse();
        end.countDown();
        assertThat(first.get(PATIENCE)).isEqualTo(Result.ok(ADA));
        assertThat(second.get(PATIENCE)).isEqualTo(Result.ok(ADA));
    }

    @Test
    void waitsUntilThereIsAWorker() {
        PendingCall<Result<User, UserError>> find = users.request(new UserRpc.Find(1));
        users.call(new UserRpc.Rename(1, " ")); // it has handled the question by now

        startWorkers(_ -> {});

        assertThat(find.get(PATIENCE)).isEqualTo(Result.ok(ADA));
    }

    @Test
    void givesTheWorkOfAWorkerThatDiesToAnother() {
        startWorkers(_ -> {
            if (asked.size() == 1) {
                throw new IllegalStateException("the first one dies");
            }
        });

        assertThat(users.call(new UserRpc.Find(1))).isEqualTo(Result.ok(ADA));
        assertThat(asked).containsExactly(new DatabaseRpc.Select(1), new DatabaseRpc.Select(1));
    }

    @Test
    void tellsTheSecondWorkerThatTheFirstMayHaveDeletedTheUser() {
        startWorkers(_ -> {
            if (asked.size() == 1) {
                throw new IllegalStateException("the first one dies");
            }
        });

        assertThat(users.call(new UserRpc.Delete(1))).isEqualTo(Result.ok(new Deleted(1)));
        assertThat(asked).containsExactly(new DatabaseRpc.Remove(1, false), new DatabaseRpc.Remove(1, true));
    }

    @Test
    void givesUpWorkThatKillsItsWorkers() throws InterruptedException {
        var deaths = new CountDownLatch(3);
        startWorkers(message -> {
            if (message instanceof DatabaseRpc.Select) {
                deaths.countDown();
                throw new IllegalStateException("poison");
            }
        });

        PendingCall<Result<User, UserError>> find = users.request(new UserRpc.Find(1));
        deaths.await();

        assertThat(users.call(new UserRpc.Delete(1))).isEqualTo(Result.ok(new Deleted(1)));
        assertThat(asked)
                .filteredOn(message -> message instanceof DatabaseRpc.Select)
                .hasSize(3);
        assertThat(find.await(Duration.ZERO)).isEmpty();
    }
}
