package dev.skep;

import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a node tells the outside: reports to the log, events to the listener and to the Flight Recorder.
final class Reports {
    private final System.Logger log;
    private final @Nullable NodeListener listener;

    Reports(System.Logger log, @Nullable NodeListener listener) {
        this.log = log;
        this.listener = listener;
    }

    void report(Report report) {
        Level level = switch (report) {
            case CrashReport _, SupervisorReport _, HandlerReport _ -> Level.ERROR;
            case StallReport _ -> Level.WARNING;
            case ApplicationReport application -> application.isError() ? Level.ERROR : Level.INFO;
            case OverloadReport overload ->
                switch (overload.kind()) {
                    case OVERLOADED, DROPPED -> Level.WARNING;
                    case RECOVERED -> Level.INFO;
                    case CRASHED -> Level.ERROR;
                };
            case HealthReport failed -> failed.isFinal() ? Level.ERROR : Level.WARNING;
            case ProgressReport _ -> Level.DEBUG;
        };
        try {
            log.log(level, report::text);
        } catch (Throwable broken) { // a process must end, whatever its report or the log does
            System.err.println("dev.skep: a report could not be logged: " + broken);
        }
        Recording.reported(report);
        tell(heard -> heard.reported(report));
    }

    void spawned(Process process) {
        if (listener != null) {
            tell(heard -> heard.spawned(process));
        }
    }

    void exited(Process process, @Nullable Name<?> name, ExitReason reason) {
        Recording.exited(process, reason);
        if (listener != null) {
            tell(heard -> heard.exited(process, Optional.ofNullable(name), reason));
        }
    }

    void abandoned(Zombie zombie) {
        try {
            log.log(Level.ERROR, () -> textOf(zombie));
        } catch (Throwable broken) { // as above
            System.err.println("dev.skep: an abandoned process could not be logged: " + broken);
        }
        Recording.abandoned(zombie);
        tell(heard -> heard.abandoned(zombie));
    }

    private static String textOf(Zombie zombie) {
        StringBuilder text = new StringBuilder("process " + zombie.pid() + " ended (" + zombie.reason()
                + ") but its thread ignores interruption; it was abandoned, and is still at");
        zombie.stack().stream()
                .limit(40)
                .forEach(frame ->
                        text.append(System.lineSeparator()).append("    at ").append(frame));
        return Rendering.bounded(text);
    }

    /// A message that nobody expected.
    void unexpected(Pid pid, String what, Object message) {
        log.log(Level.WARNING, () -> pid + " " + what + ": " + Rendering.value(message));
    }

    void internalError(String where, Throwable failure) {
        log.log(Level.ERROR, "error in " + where, failure);
    }

    private interface Event {
        void tell(NodeListener listener);
    }

    private void tell(Event event) {
        NodeListener heard = listener;
        if (heard != null) {
            try {
                event.tell(heard);
            } catch (Throwable thrown) { // a listener must not end a process, or keep its death from being told
                internalError("a NodeListener", thrown);
            }
        }
    }
}
