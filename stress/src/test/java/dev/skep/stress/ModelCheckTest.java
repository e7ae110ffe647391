package dev.skep.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// That Lincheck works on this JVM. It need not: where it does not know the JDK, its other mode (tests that start
/// threads themselves) finds nothing, and says nothing.
class ModelCheckTest {
    /// Counts right.
    @Scenario({"count", "count"})
    public static class Counter {
        private final AtomicInteger number = new AtomicInteger();

        @Operation
        public void count() {
            number.incrementAndGet();
        }

        @Validate
        public void nothingIsLost() {
            if (number.get() != 2) {
                throw new AssertionError("lost a count");
            }
        }
    }

    /// Counts wrong.
    @Scenario({"count", "count"})
    public static class TornCounter {
        private final AtomicInteger number = new AtomicInteger();

        @Operation
        public void count() {
            number.set(number.get() + 1);
        }

        @Validate
        public void nothingIsLost() {
            if (number.get() != 2) {
                throw new AssertionError("lost a count");
            }
        }
    }

    /// Sleeps until it is woken, but is woken only if it sleeps already.
    @Scenario({"sleep", "wake"})
    public static class Sleeper {
        private volatile @Nullable Thread sleeper;
        private volatile boolean woken;

        @Operation
        public void sleep() {
            sleeper = Thread.currentThread();
            while (!woken) { // a park may end by itself, with Lincheck too
                LockSupport.park();
            }
        }

        @Operation
        public void wake() {
            Thread sleeping = sleeper;
            if (sleeping != null) {
                woken = true;
                LockSupport.unpark(sleeping);
            }
        }

        @Validate
        public void alwaysWell() {}
    }

    /// Throws in an operation.
    @Scenario({"fail", "fail"})
    public static class Thrower {
        @Operation
        public void fail() {
            throw new IllegalStateException("from an operation");
        }

        @Validate
        public void alwaysWell() {}
    }

    private final ModelCheck check = new ModelCheck(100);

    @Test
    void whatIsRightPasses() {
        assertThat(check.find(Counter.class)).isEmpty();
    }

    @Test
    void aTornUpdateIsFoundWithTheStepsThatLeadThere() {
        assertThat(check.find(TornCounter.class))
                .hasValueSatisfying(found -> assertThat(found).contains("count | count", "lost a count", "number.set"));
    }

    @Test
    void aThreadThatSleepsForEverIsFound() {
        assertThat(check.find(Sleeper.class)).isPresent();
    }

    @Test
    void whatAnOperationThrowsIsFound() {
        assertThat(check.find(Thrower.class)).isPresent();
    }
}
