package dev.skep.example.workerbee.lifecycle;

import dev.skep.application.Application;
import dev.skep.application.ApplicationStart;
import dev.skep.application.Config;
import dev.skep.application.Setting;
import dev.skep.example.workerbee.boundary.Ports;
import dev.skep.example.workerbee.data.ListenerRpc;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.workers.Database;
import dev.skep.example.workerbee.workers.Mailer;
import dev.skep.supervisor.Supervisor;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/// The service as an application: what it can be told, and what to start. In production,
/// `Application.run(new WorkerBee(mailer, System.out::println))` is all there is to `main`.
public final class WorkerBee implements Application {
    /// The name of the application, which begins the names of its settings elsewhere.
    public static final String NAME = "worker-bee";

    /// Where to listen; 0 for any free port.
    static final Setting<Integer> PORT = Setting.integer("http.port")
            .where(port -> port >= 0 && port <= 65_535, "from 0 to 65535")
            .orElse(8080);

    /// Where the users are. It may have a password in it.
    static final Setting<String> DATABASE = Setting.text("database.url")
            .where(url -> url.startsWith("jdbc:h2:") || url.startsWith("jdbc:postgresql:"), "that is a JDBC URL")
            .orElse(Database.IN_MEMORY)
            .secret();

    /// How many connections to the database there are.
    static final Setting<Integer> DATABASE_WORKERS = Setting.integer("database.workers")
            .where(count -> count >= 1 && count <= 100, "from 1 to 100")
            .orElse(4);

    private final Mailer mailer;
    private final Consumer<String> announce;
    private final boolean breakable;

    /// The service.
    ///
    /// @param mailer what sends welcome mails
    /// @param announce hears where it listens once it does
    public WorkerBee(Mailer mailer, Consumer<String> announce) {
        this(mailer, announce, false);
    }

    private WorkerBee(Mailer mailer, Consumer<String> announce, boolean breakable) {
        this.mailer = mailer;
        this.announce = announce;
        this.breakable = breakable;
    }

    /// The same, with servers that can be broken on purpose; many restarts are no reason to give up then.
    ///
    /// @return the service for the chaos
    WorkerBee breakable() {
        return new WorkerBee(mailer, announce, true);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(PORT, DATABASE, DATABASE_WORKERS);
    }

    @Override
    public Supervisor start(ApplicationStart start) throws SQLException, IOException {
        Config config = start.config();
        Database database = Database.at(config.get(DATABASE));
        database.createTables();
        int port = Ports.choose(config.get(PORT));
        return new Tree(database, mailer, config.get(DATABASE_WORKERS), breakable).root(port);
    }

    @Override
    public List<String> startPhases() {
        return List.of("announce");
    }

    @Override
    public void startPhase(String phase, ApplicationStart start) {
        announce.accept(NAME + " serves " + start.node().ref(Names.HTTP).call(new ListenerRpc.Address())
                + "/users, users in " + Database.at(start.config().get(DATABASE)));
    }
}
