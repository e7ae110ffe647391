package dev.skep.example.workerbee.lifecycle;

import dev.skep.HealthCheck;
import dev.skep.Mailbox;
import dev.skep.Name;
import dev.skep.Overflow;
import dev.skep.StartSpec;
import dev.skep.example.workerbee.boundary.HttpListener;
import dev.skep.example.workerbee.boundary.UserManager;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.workers.Breakable;
import dev.skep.example.workerbee.workers.BreakableMachine;
import dev.skep.example.workerbee.workers.DatabaseWorker;
import dev.skep.example.workerbee.workers.MailOutbox;
import dev.skep.example.workerbee.workers.Mailer;
import dev.skep.example.workerbee.workers.Storage;
import dev.skep.registry.Registry;
import dev.skep.server.GenServer;
import dev.skep.statem.GenStatem;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRpc;
import dev.skep.task.TaskSupervisor;
import java.time.Duration;
import java.util.function.Supplier;

/// The supervision tree:
///
/// ```
/// worker-bee            rest for one: what depends on something is started after it, and restarted with it
/// ├─ workers            the registry in which the manager finds the database workers
/// ├─ database           one for one: a worker's death is no business of the others
/// │  ├─ database-1
/// │  └─ ...
/// ├─ domain             one for one: the manager and the outbox know nothing of each other
/// │  ├─ users
/// │  ├─ mails           the tasks that send mails
/// │  └─ outbox
/// └─ http
/// ```
final class Tree {
    static final Name<SupervisorRpc> ROOT = Name.of("worker-bee");
    static final Name<SupervisorRpc> DATABASE = Name.of("database");
    static final Name<SupervisorRpc> DOMAIN = Name.of("domain");

    private static final Duration PERIOD = Duration.ofSeconds(10);

    /// What a service may need in bad times. More than that is no accident, and starting again does not help.
    private static final int RESTARTS = 5;

    /// No supervisor is to give up because of a chaos that breaks a server every third of a second.
    private static final int RESTARTS_IN_CHAOS = 1000;

    /// A worker may end the transaction that it is at; the listener, the requests.
    private static final Duration SHUTDOWN = Duration.ofSeconds(3);

    /// How a server is found out that blocks or computes for ever. Its restart takes a few times as long as it has been
    /// silent by then.
    private static final HealthCheck HEALTH =
            HealthCheck.every(Duration.ofSeconds(5)).timeout(Duration.ofSeconds(5));

    /// The chaos stalls a server every few seconds, and nobody wants to wait for it.
    private static final HealthCheck HEALTH_IN_CHAOS = HealthCheck.every(Duration.ofMillis(500))
            .timeout(Duration.ofMillis(500))
            .retryAfter(Duration.ofMillis(50))
            .failures(2);

    /// What may wait for the outbox, which gets no more than a few messages at a time unless something is wrong.
    private static final Mailbox OUTBOX_MAILBOX = Mailbox.bounded(1_000, Overflow.DROP_NEWEST);

    private final Storage storage;
    private final Mailer mailer;
    private final int databaseWorkers;
    private final boolean breakable;

    /// @param storage where the users are
    /// @param mailer what sends welcome mails
    /// @param databaseWorkers how many database workers there are, at least one
    /// @param breakable whether servers can be broken on purpose
    Tree(Storage storage, Mailer mailer, int databaseWorkers, boolean breakable) {
        this.storage = storage;
        this.mailer = mailer;
        this.databaseWorkers = databaseWorkers;
        this.breakable = breakable;
    }

    /// All of it.
    ///
    /// @param port where to listen, from 1
    Supervisor root(int port) {
        return withoutHttp().child(server(Names.HTTP, () -> new HttpListener(port)));
    }

    /// What can be called by name alone.
    Supervisor withoutHttp() {
        return limited(Supervisor.restForOne())
                .named(ROOT)
                .child(ChildSpec.of(
                        Names.WORKERS.text(), Registry.duplicate(Names.WORKERS).listener(Names.USERS)))
                .child(ChildSpec.supervisor(DATABASE.text(), database()))
                .child(ChildSpec.supervisor(DOMAIN.text(), domain()));
    }

    private Supervisor database() {
        return limited(Supervisor.oneForOne())
                .named(DATABASE)
                .children(Names.databases(databaseWorkers).stream()
                        .map(name -> server(name, () -> new DatabaseWorker(storage)))
                        .toList());
    }

    private Supervisor domain() {
        return limited(Supervisor.oneForOne())
                .named(DOMAIN)
                .child(server(Names.USERS, UserManager::new))
                .child(TaskSupervisor.named(Names.MAILS).child())
                .child(outbox());
    }

    private ChildSpec outbox() {
        Supplier<MailOutbox> outbox = () -> new MailOutbox(storage, mailer);
        return watched(
                Names.OUTBOX,
                GenStatem.spec(breakable ? BreakableMachine.of(outbox) : outbox)
                        .named(Names.OUTBOX)
                        .mailbox(OUTBOX_MAILBOX));
    }

    private <P> ChildSpec server(Name<P> name, Supplier<? extends GenServer<?, P>> factory) {
        return watched(
                name,
                GenServer.spec(breakable ? Breakable.of(factory) : factory).named(name));
    }

    private ChildSpec watched(Name<?> name, StartSpec<?> spec) {
        return ChildSpec.of(name.text(), spec).shutdown(SHUTDOWN).health(breakable ? HEALTH_IN_CHAOS : HEALTH);
    }

    private Supervisor limited(Supervisor supervisor) {
        return supervisor.intensity(breakable ? RESTARTS_IN_CHAOS : RESTARTS, PERIOD);
    }
}
