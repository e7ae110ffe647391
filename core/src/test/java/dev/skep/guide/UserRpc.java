package dev.skep.guide;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.Result;

/// What callers may ask of the user manager.
public sealed interface UserRpc {
    record Create(String email) implements UserRpc, Call<UserRpc, Result<User, UserError>> {}

    record Find(long id) implements UserRpc, Call<UserRpc, Result<User, UserError>> {}

    record Touch(long id) implements UserRpc, Cast<UserRpc> {}
}
