package dev.skep.example.workerbee.lifecycle;

import dev.skep.Name;
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
                .child(server(Names.OUTBOX, () -> new MailOutbox(settings.database(), settings.mailer())));
    }

    private Supervisor limited(Supervisor supervisor) {
        return supervisor.intensity(settings.chaos() ? RESTARTS_IN_CHAOS : RESTARTS, PERIOD);
    }

    private <P> ChildSpec server(Name<P> name, Supplier<? extends GenServer<?, P>> factory) {
        return ChildSpec.server(name, settings.chaos() ? Breakable.of(factory) : factory)
                .shutdown(SHUTDOWN);
    }
}
