package dev.skep.example.workerbee.workers;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/// Runs work on a connection, each piece as one transaction.
final class Transactions implements AutoCloseable {
    /// The SQL standard's code for a violated unique constraint.
    private static final String UNIQUE_VIOLATION = "23505";

    private final Connection connection;

    Transactions(Connection connection) {
        this.connection = connection;
    }

    /// What is done in a transaction.
    ///
    /// @param <T> what it gives
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /// Runs the work and commits. If it throws, nothing has happened.
    <T> T run(Work<T> work) throws SQLException {
        try {
            T value = work.run(connection);
            connection.commit();
            return value;
        } catch (Throwable failure) {
            rollBack(failure);
            throw failure;
        }
    }

    private void rollBack(Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException broken) {
            failure.addSuppressed(broken); // the database rolls back what a lost connection leaves
        }
    }

    /// Runs the work and commits, unless a unique constraint stands against it; then nothing has happened.
    <T> Optional<T> runUnlessTaken(Work<T> work) throws SQLException {
        try {
            return Optional.of(run(work));
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
