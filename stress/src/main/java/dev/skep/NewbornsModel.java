package dev.skep;

import dev.skep.stress.Scenario;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/// The lines of the processes that wait for a thread: any number of threads push, and one at a time gives out threads.
///
/// Promised: who has come into a line gets one thread. Nobody is left there without a starter.
@Scenario({"first", "second"})
@Scenario({"first second", "third"})
@Scenario({"first", "second", "third"})
@Scenario({"parent", "first"})
@Scenario({"parent first", "second"})
public class NewbornsModel {
    private final Stage stage = new Stage();
    private final Newborns newborns = new Newborns(new Counting(), () -> 0, 1);
    private final Process[] processes = {stage.unstarted(), stage.unstarted(), stage.unstarted(), stage.unstarted()};
    private final Process ofParent = stage.unstarted();
    private final int[] pushed = new int[processes.length];
    private int parents;
    private final int[] started = new int[processes.length];

    /// A starter runs on the thread that starts it, before that goes on: to the others like one that begins at once.
    /// A process only counts, except that the parent has a child.
    private final class Counting implements Scheduler {
        @Override
        public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
            if (!(task instanceof Worker worker)) {
                task.run();
            } else if (worker.process == ofParent) {
                parents--;
                push(processes.length - 1);
            } else {
                for (int i = 0; i < processes.length; i++) {
                    if (worker.process == processes[i]) {
                        started[i]++;
                    }
                }
            }
        }

        @Override
        public void park() {
            throw new AssertionError("nobody waits here");
        }

        @Override
        public void unpark(Thread thread) {
            throw new AssertionError("nobody waits here");
        }

        @Override
        public void pause() {}
    }

    private void push(int index) {
        pushed[index]++;
        newborns.lineOf(null).add(processes[index]);
    }

    /// A process waits for its thread.
    @Operation
    public void first() {
        push(0);
    }

    /// Another.
    @Operation
    public void second() {
        push(1);
    }

    /// One more.
    @Operation
    public void third() {
        push(2);
    }

    /// One that has a child as soon as it has a thread.
    @Operation
    public void parent() {
        parents++;
        newborns.lineOf(null).add(ofParent);
    }

    /// What is promised.
    @Validate
    public void everybodyHasOneThread() {
        for (int i = 0; i < processes.length; i++) {
            if (started[i] != pushed[i]) {
                throw new AssertionError(
                        "process " + i + " came " + pushed[i] + " times, and got " + started[i] + " threads");
            }
        }
        if (parents != 0) {
            throw new AssertionError("the parent got " + (1 - parents) + " threads");
        }
        if (!newborns.lineOf(null).isClosed()) {
            throw new AssertionError("there is a starter, or somebody waits for one");
        }
    }
}
