package dev.skep.statem;

import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The timeouts of one machine that have been started and have not come. Those without a name have fields, since
/// most machines have no others.
///
/// The timer of a timeout carries its key. When it has rung, the message may be in the mailbox already while the
/// timeout is cancelled or started anew: then the timeout has another timer by that time, or none.
final class Timeouts {
    private static final int SHOWN = 5;

    private static final class Running {
        final TimeoutKey key;
        Object content;
        /// Null if it is due: it needs no timer.
        final @Nullable Timer timer;

        Running(TimeoutKey key, Object content, @Nullable Timer timer) {
            this.key = key;
            this.content = content;
            this.timer = timer;
        }
    }

    private final Self<?> self;
    private @Nullable Running ofState;
    private @Nullable Running ofEvent;
    private @Nullable Map<TimeoutKey, Running> named;
    /// Those of zero, oldest first.
    private @Nullable ArrayDeque<Running> due;

    Timeouts(Self<?> self) {
        this.self = self;
    }

    // ---- Which there are -----------------------------------------------------------------------------------------

    private @Nullable Running find(TimeoutKey key) {
        return switch (key) {
            case TimeoutKey.Single.STATE -> ofState;
            case TimeoutKey.Single.EVENT -> ofEvent;
            case TimeoutKey.Named _ -> named == null ? null : named.get(key);
        };
    }

    private void put(Running running) {
        switch (running.key) {
            case TimeoutKey.Single.STATE -> ofState = running;
            case TimeoutKey.Single.EVENT -> ofEvent = running;
            case TimeoutKey.Named name -> {
                if (named == null) {
                    named = new HashMap<>();
                }
                named.put(name, running);
            }
        }
    }

    private void remove(TimeoutKey key) {
        switch (key) {
            case TimeoutKey.Single.STATE -> ofState = null;
            case TimeoutKey.Single.EVENT -> ofEvent = null;
            case TimeoutKey.Named name -> {
                if (named != null) {
                    named.remove(name);
                }
            }
        }
    }

    // ---- What becomes of them ------------------------------------------------------------------------------------

    /// Some event has been handled.
    void cancelEventTimeout() {
        if (ofEvent != null) {
            cancel(TimeoutKey.Single.EVENT);
        }
    }

    void cancel(TimeoutKey key) {
        Running running = find(key);
        if (running == null) {
            return;
        }
        remove(key);
        if (running.timer != null) {
            running.timer.cancel();
        } else if (due != null) {
            due.remove(running);
        }
    }

    void apply(Action.OfTimeout action) {
        switch (action) {
            case Action.Cancel(TimeoutKey key) -> cancel(key);
            case Action.Update(TimeoutKey key, Object content) -> {
                Running running = find(key);
                if (running == null) {
                    start(key, Duration.ZERO, content);
                } else {
                    running.content = content;
                }
            }
            case Action.Start(TimeoutKey key, Duration after, Object content) -> start(key, after, content);
            case Action.StartAt(TimeoutKey key, long nanoTime, Object content) -> {
                cancel(key);
                long left = Math.max(0, nanoTime - self.node().clock().nanoTime());
                put(new Running(key, content, self.startTimer(Duration.ofNanos(left), key)));
            }
        }
    }

    private void start(TimeoutKey key, Duration after, Object content) {
        cancel(key);
        if (after.isZero()) {
            Running running = new Running(key, content, null);
            if (due == null) {
                due = new ArrayDeque<>(4);
            }
            due.add(running);
            put(running);
        } else if (after.compareTo(ServerRef.FOREVER) < 0) {
            put(new Running(key, content, self.startTimer(after, key)));
        }
    }

    /// Takes the oldest timeout of zero.
    <P> @Nullable Event<P> pollDue() {
        Running running = due == null ? null : due.poll();
        if (running == null) {
            return null;
        }
        remove(running.key);
        return running.key.event(running.content);
    }

    /// A timer has rung.
    ///
    /// @return the event, if its timeout still stands
    <P> @Nullable Event<P> rung(TimeoutKey key, Timer timer) {
        Running running = find(key);
        if (running == null || running.timer != timer) {
            return null;
        }
        remove(key);
        return key.event(running.content);
    }

    /// What runs, for reports: nothing but the keys, since the contents may be secret.
    String describe() {
        List<TimeoutKey> keys = new ArrayList<>();
        if (ofState != null) {
            keys.add(TimeoutKey.Single.STATE);
        }
        if (ofEvent != null) {
            keys.add(TimeoutKey.Single.EVENT);
        }
        if (named != null) {
            keys.addAll(named.keySet());
        }
        String shown = keys.stream().limit(SHOWN).map(TimeoutKey::toString).collect(Collectors.joining(", "));
        return keys.size() <= SHOWN ? shown : shown + " and " + (keys.size() - SHOWN) + " more";
    }
}
