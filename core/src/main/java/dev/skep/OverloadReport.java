package dev.skep;

import java.util.Objects;

/// A process gets more messages than it handles, or has caught up. Found by the node's clock, which looks at
/// running processes every millisecond or so, so a peak that is over sooner goes unnoticed unless messages were
/// dropped.
///
/// @param pid the process
/// @param kind what has happened
/// @param waiting how many messages waited for it
/// @param mailbox its mailbox
/// @param dropped how many messages were dropped since the last report of that; zero for other kinds
public record OverloadReport(Pid pid, Kind kind, int waiting, Mailbox mailbox, long dropped) implements Report {
    /// What has happened.
    public enum Kind {
        /// More messages wait than its high-water mark says. Reported once, until it has recovered.
        OVERLOADED,
        /// For one second no more messages have been waiting than its low-water mark says.
        RECOVERED,
        /// Messages were dropped. Reported at most every ten seconds.
        DROPPED,
        /// It was told to end, since its mailbox was full.
        CRASHED
    }

    /// Checks the parts.
    public OverloadReport {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(mailbox, "mailbox");
    }

    @Override
    public String text() {
        String what = switch (kind) {
            case OVERLOADED -> " is overloaded: " + waiting + " messages wait for it";
            case RECOVERED -> " has caught up: " + waiting + " messages wait for it";
            case DROPPED ->
                " got more messages than its mailbox holds: " + dropped + " were dropped, " + waiting + " wait for it";
            case CRASHED -> " was told to end, since its mailbox was full";
        };
        return "process " + pid + what + " (mailbox: " + mailbox + ")";
    }
}
