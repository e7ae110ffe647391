package dev.skep;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/// An answer that comes while somebody is about to park: who parks is unparked; and the answer's parts, which are not
/// volatile, are seen by whoever sees the answer.
@JCStressTest
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "parks, and is unparked")
@Outcome(id = "true, 42", expect = Expect.ACCEPTABLE, desc = "does not park, since it has seen the answer")
@Outcome(expect = Expect.FORBIDDEN, desc = "sleeps over an answer, or sees half of it")
@State
public class SlotMemory {
    private static final class Parts {
        int part;

        Parts(int part) {
            this.part = part;
        }
    }

    private final Waking scheduler = new Waking();
    private final Slot<Parts> slot = new Slot<>(scheduler);
    private boolean parks;

    private static final class Waking implements Scheduler {
        volatile @Nullable Thread unparked;

        @Override
        public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {}

        @Override
        public void park() {}

        @Override
        public void unpark(Thread thread) {
            unparked = thread;
        }

        @Override
        public void pause() {}
    }

    /// Waits.
    @Actor
    public void waiter(ZI_Result result) {
        parks = slot.prepareToPark(Thread.currentThread());
        Parts seen = parks ? null : slot.value();
        result.r2 = seen == null ? 0 : seen.part;
    }

    /// Answers.
    @Actor
    public void filler() {
        slot.fill(new Parts(42));
    }

    /// Whether who parks was unparked.
    @Arbiter
    public void look(ZI_Result result) {
        result.r1 = !parks || scheduler.unparked != null;
        if (!parks && result.r2 == 0) {
            result.r1 = false;
        }
    }
}
