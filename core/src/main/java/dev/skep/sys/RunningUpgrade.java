package dev.skep.sys;

import dev.skep.CallException;
import dev.skep.CodeChange;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.SystemRequest;
import dev.skep.supervisor.ChildInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// One run of an [Upgrade].
///
/// What suspends and prepares is asked and waited for; what commits, rolls back and resumes is only sent, which
/// cannot fail: a process does it in the order of arrival, whatever becomes of this thread.
final class RunningUpgrade {
    private final Duration timeout;
    /// In the order of their suspension; whether this upgrade has suspended them.
    private final Map<Pid, Boolean> suspended = new LinkedHashMap<>();

    private final Map<Pid, Target> targets = new LinkedHashMap<>();

    /// A process that is to be changed.
    ///
    /// @param change what it is to go on with
    /// @param mayEnd whether it does not matter if it ends meanwhile
    private record Target(CodeChange change, boolean mayEnd) {}

    RunningUpgrade(Duration timeout) {
        this.timeout = timeout;
    }

    List<Pid> run(List<Upgrade.Step> steps) {
        boolean prepared = false;
        try {
            steps.forEach(this::suspend);
            List.copyOf(targets.keySet()).forEach(this::prepare);
            prepared = true;
        } finally {
            if (!prepared) {
                rollBack();
            }
        }
        return commit();
    }

    // ---- Suspend -------------------------------------------------------------------------------------------------

    private void suspend(Upgrade.Step step) {
        switch (step) {
            case Upgrade.Step.One(ServerRef<?> process, CodeChange change) -> {
                Pid pid = pidOf(process);
                suspend(pid, false);
                target(pid, new Target(change, false));
            }
            case Upgrade.Step.Children(var supervisor, var changes) -> {
                Pid pid = pidOf(supervisor);
                suspend(pid, false);
                for (ChildInfo child : childrenOf(pid).reversed()) {
                    Optional<Pid> running = child.pid();
                    if (running.isPresent()) {
                        Optional<CodeChange> change = changeOf(child, changes.apply(child));
                        if (change.isPresent() && suspend(running.get(), true)) {
                            target(running.get(), new Target(change.get(), true));
                        }
                    }
                }
            }
        }
    }

    private static Optional<CodeChange> changeOf(ChildInfo child, Optional<CodeChange> change) {
        return Objects.requireNonNull(change, () -> "the change of child " + child.id() + " is null");
    }

    private static Pid pidOf(ServerRef<?> process) {
        return process.pid()
                .orElseThrow(() -> new UpgradeException(
                        "nothing was changed: nobody has the name of " + process,
                        Optional.empty(),
                        new IllegalArgumentException("there is no process " + process)));
    }

    private void target(Pid pid, Target target) {
        if (targets.putIfAbsent(pid, target) != null) {
            throw new UpgradeException(
                    "nothing was changed: there are two changes for " + pid,
                    Optional.of(pid),
                    new IllegalArgumentException("two changes for " + pid));
        }
    }

    /// @return false if it has ended, and may
    private boolean suspend(Pid pid, boolean mayEnd) {
        if (suspended.containsKey(pid)) {
            return true;
        }
        try {
            suspended.put(pid, ask(pid, new SystemRequest.Suspend()));
            return true;
        } catch (CallException.NoProcess | CallException.ServerExited ended) {
            if (mayEnd) {
                return false;
            }
            throw failed("suspended", pid, ended);
        } catch (CallException | SysException failure) {
            throw failed("suspended", pid, failure);
        }
    }

    /// In the order of their starts.
    private List<ChildInfo> childrenOf(Pid supervisor) {
        try {
            return ask(
                    supervisor,
                    new SystemRequest.GetState<List<ChildInfo>>(state -> ((List<?>) state)
                            .stream().map(ChildInfo.class::cast).toList()));
        } catch (CallException | SysException failure) {
            throw failed("asked for its children", supervisor, failure);
        }
    }

    // ---- Prepare -------------------------------------------------------------------------------------------------

    private void prepare(Pid pid) {
        Target target = Objects.requireNonNull(targets.get(pid));
        try {
            ask(pid, new SystemRequest.PrepareChange(target.change));
        } catch (CallException.NoProcess | CallException.ServerExited ended) {
            if (!target.mayEnd) {
                throw failed("changed", pid, ended);
            }
            targets.remove(pid);
        } catch (SysException refused) {
            throw failed("changed", pid, Objects.requireNonNull(refused.getCause()));
        } catch (CallException failure) {
            throw failed("changed", pid, failure);
        }
    }

    private static UpgradeException failed(String what, Pid pid, Throwable cause) {
        return new UpgradeException(
                "nothing was changed: " + pid + " could not be " + what + ": " + cause, Optional.of(pid), cause);
    }

    // ---- Commit or roll back -------------------------------------------------------------------------------------

    private List<Pid> commit() {
        Map<Pid, PendingCall<Result<Boolean, Throwable>>> commits = new LinkedHashMap<>();
        targets.keySet().forEach(pid -> commits.put(pid, send(pid, new SystemRequest.CommitChange())));
        List<PendingCall<Result<Boolean, Throwable>>> resumed = resume();
        List<Pid> changed = new ArrayList<>();
        commits.forEach((pid, commit) -> {
            switch (outcome(commit)) {
                case Result.Ok<Result<Boolean, Throwable>, CallException>(
                        Result.Ok<Boolean, Throwable>(Boolean done)) -> {
                    if (done) {
                        changed.add(pid);
                    }
                }
                case Result.Ok<Result<Boolean, Throwable>, CallException>(Result.Err<Boolean, Throwable>(var thrown)) ->
                    throw new UpgradeException(
                            "the upgrade has been committed, but what changeCode of " + pid + " returned has failed: "
                                    + thrown,
                            Optional.of(pid),
                            thrown);
                case Result.Err<Result<Boolean, Throwable>, CallException> _ -> {} // it has ended meanwhile
            }
        });
        resumed.forEach(RunningUpgrade::outcome);
        return List.copyOf(changed);
    }

    /// The answer of a suspended process to what needs nobody else: it comes at once, or the process ends.
    private static <T> Result<T, CallException> outcome(PendingCall<T> pending) {
        return pending.await(ServerRef.FOREVER).orElseThrow();
    }

    private List<PendingCall<Result<Boolean, Throwable>>> resume() {
        List<PendingCall<Result<Boolean, Throwable>>> resumed = new ArrayList<>();
        for (Map.Entry<Pid, Boolean> entry : List.copyOf(suspended.entrySet()).reversed()) {
            if (entry.getValue()) {
                resumed.add(send(entry.getKey(), new SystemRequest.Resume()));
            }
        }
        return resumed;
    }

    private void rollBack() {
        targets.keySet().forEach(pid -> send(pid, new SystemRequest.DropChange()));
        resume();
    }

    // ---- Asking --------------------------------------------------------------------------------------------------

    private static <T> PendingCall<Result<T, Throwable>> send(Pid pid, SystemRequest<T> request) {
        return ServerRef.of(pid).system(request);
    }

    private <T> T ask(Pid pid, SystemRequest<T> request) {
        return Sys.of(pid).timeout(timeout).ask(request);
    }
}
