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
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static final int DONE = 0;
    private static final int FAILED = 1;

    private final Application application;
    private final Function<? super String, Config> configs;

    /// @param configs gives the settings of an application of that name
    Launcher(Application application, Function<? super String, Config> configs) {
        this.application = application;
        this.configs = Objects.requireNonNull(configs, "configs");
    }

    /// @return the exit status
    int run() {
        Node node = Node.start(application.name());
        try {
            Applications applications = Applications.of(node).configuredBy(configs);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> end(node, applications), "end of " + application.name()));
            return switch (applications.ensureAllStarted(application, ApplicationType.PERMANENT)) {
                case Result.Ok<?, ApplicationError> _ -> await(applications);
                case Result.Err<?, ApplicationError>(ApplicationError error) -> failed(text(error));
            };
        } catch (ConfigException | IllegalArgumentException wrong) {
            return failed(String.valueOf(wrong.getMessage()));
        }
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

    private static void end(Node node, Applications applications) {
        boolean inTime = applications.stopAll(DEADLINE);
        node.stop(inTime ? DEADLINE : Duration.ZERO);
    }
}
