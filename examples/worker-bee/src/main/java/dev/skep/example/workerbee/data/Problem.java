package dev.skep.example.workerbee.data;

import java.util.Optional;

/// Why an HTTP request has failed, as RFC 9457 has it told to clients.
///
/// @param status the HTTP status
/// @param title the kind of problem, the same for each of its occurrences
/// @param detail what happened this time, as a sentence for the client
/// @param field the part of the request at fault, if there is one
public record Problem(int status, String title, String detail, Optional<String> field) {
    /// A problem of the request as a whole.
    ///
    /// @param status the HTTP status
    /// @param title the kind of problem
    /// @param detail what happened this time
    public Problem(int status, String title, String detail) {
        this(status, title, detail, Optional.empty());
    }
}
