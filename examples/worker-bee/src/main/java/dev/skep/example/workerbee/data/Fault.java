package dev.skep.example.workerbee.data;

import java.time.Duration;
import java.util.Locale;

/// Something bad that the chaos does to a server.
public enum Fault {
    /// Its code throws an exception.
    CRASH,
    /// It gets an exit signal that it cannot trap, whatever it is doing.
    KILL,
    /// A handler blocks for ever.
    STALL,
    /// A handler computes for ever.
    HOG,
    /// The connection to the database is cut under it.
    DATABASE,
    /// It gets far more messages than its mailbox holds.
    FLOOD,
    /// It is killed while a handler swallows interrupts.
    ZOMBIE;

    /// As the command line and the report have it.
    ///
    /// @return the name in lower case
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// One decision of the chaos.
    ///
    /// @param pause how long to wait first
    /// @param target the name of the server
    /// @param fault what to do to it
    public record Decision(Duration pause, String target, Fault fault) {}
}
