package dev.skep;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The slot of a call that its caller did not stay to wait for, or that goes from server to server.
final class PendingSlot extends Slot<Object> implements Outstanding {
    /// Set once: what to do when the answer is there.
    private final AtomicReference<@Nullable Runnable> listener = new AtomicReference<>();

    /// Set before the request is sent; null for a call that is made once.
    private @Nullable Retries retries;

    /// Nobody waits for longer, in the node's nanoseconds. Whoever waits may set it long after the request was sent:
    /// from then on the server sees it.
    private volatile long deadline = Durations.FOREVER;

    private volatile @Nullable Request request;

    PendingSlot(Scheduler scheduler) {
        super(scheduler);
    }

    private enum Done implements Runnable {
        DONE;

        @Override
        public void run() {}
    }

    @Override
    public void completed() {
        Runnable heard = listener.getAndSet(Done.DONE);
        if (heard != null) {
            heard.run();
        }
        if (retries != null) {
            retries.withdraw();
        }
    }

    /// Runs `action` once the answer is there, at once if it is.
    ///
    /// @throws IllegalStateException if there is an action already
    void onDone(Runnable action) {
        Objects.requireNonNull(action);
        Runnable before = listener.compareAndExchange(null, action);
        if (before == Done.DONE) {
            action.run();
        } else if (before != null) {
            throw new IllegalStateException("this pending call is a future, or in a collection, already");
        }
    }

    void retryBy(Retries how) {
        retries = how;
    }

    @Nullable
    Retries retries() {
        return retries;
    }

    void giveUpAt(long when) {
        deadline = when;
    }

    long deadline() {
        return deadline;
    }

    void sentAs(@Nullable Request sent) {
        request = sent;
    }

    @Override
    public @Nullable Request request() {
        return request;
    }
}
