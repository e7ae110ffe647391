package dev.skep.application;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.Result;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/// Runs an application for `main`.
final class Launcher {
    private static final int DONE = 0;
    private static final int FAILED = 1;

    private final Application application;
    private final Function<? super String, Config> configs;

    /// @param configs gives the settings of an application of that name
    Launcher(Application application, Function<? super String, Config> configs) {
        this.application = Objects.requireNonNull(application, "application");
        this.configs = Objects.requireNonNull(configs, "configs");
    }

    /// @return the exit status
    int run() {
        try {
            Duration patience = stopTimeout();
            Node node = Node.start(application.name());
            Applications applications = Applications.of(node).configuredBy(configs);
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(() -> end(node, applications, patience), "end of " + application.name()));
            return switch (applications.ensureAllStarted(application, ApplicationType.PERMANENT)) {
                case Result.Ok<?, ApplicationError> _ -> await(applications);
                case Result.Err<?, ApplicationError>(ApplicationError error) -> failed(text(error));
            };
        } catch (ConfigException | IllegalArgumentException wrong) {
            return failed(String.valueOf(wrong.getMessage()));
        }
    }

    private Duration stopTimeout() {
        Duration timeout = application.stopTimeout();
        if (timeout == null || timeout.isNegative()) {
            throw new IllegalArgumentException("its stop timeout must be zero or more, but was " + timeout);
        }
        return timeout;
    }

    private int await(Applications applications) {
        try {
            ExitReason reason = applications.awaitEnd();
            return reason instanceof ExitReason.Normal ? DONE : failed("it has ended: " + reason);
        } catch (CallException ended) { // interrupted, or the node was closed: the hook does the rest
            return DONE;
        }
    }

    /// Settings that are wrong are nothing that a stack trace would help with.
    private static String text(ApplicationError error) {
        if (error instanceof ApplicationError.Failed(String _, ExitReason reason)) {
            return reason instanceof ExitReason.Crashed(ConfigException wrong)
                    ? String.valueOf(wrong.getMessage())
                    : "it cannot be started: " + reason;
        }
        return "it cannot be started: " + error;
    }

    private int failed(String why) {
        System.err.println(application.name() + ": " + why);
        return FAILED;
    }

    private void end(Node node, Applications applications, Duration patience) {
        boolean inTime = stopAll(applications, patience);
        if (!inTime) {
            System.err.println(application.name() + ": not everything has stopped within " + patience
                    + "; what is left is killed");
        }
        node.stop(inTime ? patience : Duration.ZERO);
    }

    private static boolean stopAll(Applications applications, Duration patience) {
        try {
            return applications.stopAll(patience);
        } catch (CallException closed) { // the node has been closed by somebody else: there is nothing to stop
            return true;
        }
    }
}
