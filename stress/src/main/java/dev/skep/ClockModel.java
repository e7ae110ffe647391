package dev.skep;

import dev.skep.stress.Scenario;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/// The thread of the system's clock, which sleeps until it is woken.
///
/// Promised: what was done before it was woken, it sees at a tick. It does not sleep on (a model checker finds a
/// thread that sleeps for ever).
@Scenario({"drive", "work"})
@Scenario({"drive", "work", "work"})
@Scenario({"drive", "work work"})
public class ClockModel {
    private final SystemClock clock = new SystemClock();
    private volatile int open = 1;
    private volatile int done;
    private final Object lock = new Object();
    private volatile boolean begun;

    /// The clock's thread, until everything has been done.
    @Operation
    public void drive() {
        begun = true;
        clock.drive(() -> {
            if (open == 0) {
                clock.stop();
            }
            done = open;
            return Long.MAX_VALUE;
        });
    }

    /// Something is to be done.
    @Operation
    public void work() {
        synchronized (lock) {
            open = 0;
        }
        clock.wake();
    }

    /// What is promised.
    @Validate
    public void everythingWasDone() {
        if (begun && done != 0) {
            throw new AssertionError("it has ended before it had seen everything");
        }
    }
}
