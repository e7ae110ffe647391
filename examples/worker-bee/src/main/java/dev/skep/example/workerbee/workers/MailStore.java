package dev.skep.example.workerbee.workers;

import dev.skep.example.workerbee.data.Mail;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The outbox's mails, through one connection.
final class MailStore implements AutoCloseable {
    private final Transactions transactions;

    /// @param connection is closed with the store
    MailStore(Connection connection) {
        this.transactions = new Transactions(connection);
    }

    /// The oldest mails that have not been sent.
    List<Mail> waiting(int limit) throws SQLException {
        return transactions.run(db -> {
            try (PreparedStatement select =
                    db.prepareStatement("SELECT id, recipient, body FROM outbox WHERE NOT sent ORDER BY id LIMIT ?")) {
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

    /// Remembers that mails have been sent.
    void markSent(List<Mail> mails) throws SQLException {
        transactions.run(db -> {
            try (PreparedStatement update = db.prepareStatement("UPDATE outbox SET sent = TRUE WHERE id = ?")) {
                for (Mail mail : mails) {
                    update.setLong(1, mail.id());
                    update.addBatch();
                }
                return update.executeBatch().length;
            }
        });
    }

    /// How many mails have not been sent.
    long countWaiting() throws SQLException {
        return transactions.run(db -> {
            try (PreparedStatement count = db.prepareStatement("SELECT COUNT(*) FROM outbox WHERE NOT sent");
                    ResultSet row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    @Override
    public void close() throws SQLException {
        transactions.close();
    }
}
