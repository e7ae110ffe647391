package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A request whose caller waits for it, and for nothing else. The answer has its place in here: a slot of its own would
/// be one more line of memory to go from one processor to the other and back.
final class AwaitedRequest extends Request {
    private static final VarHandle ANSWER;

    static {
        try {
            ANSWER = MethodHandles.lookup().findVarHandle(AwaitedRequest.class, "answer", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long deadline;
    private volatile @Nullable Object answer;

    /// @param deadline in the nanoseconds of the target's clock; [Durations#FOREVER] for no limit
    AwaitedRequest(Object message, long deadline, Process target, @Nullable Process caller) {
        super(message, target, caller);
        this.deadline = deadline;
    }

    @Override
    long deadline() {
        return deadline;
    }

    @Override
    public @Nullable Object content() {
        return answer;
    }

    @Override
    public boolean replace(@Nullable Object expected, Object by) {
        return ANSWER.compareAndSet(this, expected, by);
    }

    @Override
    public Scheduler scheduler() {
        return target.node.scheduler;
    }

    @Override
    public void completed() {}
}
