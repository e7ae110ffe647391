package dev.skep.example.workerbee.workers;

import dev.skep.example.workerbee.data.Mail;

/// Sends mails. The example sends none: it counts them, or logs them.
@FunctionalInterface
public interface Mailer {
    /// Sends a mail, possibly not for the first time. Blocks. What it throws crashes the outbox worker, which
    /// tries again once it is restarted.
    ///
    /// @param mail what to send
    void send(Mail mail);
}
