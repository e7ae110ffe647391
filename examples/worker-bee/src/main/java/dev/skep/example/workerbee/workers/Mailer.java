package dev.skep.example.workerbee.workers;

import dev.skep.example.workerbee.data.Mail;
import java.io.IOException;

/// Sends mails. The example sends none: it counts them, or logs them.
@FunctionalInterface
public interface Mailer {
    /// Sends a mail, possibly not for the first time. Blocks. Runs in a task of its own, which has a time limit.
    ///
    /// @param mail what to send
    /// @throws IOException if the mail server does not take it; it is tried again later
    void send(Mail mail) throws IOException;
}
