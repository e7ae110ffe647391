package dev.skep.example.workerbee.data;

import dev.skep.Name;
import java.util.List;
import java.util.stream.IntStream;

/// The names of the servers. Whoever has a name can ask its bearer, whichever process that is by then.
public final class Names {
    /// The user manager.
    public static final Name<UserRpc> USERS = Name.of("users");

    /// The mail outbox.
    public static final Name<OutboxRpc> OUTBOX = Name.of("outbox");

    /// The HTTP listener.
    public static final Name<ListenerRpc> HTTP = Name.of("http");

    private Names() {}

    /// The database workers.
    ///
    /// @param count how many there are
    /// @return their names, numbered from 1
    public static List<Name<DatabaseRpc>> databases(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> Name.<DatabaseRpc>of("database-" + number))
                .toList();
    }
}
