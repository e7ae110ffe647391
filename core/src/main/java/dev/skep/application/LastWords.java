package dev.skep.application;

import dev.skep.ApplicationReport;
import dev.skep.ApplicationReport.Context;
import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Sendable;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// The cleaning up after an application, which happens once: in the application's own process, or, if that is killed,
/// on behalf of the controller.
@Sendable
final class LastWords {
    private final Application application;
    private final AtomicBoolean spoken = new AtomicBoolean();

    LastWords(Application application) {
        this.application = application;
    }

    /// Calls [Application#stop()], unless that has been done, and reports what it throws.
    ///
    /// @param pid the application's process
    /// @param rescue what to do before the report, if it throws
    void speak(Node node, Pid pid, Runnable rescue) {
        if (spoken.compareAndSet(false, true)) {
            guarded("stop", application::stop, node, pid, rescue);
        }
    }

    /// Calls [Application#prepareToStop()], and reports what it throws.
    void prepare(Node node, Pid pid, Runnable rescue) {
        guarded("prepareToStop", application::prepareToStop, node, pid, rescue);
    }

    private interface CleanUp {
        void run() throws Exception;
    }

    private void guarded(String callback, CleanUp code, Node node, Pid pid, Runnable rescue) {
        try {
            code.run();
        } catch (Throwable thrown) { // the other applications have to be stopped too
            rescue.run();
            node.report(new ApplicationReport(
                    pid,
                    application.name() + " (" + callback + ")",
                    Context.CLEANUP_FAILED,
                    Optional.of(ExitReason.crashed(thrown))));
        }
    }
}
