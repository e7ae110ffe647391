package dev.skep.example.workerbee.workers;

import dev.skep.example.workerbee.data.Mail;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The outbox's mails in a database, through one connection.
final class SqlMailStore implements MailStore, Severable {
    private final Transactions transactions;

    /// @param connection is closed with the store
    SqlMailStore(Connection connection) {
        this.transactions = new Transactions(connection);
    }

    @Override
    public List<Mail> waiting(int limit) throws SQLException {
        return transactions.run(db -> {
            try (PreparedStatement select = db.prepareStatement(
                    "SELECT id, recipient, body FROM outbox WHERE NOT sent ORDER BY attempts, id LIMIT ?")) {
                select.setInt(1, limit);
                try (ResultSet rows = select.executeQuery()) {
                    List<Mail> mails = new ArrayList<>();
                    while (rows.next()) {
                        mails.add(new Mail(rows.getLong(1), rows.getString(2), rows.getString(3)));
                    }
                    return mails;
                }
            }
        });
    }

    @Override
    public void mark(List<Mail> sent, List<Mail> refused) throws SQLException {
        transactions.run(db -> {
            int marked = update(db, "UPDATE outbox SET sent = TRUE WHERE id = ?", sent);
            return marked + update(db, "UPDATE outbox SET attempts = attempts + 1 WHERE id = ?", refused);
        });
    }

    private static int update(Connection db, String sql, List<Mail> mails) throws SQLException {
        if (mails.isEmpty()) {
            return 0;
        }
        try (PreparedStatement update = db.prepareStatement(sql)) {
            for (Mail mail : mails) {
                update.setLong(1, mail.id());
                update.addBatch();
            }
            return update.executeBatch().length;
        }
    }

    @Override
    public long countWaiting() throws SQLException {
        return transactions.run(db -> {
            try (PreparedStatement count = db.prepareStatement("SELECT COUNT(*) FROM outbox WHERE NOT sent");
                    ResultSet row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    @Override
    public void sever() throws SQLException {
        transactions.close();
    }

    @Override
    public void close() throws SQLException {
        transactions.close();
    }
}
