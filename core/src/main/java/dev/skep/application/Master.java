package dev.skep.application;

import dev.skep.Behaviour;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessInfo;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import dev.skep.Started;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The process that an application belongs to: it starts the tree, waits for its end, and runs the application's
/// callbacks. Erlang: the application master.
final class Master implements Behaviour {
    private final Self<Object> self;
    private final Application application;
    private final ApplicationStart start;
    private final ServerRef<ApplicationRpc> controller;
    private final LastWords lastWords;
    /// The topmost process of the tree; null once it has ended.
    private @Nullable Pid top;

    private Master(
            Self<Object> self, Application application, ApplicationStart start, ServerRef<ApplicationRpc> controller) {
        this.self = self;
        this.application = application;
        this.start = start;
        this.controller = controller;
        this.lastWords = new LastWords(application);
    }

    /// How to start an application; the reference is the process at the top of its tree.
    static StartSpec<Pid> spec(ApplicationRpc.Plan plan, ServerRef<ApplicationRpc> controller) {
        return new StartSpec<>() {
            @Override
            protected Behaviour behaviour(Self<Object> self) {
                return new Master(self, plan.application(), plan.start(), controller);
            }

            @Override
            protected Pid reference(Pid pid) {
                return pid;
            }

            @Override
            public Optional<Name<?>> name() {
                return Optional.empty();
            }

            @Override
            public String describe() {
                return "application " + plan.application().name();
            }
        };
    }

    @Override
    public void init() throws Exception {
        self.trapExit(true);
        StartSpec<?> spec =
                Objects.requireNonNull(application.start(start), () -> "start of " + application.name() + " is null");
        top = running(self.startLink(spec));
        try {
            for (String phase : application.startPhases()) {
                application.startPhase(phase, start);
            }
        } catch (Throwable thrown) {
            endTree();
            cleanUp();
            throw thrown;
        }
        Node node = self.node();
        Pid pid = self.pid();
        controller.call(
                new ApplicationRpc.Runs(
                        new ApplicationInfo(application.name(), application.version(), start.type(), top),
                        self.pid(),
                        () -> lastWords.speak(node, pid, () -> {})),
                ServerRef.FOREVER);
    }

    private static Pid running(Started<?> started) {
        return switch (started) {
            case Started.Running<?> running -> running.pid();
            case Started.Ignored<?> _ -> throw new ProcessExit(ExitReason.because("its top supervisor is ignored"));
            case Started.AlreadyStarted<?>(Pid pid) ->
                throw new ProcessExit(ExitReason.because("its top supervisor is started already: " + pid));
            case Started.Failed<?>(String _, ExitReason reason) -> throw new ProcessExit(reason);
        };
    }

    @Override
    public void info(Object message) {
        if (message instanceof Exit(Pid pid, ExitReason reason) && pid == top) {
            top = null;
            controller.cast(new ApplicationRpc.Ended(self.pid(), reason));
            self.stop(reason);
        }
    }

    @Override
    public void call(Object message, From from) {
        self.node().unexpected(self.pid(), "got a call that is not for applications", message);
    }

    @Override
    public void cast(Object message) {
        self.node().unexpected(self.pid(), "got a cast that is not for applications", message);
    }

    @Override
    public void terminate(ExitReason reason) {
        if (top != null) {
            lastWords.prepare(self.node(), self.pid(), this::stayOrEnd);
            endTree();
        }
        cleanUp();
    }

    private void endTree() {
        Pid running = top;
        top = null;
        if (running != null) {
            running.exitAndJoin(ExitReason.shutdown(), ServerRef.FOREVER);
        }
    }

    private void cleanUp() {
        lastWords.speak(self.node(), self.pid(), this::stayOrEnd);
    }

    /// A callback has thrown: goes on all the same, unless that is because this process is killed.
    private void stayOrEnd() {
        self.trapExit(true);
    }

    @Override
    public Optional<Object> shared() {
        return Optional.of(this);
    }

    /// Refuses a job that is asked for by a callback, or by the `init` of a process that a callback waits for: they are
    /// part of a job themselves, and the other one would wait until that is done.
    ///
    /// @param node the node whose applications are asked for something
    static void refuseWithinJob(Node node) {
        Optional<Pid> caller = Pid.ofCurrentThread();
        while (caller.isPresent()) {
            Pid pid = caller.get();
            pid.shared(Master.class)
                    .filter(master -> master.self.node() == node)
                    .ifPresent(Master::refuse);
            caller = pid.info()
                    .filter(info -> info.status() == ProcessInfo.Status.STARTING)
                    .flatMap(info -> info.ancestors().stream().findFirst());
        }
    }

    private void refuse() {
        throw new IllegalStateException("application " + application.name() + " is being started or stopped: that"
                + " cannot start or stop applications, or await their end, since it would wait for itself; what an"
                + " application needs belongs into its dependencies()");
    }

    @Override
    public String initialCall() {
        return application.getClass().getName();
    }
}
