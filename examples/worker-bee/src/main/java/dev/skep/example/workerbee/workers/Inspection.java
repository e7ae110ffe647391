package dev.skep.example.workerbee.workers;

import dev.skep.example.workerbee.data.Stored;
import dev.skep.example.workerbee.data.User;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Looks into the database from outside, past the servers.
public final class Inspection {
    private Inspection() {}

    /// Reads all that one run of the demo has left.
    ///
    /// @param database where to look
    /// @param run the run
    /// @return what is there
    /// @throws SQLException if it cannot be read
    public static Stored of(Database database, String run) throws SQLException {
        String addresses = "bee-" + run + "-%";
        List<User> users = new ArrayList<>();
        Map<String, Long> creations = new HashMap<>();
        Map<Long, Integer> mails = new HashMap<>();
        try (Connection connection = database.connect()) {
            read(connection, "SELECT id, email, name FROM users WHERE email LIKE ?", addresses, row -> {
                users.add(new User(row.getLong(1), row.getString(2), row.getString(3)));
            });
            read(connection, "SELECT idempotency_key, user_id FROM creations WHERE email LIKE ?", addresses, row -> {
                creations.put(row.getString(1), row.getLong(2));
            });
            read(connection, "SELECT user_id FROM outbox WHERE recipient LIKE ?", addresses, row -> {
                mails.merge(row.getLong(1), 1, Integer::sum);
            });
            connection.rollback();
        }
        return new Stored(users, creations, mails);
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private static void read(Connection connection, String sql, String parameter, RowReader reader)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, parameter);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        }
    }
}
