package dev.skep.example.workerbee.workers;

import dev.skep.example.workerbee.data.Mail;
import java.sql.SQLException;
import java.util.List;

/// The mails that were written with the users, as the outbox reaches them. Each method is one transaction, and blocks.
public interface MailStore extends AutoCloseable {
    /// The mails that have not been sent: those first that have been refused least often, the oldest of them first. So
    /// a mail that nobody takes holds up no other.
    ///
    /// @param limit how many at most
    /// @return the mails
    /// @throws SQLException if they cannot be read
    List<Mail> waiting(int limit) throws SQLException;

    /// Remembers what has become of mails.
    ///
    /// @param sent those that have been sent
    /// @param refused those that have not
    /// @throws SQLException if nobody knows whether it is remembered
    void mark(List<Mail> sent, List<Mail> refused) throws SQLException;

    /// How many mails have not been sent.
    ///
    /// @return how many
    /// @throws SQLException if they cannot be counted
    long countWaiting() throws SQLException;

    @Override
    void close() throws SQLException;
}
