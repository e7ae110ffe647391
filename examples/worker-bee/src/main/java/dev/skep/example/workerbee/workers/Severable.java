package dev.skep.example.workerbee.workers;

import java.sql.SQLException;

/// Has a connection that can be cut, as a database that goes away does.
interface Severable {
    /// Cuts the connection. Whatever is tried with it after that fails.
    ///
    /// @throws SQLException if it cannot be cut
    void sever() throws SQLException;
}
