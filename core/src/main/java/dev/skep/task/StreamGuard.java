package dev.skep.task;

import dev.skep.Body;
import dev.skep.Down;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Receiver;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A process that stands between the tasks of a stream and their owner: one for each stream. The tasks link
/// themselves to it, and it is linked to the owner, so that it can kill a task that takes too long without
/// ending the owner.
///
/// @param owner whose end ends this; null for a thread
/// @param linked whether it is linked to the owner, and the tasks to it
/// @param spares whether the end of a task leaves owner and other tasks alone: the owner traps exits
record StreamGuard(@Nullable Pid owner, boolean linked, boolean spares) implements Body<Object> {
    /// A task's time is up.
    record Late(Pid task) {}

    /// The stream is at its end.
    enum Stop {
        STOP
    }

    @Override
    public void run(Receiver<Object> self) {
        self.trapExit(true);
        Pid watched = owner;
        if (watched != null && !linked) {
            self.monitor(watched);
        }
        Set<Pid> late = new HashSet<>();
        while (true) {
            switch (self.receive()) {
                case Late(Pid task) -> {
                    if (task.isAlive()) {
                        late.add(task);
                        task.exit(ExitReason.kill());
                    }
                }
                case Exit(Pid pid, ExitReason reason) -> {
                    if (pid == watched) {
                        end(self, reason instanceof ExitReason.Normal ? ExitReason.shutdown() : reason);
                    } else if (!late.remove(pid) && !spares && !(reason instanceof ExitReason.Normal)) {
                        end(self, reason);
                    }
                }
                case Down _, Stop _ -> {
                    return;
                }
                default -> {
                    // not meant for a process that nobody knows of
                }
            }
        }
    }

    /// Ends as a process does that does not trap exits, whose end is no fault of its own and is not reported.
    private static void end(Receiver<Object> self, ExitReason reason) {
        self.trapExit(false);
        self.pid().exit(reason);
    }

    @Override
    public String initialCall() {
        return TaskStream.class.getName();
    }
}
