package dev.skep.example.workerbee.lifecycle;

import dev.skep.example.workerbee.workers.Database;
import dev.skep.example.workerbee.workers.Mailer;

/// What the service needs to know to start.
///
/// @param database where the users are
/// @param mailer what sends welcome mails
/// @param port where to listen, from 1
/// @param databaseWorkers how many connections to the database there are, at least one
/// @param chaos whether servers can be broken on purpose; many restarts are no reason to give up then
public record Settings(Database database, Mailer mailer, int port, int databaseWorkers, boolean chaos) {
    private static final int DATABASE_WORKERS = 4;

    /// The usual service.
    ///
    /// @param database where the users are
    /// @param mailer what sends welcome mails
    /// @param port where to listen
    /// @return the settings
    public static Settings of(Database database, Mailer mailer, int port) {
        return new Settings(database, mailer, port, DATABASE_WORKERS, false);
    }

    /// The same with or without chaos.
    ///
    /// @param allowed whether servers can be broken on purpose
    /// @return the settings
    public Settings chaos(boolean allowed) {
        return new Settings(database, mailer, port, databaseWorkers, allowed);
    }
}
