package dev.skep.example.workerbee.workers;

import dev.skep.Self;
import java.sql.SQLException;

/// Where users and mails are kept: what the workers need of a database, so that a simulation can do without one.
public interface Storage {
    /// Opens the users for a worker. It closes them when it ends; when it is killed, they are closed for it.
    ///
    /// @param owner the worker
    /// @return the users, for that worker alone
    /// @throws SQLException if they cannot be reached
    UserStore users(Self<?> owner) throws SQLException;

    /// Opens the mails for the outbox, in the same way.
    ///
    /// @param owner the outbox
    /// @return the mails, for that outbox alone
    /// @throws SQLException if they cannot be reached
    MailStore mails(Self<?> owner) throws SQLException;
}
