package dev.skep.example.workerbee.data;

import dev.skep.Call;
import dev.skep.Result;

/// What the user manager asks of a database worker. Each is one transaction, and may be asked again when the
/// worker died before it answered: doing it twice leaves the database as doing it once.
public sealed interface DatabaseRpc {
    /// Creates a user, and writes its welcome mail into the outbox.
    ///
    /// @param user what to create
    record Insert(NewUser user) implements DatabaseRpc, Call<DatabaseRpc, Result<User, UserError>> {}

    /// Reads a user.
    ///
    /// @param id whose user
    record Select(long id) implements DatabaseRpc, Call<DatabaseRpc, Result<User, UserError>> {}

    /// Reads users in the order of their ids.
    ///
    /// @param after the id to begin after
    /// @param limit how many at most
    record SelectPage(long after, int limit) implements DatabaseRpc, Call<DatabaseRpc, Result<UserPage, UserError>> {}

    /// Gives a user another name.
    ///
    /// @param id whose user
    /// @param name the new name
    record Update(long id, String name) implements DatabaseRpc, Call<DatabaseRpc, Result<User, UserError>> {}

    /// Deletes a user.
    ///
    /// @param id whose user
    /// @param mayBeGone whether an earlier attempt may have deleted it already, so that its absence is a success
    record Remove(long id, boolean mayBeGone) implements DatabaseRpc, Call<DatabaseRpc, Result<Deleted, UserError>> {}
}
