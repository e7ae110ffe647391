package dev.skep.example.workerbee.data;

/// Why a request about users is refused: the outcomes that a caller is expected to deal with. Anything else that
/// goes wrong is a crash, and the supervisors' business.
public sealed interface UserError {
    /// The request makes no sense.
    ///
    /// @param field the part of the request at fault
    /// @param problem what is wrong with it, as a sentence for the caller
    record Invalid(String field, String problem) implements UserError {}

    /// There is no such user.
    ///
    /// @param id the id asked for
    record NotFound(long id) implements UserError {}

    /// Another user has that address.
    ///
    /// @param email the address
    record EmailTaken(String email) implements UserError {}

    /// The idempotency key names another creation than this one.
    ///
    /// @param key the key
    record KeyReused(String key) implements UserError {}
}
