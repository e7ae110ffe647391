package dev.skep.application;

import dev.skep.ApplicationReport;
import dev.skep.ApplicationReport.Context;
import dev.skep.CallException;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Monitor;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ReplyTo;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.Started;
import dev.skep.server.GenServer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keeps account of the applications of a node. Starting and stopping takes as long as the applications need, so a
/// process of its own does it, one such job after the other, while this one goes on answering. Erlang: the application
/// controller.
final class Controller implements GenServer<Controller.Account, ApplicationRpc> {
    private @Nullable Self<ApplicationRpc> self;

    /// An application that runs.
    ///
    /// @param info what is told of it
    /// @param master the process that it belongs to
    /// @param cleanUp what to do once its tree has ended, if that process is killed
    private record Entry(ApplicationInfo info, Pid master, Runnable cleanUp) {}

    /// Something to be done by a process of its own.
    ///
    /// @param work what to do
    /// @param outcome who waits for it, if anybody does
    /// @param end whether all is over once it is done, and why
    private record Job(
            Work work, Optional<ReplyTo<Result<List<String>, ApplicationError>>> outcome, Optional<ExitReason> end) {}

    private interface Work {
        Result<List<String>, ApplicationError> run(Labour labour);
    }

    /// What is known.
    static final class Account {
        private final LinkedHashMap<String, Entry> running = new LinkedHashMap<>();
        private final Map<Pid, String> byMaster = new LinkedHashMap<>();
        private final Map<String, ExitReason> ends = new LinkedHashMap<>();
        private final List<String> stopping = new ArrayList<>();
        private final ArrayDeque<Job> jobs = new ArrayDeque<>();
        private @Nullable Monitor worker;
        private @Nullable ExitReason ended;
        private final List<ReplyTo<ExitReason>> waiting = new ArrayList<>();
    }

    @Override
    public Account init(Self<ApplicationRpc> process) {
        self = process;
        return new Account();
    }

    private Self<ApplicationRpc> self() {
        return Objects.requireNonNull(self);
    }

    @Override
    public Next<Account> handle(ApplicationRpc message, From from, Account account) {
        return switch (message) {
            case ApplicationRpc.Start m ->
                later(account, new Job(labour -> labour.start(m), Optional.of(m.replyTo(from)), Optional.empty()));
            case ApplicationRpc.Stop m ->
                later(
                        account,
                        new Job(labour -> labour.stop(m.name()), Optional.of(m.replyTo(from)), Optional.empty()));
            case ApplicationRpc.StopAll m ->
                later(
                        account,
                        new Job(Labour::stopAll, Optional.of(m.replyTo(from)), Optional.of(ExitReason.normal())));
            case ApplicationRpc.Running m -> m.reply(infos(account));
            case ApplicationRpc.AwaitEnd m -> {
                if (account.ended != null) {
                    yield m.reply(account.ended);
                }
                account.waiting.add(m.replyTo(from));
                yield Next.noReply();
            }
            case ApplicationRpc.Runs m -> {
                account.running.put(m.info().name(), new Entry(m.info(), m.master(), m.cleanUp()));
                account.byMaster.put(m.master(), m.info().name());
                self().monitor(m.master());
                report(m.info().name(), Context.STARTED, Optional.empty());
                yield m.reply(true);
            }
            case ApplicationRpc.Stopping m -> {
                Entry entry = account.running.get(m.name());
                if (entry != null) {
                    account.stopping.add(m.name());
                }
                yield m.reply(Optional.ofNullable(entry).map(Entry::master));
            }
            case ApplicationRpc.Ended m -> {
                String name = account.byMaster.get(m.master());
                if (name != null) {
                    account.ends.put(name, m.reason());
                }
                yield Next.noReply();
            }
            case ApplicationRpc.Done m -> done(account, m.outcome());
        };
    }

    private static List<ApplicationInfo> infos(Account account) {
        return List.copyOf(account.running.values()).reversed().stream()
                .map(Entry::info)
                .toList();
    }

    // ---- Jobs ----------------------------------------------------------------------------------------------------

    private Next<Account> later(Account account, Job job) {
        account.jobs.add(job);
        begin(account);
        return Next.noReply();
    }

    private void begin(Account account) {
        Job job = account.jobs.peek();
        if (account.worker == null && job != null) {
            Labour labour = new Labour(self().node(), self().ref());
            account.worker = self().spawnMonitor(_ -> labour.finish(job.work().run(labour)));
        }
    }

    private Next<Account> done(Account account, Result<List<String>, ApplicationError> outcome) {
        Monitor worker = account.worker;
        if (worker != null) {
            self().demonitorAndFlush(worker);
            account.worker = null;
        }
        Job job = account.jobs.poll();
        if (job != null) {
            job.outcome().ifPresent(caller -> caller.reply(outcome));
            job.end().ifPresent(why -> end(account, why));
        }
        begin(account);
        return Next.noReply();
    }

    private static void end(Account account, ExitReason why) {
        if (account.ended == null) {
            account.ended = why;
        }
        ExitReason first = account.ended;
        account.waiting.forEach(caller -> caller.reply(first));
        account.waiting.clear();
    }

    // ---- Applications that end -----------------------------------------------------------------------------------

    @Override
    public Next<Account> info(Object message, Account account) {
        if (!(message instanceof Down down)) {
            return Next.unhandled();
        }
        if (down.monitor() == account.worker) {
            account.worker = null;
            return done(account, Result.err(new ApplicationError.Failed("(a job)", down.reason())));
        }
        String name = account.byMaster.remove(down.pid());
        if (name != null) {
            ended(account, Objects.requireNonNull(account.running.remove(name)), down.reason());
        }
        return Next.noReply();
    }

    private void ended(Account account, Entry entry, ExitReason reason) {
        String name = entry.info().name();
        ExitReason byItself = account.ends.remove(name);
        boolean asked = account.stopping.remove(name);
        boolean ordered = asked || (byItself == null && reason.isOrderly()); // or the whole node ends
        ExitReason why = byItself == null ? reason : byItself;
        report(name, ordered ? Context.STOPPED : Context.ENDED, ordered ? Optional.empty() : Optional.of(why));
        if (reason instanceof ExitReason.Killed) {
            later(account, new Job(labour -> labour.cleanUpAfter(entry), Optional.empty(), Optional.empty()));
        }
        if (ordered) {
            return;
        }
        boolean fatal = switch (entry.info().type()) {
            case PERMANENT -> true;
            case TRANSIENT -> !(why instanceof ExitReason.Normal);
            case TEMPORARY -> false;
        };
        if (fatal) {
            later(account, new Job(Labour::stopAll, Optional.empty(), Optional.of(why)));
        }
    }

    private void report(String application, Context context, Optional<ExitReason> reason) {
        self().node().report(new ApplicationReport(self().pid(), application, context, reason));
    }

    /// Starts and stops applications, in a process of its own.
    ///
    /// @param node where
    /// @param controller who keeps account
    private record Labour(Node node, ServerRef<ApplicationRpc> controller) {
        void finish(Result<List<String>, ApplicationError> outcome) {
            controller.cast(new ApplicationRpc.Done(outcome));
        }

        Result<List<String>, ApplicationError> start(ApplicationRpc.Start request) {
            List<String> started = new ArrayList<>();
            for (ApplicationRpc.Plan plan : request.plans()) {
                String name = plan.application().name();
                if (isRunning(name)) {
                    if (request.tolerant()) {
                        continue;
                    }
                    return Result.err(new ApplicationError.AlreadyStarted(name));
                }
                Optional<ApplicationError> error = start(plan);
                if (error.isPresent()) {
                    started.reversed().forEach(this::stop);
                    return Result.err(error.get());
                }
                started.add(name);
            }
            return Result.ok(List.copyOf(started));
        }

        private Optional<ApplicationError> start(ApplicationRpc.Plan plan) {
            String name = plan.application().name();
            for (Application dependency : plan.application().dependencies()) {
                if (!isRunning(dependency.name())) {
                    return Optional.of(new ApplicationError.DependencyNotStarted(name, dependency.name()));
                }
            }
            try {
                plan.start().config().check(plan.application().settings());
            } catch (ConfigException wrong) {
                wrong.setStackTrace(new StackTraceElement[0]); // it says everything
                return failed(name, ExitReason.crashed(wrong));
            } catch (Exception thrown) {
                return failed(name, ExitReason.crashed(thrown));
            }
            return switch (node.tryStart(Master.spec(plan, controller))) {
                case Started.Running<Pid> _ -> Optional.empty();
                case Started.Failed<Pid>(String _, ExitReason reason) -> failed(name, reason);
                case Started.Ignored<Pid> _ ->
                    Optional.of(new ApplicationError.Failed(name, ExitReason.because("ignored")));
                case Started.AlreadyStarted<Pid> _ -> Optional.of(new ApplicationError.AlreadyStarted(name));
            };
        }

        private Optional<ApplicationError> failed(String name, ExitReason reason) {
            node.report(new ApplicationReport(
                    controller.pid().orElseThrow(), name, Context.START_FAILED, Optional.of(reason)));
            return Optional.of(new ApplicationError.Failed(name, reason));
        }

        private boolean isRunning(String name) {
            return running().contains(name);
        }

        private List<String> running() {
            return controller.call(new ApplicationRpc.Running(), ServerRef.FOREVER).stream()
                    .map(ApplicationInfo::name)
                    .toList();
        }

        Result<List<String>, ApplicationError> stop(String name) {
            Optional<Pid> master = controller.call(new ApplicationRpc.Stopping(name), ServerRef.FOREVER);
            if (master.isEmpty()) {
                return Result.err(new ApplicationError.NotStarted(name));
            }
            try {
                ServerRef.of(master.get()).stop(ExitReason.shutdown(), ServerRef.FOREVER);
            } catch (CallException.NoProcess | CallException.ServerExited e) {
                return Result.ok(List.of(name)); // it has ended meanwhile, in another way
            }
            return Result.ok(List.of(name));
        }

        /// Does what the application's process would have done, had it not been killed.
        Result<List<String>, ApplicationError> cleanUpAfter(Entry killed) {
            killed.info().top().join(ServerRef.FOREVER);
            killed.cleanUp().run();
            return Result.ok(List.of());
        }

        Result<List<String>, ApplicationError> stopAll() {
            List<String> stopped = new ArrayList<>();
            for (String name : running()) {
                if (stop(name).isOk()) {
                    stopped.add(name);
                }
            }
            return Result.ok(List.copyOf(stopped));
        }
    }
}
