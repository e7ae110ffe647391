package dev.skep.bench;

/// The command line makes no sense; the message says why, and what would.
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
