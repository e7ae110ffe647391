package dev.skep;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// Something has happened to an application. Logged as information, or as an error when it has failed or ended by
/// itself. Erlang: the reports of the application controller.
///
/// @param pid the process that keeps account of the applications, or the application's own
/// @param application the application's name
/// @param context what has happened
/// @param reason why, if there is something to say
public record ApplicationReport(Pid pid, String application, Context context, Optional<ExitReason> reason)
        implements Report {
    /// What has happened.
    public enum Context {
        /// It runs.
        STARTED,
        /// It could not be started.
        START_FAILED,
        /// It was stopped.
        STOPPED,
        /// It has ended by itself.
        ENDED,
        /// What it does at its end has failed.
        CLEANUP_FAILED
    }

    /// Checks the parts.
    ///
    /// @param pid the process that keeps account of the applications, or the application's own
    /// @param application the application's name
    /// @param context what has happened
    /// @param reason why, if there is something to say
    public ApplicationReport {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(reason, "reason");
    }

    /// Whether operators should look at it.
    ///
    /// @return false for what was meant to happen; a job that is done ends `normal`
    public boolean isError() {
        return switch (context) {
            case STARTED, STOPPED -> false;
            case ENDED -> !reason.equals(Optional.of(ExitReason.normal()));
            case START_FAILED, CLEANUP_FAILED -> true;
        };
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder("application ")
                .append(application)
                .append(": ")
                .append(context.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        reason.ifPresent(why -> Rendering.line(text, "reason", Rendering.reason(why)));
        return Rendering.bounded(text);
    }
}
