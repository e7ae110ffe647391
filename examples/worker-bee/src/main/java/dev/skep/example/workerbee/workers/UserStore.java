package dev.skep.example.workerbee.workers;

import dev.skep.Result;
import dev.skep.example.workerbee.data.Deleted;
import dev.skep.example.workerbee.data.NewUser;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.data.UserPage;
import java.sql.SQLException;

/// The users, as one worker reaches them. Each method is one transaction, and blocks; what it throws is no business
/// error.
public interface UserStore extends AutoCloseable {
    /// Creates a user, its welcome mail, and the memory of its idempotency key: all of them or none.
    ///
    /// @param user what to create
    /// @return the user that was created, now or earlier with the same key; or why there cannot be one
    /// @throws SQLException if nobody knows whether it was created
    Result<User, UserError> create(NewUser user) throws SQLException;

    /// Reads a user.
    ///
    /// @param id whose user
    /// @return the user, if there is one
    /// @throws SQLException if it cannot be read
    Result<User, UserError> find(long id) throws SQLException;

    /// Reads users in the order of their ids.
    ///
    /// @param after the id to begin after
    /// @param limit how many at most
    /// @return the users
    /// @throws SQLException if they cannot be read
    UserPage page(long after, int limit) throws SQLException;

    /// Gives a user another name.
    ///
    /// @param id whose user
    /// @param name the new name
    /// @return the user with that name, if there is one
    /// @throws SQLException if nobody knows whether it was renamed
    Result<User, UserError> rename(long id, String name) throws SQLException;

    /// Deletes a user.
    ///
    /// @param id whose user
    /// @param mayBeGone whether its absence is a success
    /// @return that it is gone; or that there was none
    /// @throws SQLException if nobody knows whether it was deleted
    Result<Deleted, UserError> delete(long id, boolean mayBeGone) throws SQLException;

    @Override
    void close() throws SQLException;
}
