package dev.skep.example.workerbee.workers;

import dev.skep.From;
import dev.skep.Next;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.example.workerbee.data.DatabaseRpc;
import dev.skep.example.workerbee.data.Names;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.server.GenServer;
import java.sql.SQLException;

/// One of the pool: it owns a connection, and serves what the user manager asks of it, one transaction after
/// another. It is found in the registry from the moment that it has its connection until it ends.
///
/// It handles no error of the database: a broken connection, a full disk or a lock that is not to be had crashes
/// it, and its supervisor starts another, with a new connection.
public final class DatabaseWorker implements GenServer<UserStore, DatabaseRpc> {
    private final Storage storage;

    /// A worker.
    ///
    /// @param storage what it works on
    public DatabaseWorker(Storage storage) {
        this.storage = storage;
    }

    @Override
    public UserStore init(Self<DatabaseRpc> self) throws SQLException {
        UserStore users = storage.users(self);
        DuplicateRegistry.of(self.node(), Names.WORKERS).register(self, Names.DATABASE);
        return users;
    }

    @Override
    public Next<UserStore> handle(DatabaseRpc message, From from, UserStore users) throws SQLException {
        return switch (message) {
            case DatabaseRpc.Insert m -> m.reply(users.create(m.user()));
            case DatabaseRpc.Select m -> m.reply(users.find(m.id()));
            case DatabaseRpc.SelectPage m -> m.reply(Result.ok(users.page(m.after(), m.limit())));
            case DatabaseRpc.Update m -> m.reply(users.rename(m.id(), m.name()));
            case DatabaseRpc.Remove m -> m.reply(users.delete(m.id(), m.mayBeGone()));
        };
    }
}
