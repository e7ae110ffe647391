package dev.skep.statem;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the actions of one transition, and of its enter calls, want done once all of them are known.
final class Effects<P> {
    boolean postpone;
    private @Nullable List<Event<P>> inserted;
    /// The last for each timeout, in the order of the actions.
    private @Nullable LinkedHashMap<TimeoutKey, Action.OfTimeout> timeouts;

    void insert(Event<P> event) {
        if (inserted == null) {
            inserted = new ArrayList<>(2);
        }
        inserted.add(event);
    }

    void change(Action.OfTimeout action) {
        if (timeouts == null) {
            timeouts = new LinkedHashMap<>(4);
        }
        timeouts.putLast(action.key(), action);
    }

    List<Event<P>> inserted() {
        return inserted == null ? List.of() : inserted;
    }

    Iterable<Action.OfTimeout> timeouts() {
        return timeouts == null ? List.of() : timeouts.values();
    }

    boolean haveTimeouts() {
        return timeouts != null;
    }
}
