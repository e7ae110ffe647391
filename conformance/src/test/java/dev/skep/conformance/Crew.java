package dev.skep.conformance;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.StartSpec;
import dev.skep.Started;
import dev.skep.server.GenServer;
import dev.skep.server.ServerSpec;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.Testkit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// Workers for supervisors' tests, which do as they are told: start, or fail to; end, or refuse to. Their journal has
/// `+id` when a worker has started, `xid` and `~id` when its start has failed or was ignored, `-id` when it was shut
/// down, and `!id` when it has ended in another way.
public final class Crew implements AutoCloseable {
    /// Why workers end in most tests.
    public static final ExitReason ABNORMAL = ExitReason.because("died");

    /// What a worker can be told.
    public sealed interface WorkerRpc {
        /// Answers with its id.
        record Who() implements WorkerRpc, Call<WorkerRpc, String> {}

        /// Ends by itself.
        record End(ExitReason reason) implements WorkerRpc, Cast<WorkerRpc> {}

        /// Handles this message until another process has ended, whatever exit signals but a kill come meanwhile.
        record Hold(Pid until) implements WorkerRpc, Cast<WorkerRpc> {}

        /// Has no link to another process any more.
        record Unlink(Pid other) implements WorkerRpc, Cast<WorkerRpc> {}
    }

    private interface Plan {
        void run() throws Exception;
    }

    private final Testkit skep;
    private final List<Pid> started = new ArrayList<>();
    private final List<String> journal = new ArrayList<>();
    private final Map<String, Queue<Plan>> starts = new HashMap<>();
    private final Map<String, Queue<Plan>> ends = new HashMap<>();
    private final Set<String> broken = new HashSet<>();

    public Crew(Testkit skep) {
        this.skep = skep;
        skep.allowCrashes(crash -> crash.reason() instanceof ExitReason.Because);
    }

    // ---- Workers -------------------------------------------------------------------------------------------------

    /// How to start a worker.
    public ServerSpec<WorkerRpc> server(String id) {
        return GenServer.spec(() -> new Worker(id));
    }

    /// A worker as a permanent child.
    public ChildSpec child(String id) {
        return ChildSpec.of(id, server(id));
    }

    /// Workers as permanent children.
    public List<ChildSpec> children(String... ids) {
        return List.of(ids).stream().map(this::child).toList();
    }

    private final class Worker implements GenServer<String, WorkerRpc> {
        private final String id;
        private Self<WorkerRpc> self;

        Worker(String id) {
            this.id = id;
        }

        @Override
        public String init(Self<WorkerRpc> here) throws Exception {
            self = here;
            next(starts).run();
            if (isBroken()) {
                fail(ExitReason.because("no " + id));
            }
            note("+" + id);
            return id;
        }

        private boolean isBroken() {
            synchronized (Crew.this) {
                return broken.contains(id);
            }
        }

        private void fail(ExitReason reason) {
            note("x" + id);
            throw new ProcessExit(reason);
        }

        private Plan next(Map<String, Queue<Plan>> plans) {
            synchronized (Crew.this) {
                Plan next = plans.getOrDefault(id, new ArrayDeque<>()).poll();
                return next == null ? () -> {} : next;
            }
        }

        @Override
        public Next<String> handle(WorkerRpc message, From from, String state) {
            return switch (message) {
                case WorkerRpc.Who who -> who.reply(state);
                case WorkerRpc.End(ExitReason reason) -> Next.stop(reason);
                case WorkerRpc.Hold(Pid until) -> {
                    self.trapExit(true);
                    until.join(ServerRef.FOREVER);
                    yield Next.noReply();
                }
                case WorkerRpc.Unlink(Pid other) -> {
                    self.unlink(other);
                    yield Next.noReply();
                }
            };
        }

        @Override
        public void terminate(ExitReason reason, String state) throws Exception {
            next(ends).run();
            note((reason.equals(ExitReason.shutdown()) ? "-" : "!") + id);
        }
    }

    // ---- What they are going to do -------------------------------------------------------------------------------

    private synchronized void plan(Map<String, Queue<Plan>> plans, String id, Plan plan) {
        plans.computeIfAbsent(id, _ -> new ArrayDeque<>()).add(plan);
    }

    /// The next start of a worker fails.
    public void failNext(String id, ExitReason reason) {
        plan(starts, id, () -> {
            note("x" + id);
            throw new ProcessExit(reason);
        });
    }

    /// The next start of a worker is ignored.
    public void ignoreNext(String id) {
        plan(starts, id, () -> {
            note("~" + id);
            throw new StartException.Ignore();
        });
    }

    /// The next start of a worker takes until another process has ended.
    public void holdNext(String id, Pid until) {
        plan(starts, id, () -> until.join(ServerRef.FOREVER));
    }

    /// Every start of a worker fails, until it is repaired.
    public synchronized void breakDown(String id) {
        broken.add(id);
    }

    /// A worker can be started again.
    public synchronized void repair(String id) {
        broken.remove(id);
    }

    /// The next end of a worker takes until another process has ended.
    public void holdEnd(String id, Pid until) {
        plan(ends, id, () -> until.join(ServerRef.FOREVER));
    }

    /// A worker ends with a reason of its own when it is told to end.
    public void endWith(String id, ExitReason reason) {
        plan(ends, id, () -> {
            throw new ProcessExit(reason);
        });
    }

    // ---- What they have done -------------------------------------------------------------------------------------

    public synchronized void note(String event) {
        journal.add(event);
    }

    /// What has been noted since the last look.
    public synchronized List<String> takeJournal() {
        List<String> taken = List.copyOf(journal);
        journal.clear();
        return taken;
    }

    private synchronized boolean hasNoted(String event) {
        return journal.contains(event);
    }

    /// Waits until something has been noted since the last look.
    public void awaitNote(String event) {
        skep.await("the journal has " + event, () -> hasNoted(event));
    }

    // ---- Processes -----------------------------------------------------------------------------------------------

    /// Starts a process, such as a supervisor, whose parent is the test.
    public <R> R start(StartSpec<R> spec) {
        return switch (skep.node().tryStart(spec)) {
            case Started.Running<R>(Pid pid, R ref) -> {
                started.add(pid);
                yield ref;
            }
            case Started<R> failed -> failed.orElseThrow();
        };
    }

    /// The outcome of a start that has failed, and the exit signal that its parent got.
    public record Refusal<R>(Started<R> outcome, ExitReason signal) {}

    /// Tries to start a process from another one that is linked to it and traps exits, and waits for its end.
    public <R> Refusal<R> refusalOf(StartSpec<R> spec) {
        CompletableFuture<Refusal<R>> refusal = new CompletableFuture<>();
        skep.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            Started<R> outcome = self.startLink(spec);
            refusal.complete(new Refusal<>(outcome, self.receive(Exit.class).reason()));
        });
        skep.await("there is a refusal", refusal::isDone);
        return refusal.join();
    }

    /// Tells a process that the test has started to shut down, as its parent does, and waits until it has.
    public ExitReason shutDown(Pid pid) {
        pid.exit(ExitReason.shutdown());
        return skep.awaitEnd(pid);
    }

    /// Tells a supervisor to shut down, and waits until it has.
    public ExitReason shutDown(SupervisorRef supervisor) {
        return shutDown(supervisor.pid().orElseThrow());
    }

    /// Lets a worker end by itself, or kills it, and waits until it has ended. Its supervisor has been told by then.
    public void end(Pid worker, ExitReason reason) {
        if (reason instanceof ExitReason.Kill) {
            worker.exit(reason);
        } else {
            ServerRef.<WorkerRpc>of(worker).cast(new WorkerRpc.End(reason));
        }
        skep.awaitEnd(worker);
    }

    /// Lets a child end by itself, or kills it, and waits until its supervisor has dealt with that.
    public void end(SupervisorRef supervisor, String id, ExitReason reason) {
        end(pid(supervisor, id), reason);
        supervisor.countChildren();
    }

    /// Ends what the test has started.
    @Override
    public void close() {
        started.reversed().forEach(this::shutDown);
    }

    // ---- Supervisors ---------------------------------------------------------------------------------------------

    /// A supervisor by its pid.
    public static SupervisorRef ref(Pid supervisor) {
        return new SupervisorRef(ServerRef.of(supervisor));
    }

    /// A child, as its supervisor sees it.
    public static ChildInfo info(SupervisorRef supervisor, String id) {
        return supervisor.whichChildren().stream()
                .filter(child -> child.id().equals(id))
                .findAny()
                .orElseThrow();
    }

    /// A child's process.
    public static Pid pid(SupervisorRef supervisor, String id) {
        return info(supervisor, id).pid().orElseThrow();
    }

    /// Why a supervisor has refused something.
    public static ChildError errorOf(Result<?, ChildError> refused) {
        return switch (refused) {
            case Result.Ok<?, ChildError>(Object value) -> throw new AssertionError("it was not refused: " + value);
            case Result.Err<?, ChildError>(ChildError error) -> error;
        };
    }

    /// The children in the order of their starts, each with what it does: `a running`.
    public static List<String> states(SupervisorRef supervisor) {
        return states(supervisor.whichChildren());
    }

    /// Children, the last started first, in the order of their starts, each with what it does: `a running`.
    public static List<String> states(List<ChildInfo> children) {
        return children.reversed().stream()
                .map(child -> child.id() + " " + child.state().name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
