package dev.skep.example.workerbee.data;

import java.time.Duration;

/// Something bad that the chaos does to a server.
public enum Fault {
    /// Its code throws an exception.
    CRASH,
    /// It gets an exit signal that it cannot trap, whatever it is doing.
    KILL;

    /// One decision of the chaos.
    ///
    /// @param pause how long to wait first
    /// @param target the name of the server
    /// @param fault what to do to it
    public record Decision(Duration pause, String target, Fault fault) {}
}
