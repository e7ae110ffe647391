package dev.skep;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// What happens on nodes, as events of the JDK's Flight Recorder. While nothing is recorded they cost a look at a
/// flag each. The ends of processes are recorded only where the recording's settings ask for them, since there may be
/// millions.
final class Recording {
    private Recording() {}

    @Name("dev.skep.ProcessExit")
    @Label("Process exit")
    @Description("A process has ended")
    @Category("Skep")
    @Enabled(false)
    @StackTrace(false)
    static final class ProcessExit extends Event {
        @Label("Process")
        @Nullable
        String pid;

        @Label("Reason")
        @Nullable
        String reason;
    }

    @Name("dev.skep.Report")
    @Label("Report")
    @Description("A crash, something about a supervised child, a stall, a failed health check, an overload, or an"
            + " abandoned thread")
    @Category("Skep")
    @StackTrace(false)
    static final class Reported extends Event {
        @Label("Process")
        @Nullable
        String pid;

        @Label("Kind")
        @Nullable
        String kind;

        @Label("Text")
        @Nullable
        String text;
    }

    static void exited(Process process, ExitReason why) {
        ProcessExit event = new ProcessExit();
        if (event.shouldCommit()) {
            event.pid = process.toString();
            event.reason = Rendering.value(why);
            event.commit();
        }
    }

    static void reported(Report report) {
        reported(report.pid(), report.getClass().getSimpleName(), report);
    }

    static void abandoned(Zombie zombie) {
        reported(zombie.pid(), "Zombie", zombie);
    }

    private static void reported(Pid pid, String kind, Object what) {
        Reported event = new Reported();
        if (event.shouldCommit()) {
            event.pid = pid.toString();
            event.kind = kind;
            event.text = what instanceof Report report ? report.text() : Rendering.value(what);
            event.commit();
        }
    }
}
