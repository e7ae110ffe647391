package dev.skep.task;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessInfo;
import dev.skep.Self;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who may ask a task for its value: the process that started it or, outside of any process, the thread.
///
/// @param who a [Pid] or a [Thread]
record Owner(Object who) {
    /// Whoever runs now.
    static Owner current() {
        return new Owner(Pid.ofCurrentThread().map(pid -> (Object) pid).orElseGet(Thread::currentThread));
    }

    /// The process of `self`, which has to be the one that runs now.
    static Owner of(Self<?> self, String operation) {
        Owner owner = new Owner(Objects.requireNonNull(self, "self").pid());
        Owner here = current();
        if (!here.equals(owner)) {
            throw new IllegalStateException(operation + " was called by " + here.who + " with the Self of " + owner.who
                    + ": only the process itself can start what is linked to it");
        }
        return owner;
    }

    /// @throws IllegalStateException if somebody else runs now
    void check(String operation) {
        Owner here = current();
        if (!here.who.equals(who)) {
            throw new IllegalStateException(operation + " belongs to " + who + ", but was called by " + here.who
                    + ": only the process or thread that has started a task may ask for its value");
        }
    }

    /// The owner, if it is a process.
    @Nullable
    Pid process() {
        return who instanceof Pid pid ? pid : null;
    }

    /// On whose behalf something runs that the owner starts: the owner's, and that of its own callers.
    List<Pid> callers() {
        if (!(who instanceof Pid pid)) {
            return List.of();
        }
        List<Pid> before = pid.callers();
        if (before.isEmpty()) {
            return List.of(pid);
        }
        List<Pid> callers = new ArrayList<>(before.size() + 1);
        callers.add(pid);
        callers.addAll(before);
        return List.copyOf(callers);
    }

    /// A linked process has ended, and this one has heard of it in another way than by the link. Unless it
    /// traps exits or is not linked any more, it ends with the same reason, as the link is about to make it.
    ///
    /// @throws ProcessExit if it ends
    static void shareFate(Self<?> self, Pid linked, ExitReason reason) {
        if (reason instanceof ExitReason.Normal) {
            return;
        }
        ProcessInfo info = self.pid().info().orElseThrow(); // throws if the exit signal has come
        if (info.trapExit() || !info.links().contains(linked)) {
            return;
        }
        if (reason instanceof ExitReason.Kill) { // as a signal it would mean more than it does by a link
            throw new ProcessExit(reason);
        }
        self.pid().exit(reason);
    }

    /// Ends a process that may be linked to `self`, without ending `self` by it.
    static void unlinkAndExit(@Nullable Self<?> self, Pid linked, ExitReason reason) {
        try {
            if (self != null) {
                self.unlink(linked);
            }
        } finally { // also if this process has been told to end meanwhile: nobody else would end the other one
            linked.exit(reason);
        }
    }
}
