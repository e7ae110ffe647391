package dev.skep.example.workerbee.lifecycle;

import dev.skep.HealthCheck;
import dev.skep.Mailbox;
import dev.skep.Name;
import dev.skep.Overflow;
import dev.skep.example.workerbee.boundary.HttpListener;
import dev.skep.example.workerbee.boundary.UserManager;
import dev.skep.example.workerbee.data.DatabaseRpc;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.workers.Breakable;
import dev.skep.example.workerbee.workers.DatabaseWorker;
import dev.skep.example.workerbee.workers.MailOutbox;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRpc;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The supervision tree:
///
/// ```
/// worker-bee            rest for one: what depends on something is started after it, and restarted with it
/// ├─ database           one for one: a worker's death is no business of the others
/// │  ├─ database-1
/// │  └─ ...
/// ├─ domain             one for one: the manager and the outbox know nothing of each other
/// │  ├─ users
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

    private final Settings settings;
    private final List<Name<DatabaseRpc>> databases;

    Tree(Settings settings) {
        this.settings = settings;
        this.databases = Names.databases(settings.databaseWorkers());
    }

    /// The names of the servers, which are their ids too.
    List<String> workers() {
        return Stream.concat(databases.stream(), Stream.of(Names.USERS, Names.OUTBOX, Names.HTTP))
                .map(Name::text)
                .toList();
    }

    /// The servers with a connection to the database.
    List<String> connected() {
        return Stream.concat(databases.stream(), Stream.of(Names.OUTBOX))
                .map(Name::text)
                .toList();
    }

    Supervisor root() {
        return limited(Supervisor.restForOne())
                .named(ROOT)
                .child(ChildSpec.supervisor(DATABASE.text(), database()))
                .child(ChildSpec.supervisor(DOMAIN.text(), domain()))
                .child(server(Names.HTTP, () -> new HttpListener(settings.port())));
    }

    private Supervisor database() {
        return limited(Supervisor.oneForOne())
                .named(DATABASE)
                .children(databases.stream()
                        .map(name -> server(name, () -> new DatabaseWorker(settings.database())))
                        .toList());
    }

    private Supervisor domain() {
        return limited(Supervisor.oneForOne())
                .named(DOMAIN)
                .child(server(Names.USERS, () -> new UserManager(databases)))
                .child(server(
                        Names.OUTBOX, () -> new MailOutbox(settings.database(), settings.mailer()), OUTBOX_MAILBOX));
    }

    private Supervisor limited(Supervisor supervisor) {
        return supervisor.intensity(settings.chaos() ? RESTARTS_IN_CHAOS : RESTARTS, PERIOD);
    }

    private <P> ChildSpec server(Name<P> name, Supplier<? extends GenServer<?, P>> factory) {
        return server(name, factory, Mailbox.unbounded());
    }

    private <P> ChildSpec server(Name<P> name, Supplier<? extends GenServer<?, P>> factory, Mailbox mailbox) {
        Supplier<? extends GenServer<?, P>> made = settings.chaos() ? Breakable.of(factory) : factory;
        return ChildSpec.of(name.text(), GenServer.spec(made).named(name).mailbox(mailbox))
                .shutdown(SHUTDOWN)
                .health(settings.chaos() ? HEALTH_IN_CHAOS : HEALTH);
    }
}
