package dev.skep.example.workerbee.workers;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.example.workerbee.data.Deleted;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.data.UserRpc;
import java.time.Duration;
import java.util.Optional;

/// The service, reached by calls of the user manager.
final class CalledService implements UserService {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final ServerRef<UserRpc> users;

    CalledService(ServerRef<UserRpc> users) {
        this.users = users;
    }

    @Override
    public Result<User, UserError> create(String email, String name, String key) throws NoAnswer {
        return ask(new UserRpc.Create(email, Optional.of(name), key));
    }

    @Override
    public Result<User, UserError> find(long id) throws NoAnswer {
        return ask(new UserRpc.Find(id));
    }

    @Override
    public Result<User, UserError> rename(long id, String name) throws NoAnswer {
        return ask(new UserRpc.Rename(id, name));
    }

    @Override
    public Result<Deleted, UserError> delete(long id) throws NoAnswer {
        return ask(new UserRpc.Delete(id));
    }

    private <R> R ask(Call<UserRpc, R> question) throws NoAnswer {
        try {
            return users.call(question, TIMEOUT);
        } catch (CallException e) {
            throw new NoAnswer("no answer to " + question, e);
        }
    }
}
