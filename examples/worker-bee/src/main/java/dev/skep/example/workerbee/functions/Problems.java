package dev.skep.example.workerbee.functions;

import dev.skep.example.workerbee.data.Problem;
import dev.skep.example.workerbee.data.UserError;
import java.util.Optional;

/// The problems that HTTP clients are told of.
public final class Problems {
    private Problems() {}

    /// A business error, as a problem.
    ///
    /// @param error the error
    /// @return a problem with a status from 400 to 499
    public static Problem of(UserError error) {
        return switch (error) {
            case UserError.Invalid(var field, var problem) ->
                new Problem(400, "Bad Request", field + " " + problem, Optional.of(field));
            case UserError.NotFound(var id) -> new Problem(404, "Not Found", "there is no user " + id);
            case UserError.EmailTaken(var email) ->
                new Problem(409, "Conflict", "another user has the address " + email, Optional.of("email"));
            case UserError.KeyReused(var key) ->
                new Problem(
                        409,
                        "Conflict",
                        "the key " + key + " was used to create another user",
                        Optional.of("Idempotency-Key"));
        };
    }

    /// A part of the request makes no sense.
    ///
    /// @param field the part
    /// @param problem what is wrong with it
    /// @return the problem
    public static Problem invalid(String field, String problem) {
        return of(new UserError.Invalid(field, problem));
    }

    /// The body is not what the service understands.
    ///
    /// @param detail what is wrong with it
    /// @return the problem
    public static Problem malformed(String detail) {
        return new Problem(400, "Bad Request", detail);
    }

    /// There is nothing under that path.
    ///
    /// @return the problem
    public static Problem unknownPath() {
        return new Problem(404, "Not Found", "there is nothing here; the users are under /users");
    }

    /// What is there cannot do that.
    ///
    /// @param method what was asked for
    /// @param allowed what can be asked for
    /// @return the problem
    public static Problem wrongMethod(String method, String allowed) {
        return new Problem(405, "Method Not Allowed", method + " is not possible here, only " + allowed);
    }

    /// The body is too long.
    ///
    /// @param most the longest that is read, in bytes
    /// @return the problem
    public static Problem tooLong(int most) {
        return new Problem(413, "Content Too Large", "the body must have at most " + most + " bytes");
    }

    /// The body is no JSON.
    ///
    /// @return the problem
    public static Problem wrongType() {
        return new Problem(415, "Unsupported Media Type", "the body must have Content-Type: application/json");
    }

    /// The service does not answer for the moment.
    ///
    /// @return the problem
    public static Problem unavailable() {
        return new Problem(
                503, "Service Unavailable", "the service is recovering from a failure; ask again, with the same key");
    }

    /// The service has a bug.
    ///
    /// @return the problem
    public static Problem broken() {
        return new Problem(500, "Internal Server Error", "the service failed; the failure has been logged");
    }

    /// A request that is refused before anybody has looked at what it asks for.
    ///
    /// @param status the HTTP status
    /// @param title the kind of problem
    /// @return the problem
    public static Problem refused(int status, String title) {
        return new Problem(status, title, "the server does not understand the request");
    }
}
