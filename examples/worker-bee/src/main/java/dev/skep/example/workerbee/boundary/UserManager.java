package dev.skep.example.workerbee.boundary;

import dev.skep.Call;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Response;
import dev.skep.Result;
import dev.skep.Result.Err;
import dev.skep.Result.Ok;
import dev.skep.Self;
import dev.skep.example.workerbee.data.DatabaseRpc;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.data.UserRpc;
import dev.skep.example.workerbee.functions.Validation;
import dev.skep.registry.RegistryEvent;
import dev.skep.server.GenServer;

/// The server that everybody asks about users. It decides what needs no database, and hands the rest to the pool
/// of database workers: it never waits for one, so it is not the bottleneck. It listens to the registry of workers,
/// to hear of those that come.
public final class UserManager implements GenServer<Pool, UserRpc> {
    @Override
    public Pool init(Self<UserRpc> self) {
        return new Pool(self);
    }

    @Override
    public Next<Pool> handle(UserRpc message, From from, Pool pool) {
        return switch (message) {
            case UserRpc.Create m ->
                decide(m, Validation.newUser(m).map(user -> new DatabaseRpc.Insert(user)), from, pool);
            case UserRpc.Find m -> decide(m, Result.ok(new DatabaseRpc.Select(m.id())), from, pool);
            case UserRpc.ListUsers m ->
                decide(
                        m,
                        Validation.page(m).map(page -> new DatabaseRpc.SelectPage(page.after(), page.limit())),
                        from,
                        pool);
            case UserRpc.Rename m ->
                decide(m, Validation.name(m.name()).map(name -> new DatabaseRpc.Update(m.id(), name)), from, pool);
            case UserRpc.Delete m -> decide(m, Result.ok(new DatabaseRpc.Remove(m.id(), false)), from, pool);
        };
    }

    /// Answers a question that makes no sense, and hands on one that does. The compiler sees to it that the
    /// worker's answer is the one that the caller waits for.
    private static <T> Next<Pool> decide(
            Call<UserRpc, Result<T, UserError>> question,
            Result<? extends Call<DatabaseRpc, Result<T, UserError>>, UserError> work,
            From from,
            Pool pool) {
        return switch (work) {
            case Err(var error) -> question.reply(Result.err(error));
            case Ok(var job) -> {
                pool.submit(job, from);
                yield Next.noReply();
            }
        };
    }

    @Override
    public Next<Pool> info(Object message, Pool pool) {
        switch (message) {
            case Response(Pool.Job job, var outcome) -> pool.finished(job, outcome);
            case RegistryEvent.Registered _ -> pool.workerCame();
            case RegistryEvent.Unregistered _ -> {} // its jobs come back by themselves
            default -> {
                return Next.unhandled();
            }
        }
        return Next.noReply();
    }
}
