package dev.skep;

/// Why a process has ended whose mailbox was full and says [Overflow#CRASH]: the value of its
/// [ExitReason.Because].
///
/// @param capacity how many messages the mailbox holds
public record MailboxOverflow(int capacity) {
    @Override
    public String toString() {
        return "its mailbox was full (capacity " + capacity + ")";
    }
}
