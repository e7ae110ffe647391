package dev.skep.example.workerbee.boundary;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Result;
import dev.skep.Result.Err;
import dev.skep.Result.Ok;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.example.workerbee.data.DatabaseRpc;
import dev.skep.example.workerbee.data.UserRpc;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;

/// The user manager's view of the database workers: each job goes to the next of them in turn, and to another
/// when the first one dies over it. So a caller does not notice that workers are restarted.
///
/// What is under way is in the jobs themselves, which come back with the answers. If the manager dies, they are
/// lost with it, and its callers are told.
final class Pool {
    private static final System.Logger LOG = System.getLogger(Pool.class.getName());

    /// A job that kills its workers must not kill all of them.
    private static final int MOST_ATTEMPTS = 3;

    /// For a worker that is being restarted.
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final Self<UserRpc> self;
    private final List<ServerRef<DatabaseRpc>> workers;
    private int next;

    Pool(Self<UserRpc> self, List<Name<DatabaseRpc>> workers) {
        this.self = self;
        this.workers = workers.stream().map(self.node()::ref).toList();
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
    void submit(Job job) {
        if (job.from().awaitsReply()) {
            ServerRef<DatabaseRpc> worker = workers.get(next);
            next = (next + 1) % workers.size();
            self.request(worker, job.work(), job);
        }
    }

    /// A worker has answered, or has died.
    void finished(Job job, Result<Object, CallException> outcome) {
        switch (outcome) {
            case Ok(var answer) -> job.from().reply(answer);
            case Err(CallException.NoProcess _) -> retry(job); // nobody was there to begin it
            case Err(var failure) -> {
                if (job.attempt() < MOST_ATTEMPTS) {
                    retry(job.again());
                } else {
                    LOG.log(
                            Level.WARNING,
                            "giving up " + job.work() + " after " + job.attempt() + " attempts",
                            failure);
                }
            }
        }
    }

    private void retry(Job job) {
        var _ = self.sendAfter(PAUSE, job);
    }
}
