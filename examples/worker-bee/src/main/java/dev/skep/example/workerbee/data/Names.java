package dev.skep.example.workerbee.data;

import dev.skep.Name;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.task.TaskRpc;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The names of the servers. Whoever has a name can ask its bearer, whichever process that is by then.
public final class Names {
    /// The registry in which workers are found, by what they work on.
    public static final Name<DuplicateRegistry<String, Void, DatabaseRpc>> WORKERS = Name.of("workers");

    /// The key of the database workers.
    public static final String DATABASE = "database";

    /// The user manager.
    public static final Name<UserRpc> USERS = Name.of("users");

    /// The supervisor of the tasks that send mails.
    public static final Name<TaskRpc> MAILS = Name.of("mails");

    /// The mail outbox.
    public static final Name<OutboxRpc> OUTBOX = Name.of("outbox");

    /// The HTTP listener.
    public static final Name<ListenerRpc> HTTP = Name.of("http");

    private Names() {}

    /// The database workers. Who needs one does not look for a name, but in the registry.
    ///
    /// @param count how many there are
    /// @return their names, numbered from 1
    public static List<Name<DatabaseRpc>> databases(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> Name.<DatabaseRpc>of("database-" + number))
                .toList();
    }

    /// The servers that the chaos may break, by their names, which are their ids too.
    ///
    /// @param databaseWorkers how many database workers there are
    /// @return the names
    public static List<String> breakable(int databaseWorkers) {
        return Stream.concat(connected(databaseWorkers).stream(), Stream.of(USERS.text(), HTTP.text()))
                .toList();
    }

    /// Those of them that have a connection to the database.
    ///
    /// @param databaseWorkers how many database workers there are
    /// @return the names
    public static List<String> connected(int databaseWorkers) {
        return Stream.concat(databases(databaseWorkers).stream(), Stream.of(OUTBOX))
                .map(Name::text)
                .toList();
    }
}
