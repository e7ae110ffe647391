package dev.skep.example.workerbee.data;

import dev.skep.Call;
import dev.skep.IdempotentCall;
import dev.skep.Result;
import java.util.Optional;

/// What anybody may ask of the user manager. The values are as the client gave them: the manager checks them. What may
/// be done twice with the effect of doing it once is idempotent, and outlives the manager's restart; a deletion is not,
/// since its second answer would be another.
public sealed interface UserRpc {
    /// Creates a user, once for each idempotency key.
    ///
    /// @param email the address
    /// @param name what the user wants to be called; without it, the part of the address before the @
    /// @param idempotencyKey names this creation
    record Create(String email, Optional<String> name, String idempotencyKey)
            implements UserRpc, IdempotentCall<UserRpc, Result<User, UserError>> {}

    /// Finds a user.
    ///
    /// @param id whose user
    record Find(long id) implements UserRpc, IdempotentCall<UserRpc, Result<User, UserError>> {}

    /// Lists users in the order of their ids.
    ///
    /// @param after the id to begin after; 0 for the beginning
    /// @param limit how many at most
    record ListUsers(long after, int limit) implements UserRpc, IdempotentCall<UserRpc, Result<UserPage, UserError>> {}

    /// Gives a user another name.
    ///
    /// @param id whose user
    /// @param name the new name
    record Rename(long id, String name) implements UserRpc, IdempotentCall<UserRpc, Result<User, UserError>> {}

    /// Deletes a user.
    ///
    /// @param id whose user
    record Delete(long id) implements UserRpc, Call<UserRpc, Result<Deleted, UserError>> {}
}
