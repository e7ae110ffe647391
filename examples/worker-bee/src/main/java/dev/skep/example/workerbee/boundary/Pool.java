package dev.skep.example.workerbee.boundary;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.From;
import dev.skep.Result;
import dev.skep.Result.Err;
import dev.skep.Result.Ok;
import dev.skep.Self;
import dev.skep.example.workerbee.data.DatabaseRpc;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.UserRpc;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.registry.Entry;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/// The user manager's view of the database workers: each job goes to the next of those that are there, and to another
/// when the first one dies over it. So a caller does not notice that workers are restarted.
///
/// What is under way is in the jobs themselves, which come back with the answers. If the manager dies, they are
/// lost with it, and its callers are told.
final class Pool {
    private static final System.Logger LOG = System.getLogger(Pool.class.getName());

    /// A job that kills its workers must not kill all of them.
    private static final int MOST_ATTEMPTS = 3;

    private final Self<UserRpc> self;
    private final DuplicateRegistry<String, Void, DatabaseRpc> workers;
    /// What has come while there was no worker.
    private final Queue<Job> waiting = new ArrayDeque<>();

    private int turn;

    Pool(Self<UserRpc> self) {
        this.self = self;
        this.workers = DuplicateRegistry.of(self.node(), Names.WORKERS);
    }

    /// Work for some worker.
    ///
    /// @param work what to ask it
    /// @param from who waits for the answer
    /// @param attempt 1 for the first
    record Job(Call<DatabaseRpc, ?> work, From from, int attempt) {
        /// The job once more, after a worker has died that may have done it.
        Job again() {
            Call<DatabaseRpc, ?> repeated =
                    work instanceof DatabaseRpc.Remove(long id, var _) ? new DatabaseRpc.Remove(id, true) : work;
            return new Job(repeated, from, attempt + 1);
        }
    }

    void submit(Call<DatabaseRpc, ?> work, From from) {
        submit(new Job(work, from, 1));
    }

    /// Hands a job to a worker, if anybody still waits for it.
    private void submit(Job job) {
        if (!job.from().awaitsReply()) {
            return;
        }
        List<Entry<String, Void, DatabaseRpc>> there = workers.lookup(Names.DATABASE);
        if (there.isEmpty()) {
            dropGivenUp();
            waiting.add(job);
        } else {
            turn = (turn + 1) % there.size();
            self.request(there.get(turn).ref(), job.work(), job);
        }
    }

    /// Without a worker for long, what nobody waits for any more must not pile up.
    private void dropGivenUp() {
        while (!waiting.isEmpty() && !waiting.element().from().awaitsReply()) {
            waiting.remove();
        }
    }

    /// A worker has come.
    void workerCame() {
        for (int left = waiting.size(); left > 0; left--) {
            submit(waiting.remove());
        }
    }

    /// A worker has answered, or has died. Then it is in the registry no more, and the job goes to another one.
    void finished(Job job, Result<Object, CallException> outcome) {
        switch (outcome) {
            case Ok(var answer) -> job.from().reply(answer);
            case Err(CallException.NoProcess _) -> submit(job); // it was dead before it could begin
            case Err(var _) when job.attempt() < MOST_ATTEMPTS -> submit(job.again());
            case Err(var failure) ->
                LOG.log(Level.WARNING, "giving up " + job.work() + " after " + job.attempt() + " attempts", failure);
        }
    }
}
