package dev.skep.example.workerbee.workers;

import dev.skep.Result;
import dev.skep.example.workerbee.data.Deleted;
import dev.skep.example.workerbee.data.NewUser;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.data.UserPage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The users in a database, through one connection.
final class SqlUserStore implements UserStore, Severable {
    /// A creation that finds its place taken looks who took it. Only when that one has gone meanwhile is there
    /// anything left to try again.
    private static final int CREATION_ATTEMPTS = 3;

    private final Transactions transactions;

    /// @param connection is closed with the store
    SqlUserStore(Connection connection) {
        this.transactions = new Transactions(connection);
    }

    // ---- Creating ------------------------------------------------------------------------------------------------

    @Override
    public Result<User, UserError> create(NewUser user) throws SQLException {
        for (int attempt = 0; attempt < CREATION_ATTEMPTS; attempt++) {
            Optional<Result<User, UserError>> before = transactions.run(db -> earlierAnswer(db, user));
            if (before.isPresent()) {
                return before.get();
            }
            Optional<User> created = transactions.runUnlessTaken(db -> insert(db, user));
            if (created.isPresent()) {
                return Result.ok(created.get());
            }
        }
        throw new SQLException("the address or key of a new user is taken and free by turns; gave up after "
                + CREATION_ATTEMPTS + " attempts");
    }

    /// What a creation with this key was answered before, or why there cannot be one.
    ///
    /// The address is looked up before the key: each statement sees what has been committed by then, so whoever
    /// sees the user of another attempt sees its key as well.
    private static Optional<Result<User, UserError>> earlierAnswer(Connection db, NewUser user) throws SQLException {
        List<User> holders = query(db, "SELECT id, email, name FROM users WHERE email = ?", user.email());
        List<User> answers = query(
                db, "SELECT user_id, email, name FROM creations WHERE idempotency_key = ?", user.idempotencyKey());
        if (!answers.isEmpty()) {
            User answer = answers.getFirst();
            return Optional.of(
                    answer.equals(new User(answer.id(), user.email(), user.name()))
                            ? Result.ok(answer)
                            : Result.err(new UserError.KeyReused(user.idempotencyKey())));
        }
        return holders.isEmpty() ? Optional.empty() : Optional.of(Result.err(new UserError.EmailTaken(user.email())));
    }

    /// All in one transaction: a user without its key could be created twice, one without its mail never gets it.
    private static User insert(Connection db, NewUser user) throws SQLException {
        long id;
        try (PreparedStatement insert =
                db.prepareStatement("INSERT INTO users (email, name) VALUES (?, ?)", new String[] {"id"})) {
            set(insert, user.email(), user.name());
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                keys.next();
                id = keys.getLong(1);
            }
        }
        update(
                db,
                "INSERT INTO creations (idempotency_key, user_id, email, name) VALUES (?, ?, ?, ?)",
                user.idempotencyKey(),
                id,
                user.email(),
                user.name());
        update(
                db,
                "INSERT INTO outbox (user_id, recipient, body, sent) VALUES (?, ?, ?, FALSE)",
                id,
                user.email(),
                "Welcome to the hive, " + user.name() + "!");
        return new User(id, user.email(), user.name());
    }

    // ---- The rest ------------------------------------------------------------------------------------------------

    @Override
    public Result<User, UserError> find(long id) throws SQLException {
        return transactions.run(db -> select(db, id));
    }

    @Override
    public UserPage page(long after, int limit) throws SQLException {
        return transactions.run(db -> {
            String sql = "SELECT id, email, name FROM users WHERE id > ? ORDER BY id LIMIT ?";
            List<User> users = query(db, sql, after, limit + 1); // one more, to see whether that is all
            if (users.size() <= limit) {
                return new UserPage(users, OptionalLong.empty());
            }
            List<User> page = users.subList(0, limit);
            return new UserPage(page, OptionalLong.of(page.getLast().id()));
        });
    }

    @Override
    public Result<User, UserError> rename(long id, String name) throws SQLException {
        return transactions.run(db -> {
            update(db, "UPDATE users SET name = ? WHERE id = ?", name, id);
            return select(db, id);
        });
    }

    @Override
    public Result<Deleted, UserError> delete(long id, boolean mayBeGone) throws SQLException {
        return transactions.run(db -> update(db, "DELETE FROM users WHERE id = ?", id) > 0 || mayBeGone
                ? Result.ok(new Deleted(id))
                : Result.err(new UserError.NotFound(id)));
    }

    @Override
    public void sever() throws SQLException {
        transactions.close();
    }

    @Override
    public void close() throws SQLException {
        transactions.close();
    }

    // ---- SQL -----------------------------------------------------------------------------------------------------

    private static Result<User, UserError> select(Connection db, long id) throws SQLException {
        return query(db, "SELECT id, email, name FROM users WHERE id = ?", id).stream()
                .findFirst()
                .<Result<User, UserError>>map(Result::ok)
                .orElseGet(() -> Result.err(new UserError.NotFound(id)));
    }

    private static List<User> query(Connection db, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement select = db.prepareStatement(sql)) {
            set(select, parameters);
            try (ResultSet rows = select.executeQuery()) {
                List<User> users = new ArrayList<>();
                while (rows.next()) {
                    users.add(new User(rows.getLong(1), rows.getString(2), rows.getString(3)));
                }
                return users;
            }
        }
    }

    private static int update(Connection db, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement update = db.prepareStatement(sql)) {
            set(update, parameters);
            return update.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }
}
