package dev.skep.statem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The events that a machine has at hand, and those that it has postponed. Both are linked lists, so that one lines
/// up before the other in a step.
final class Agenda<P> {
    private static final class Item<P> {
        final Event<P> event;
        /// It was postponed: nobody wants it any more once its caller has given up.
        final boolean mayLapse;

        @Nullable
        Item<P> next;

        Item(Event<P> event, boolean mayLapse) {
            this.event = event;
            this.mayLapse = mayLapse;
        }

        boolean isObsolete() {
            return mayLapse
                    && event instanceof Event.Message<?> message
                    && message.from().hasGivenUp();
        }
    }

    private @Nullable Item<P> atHand;
    private @Nullable Item<P> firstPostponed;
    private @Nullable Item<P> lastPostponed;
    private int postponed;

    /// Keeps an event until the state changes.
    void postpone(Event<P> event) {
        if (postponed >= 16 && (postponed & (postponed - 1)) == 0) {
            dropObsolete(); // at each power of two, so that it costs a constant for each event
        }
        append(new Item<>(event, true));
    }

    private void append(Item<P> item) {
        if (lastPostponed == null) {
            firstPostponed = item;
        } else {
            lastPostponed.next = item;
        }
        lastPostponed = item;
        postponed++;
    }

    private void dropObsolete() {
        Item<P> item = firstPostponed;
        firstPostponed = null;
        lastPostponed = null;
        postponed = 0;
        while (item != null) {
            Item<P> next = item.next;
            item.next = null;
            if (!item.isObsolete()) {
                append(item);
            }
            item = next;
        }
    }

    /// The state has changed: what was postponed is at hand again, before everything else.
    void retryPostponed() {
        if (lastPostponed != null) {
            lastPostponed.next = atHand;
            atHand = firstPostponed;
            firstPostponed = null;
            lastPostponed = null;
            postponed = 0;
        }
    }

    /// Puts events before everything else, in their order.
    void insert(List<Event<P>> events) {
        for (Event<P> event : events.reversed()) {
            Item<P> item = new Item<>(event, false);
            item.next = atHand;
            atHand = item;
        }
    }

    /// Takes the next event at hand; a call that was postponed and whose caller has given up is none.
    @Nullable
    Event<P> poll() {
        while (atHand != null) {
            Item<P> item = atHand;
            atHand = item.next;
            if (!item.isObsolete()) {
                return item.event;
            }
        }
        return null;
    }

    int postponed() {
        return postponed;
    }

    int atHand() {
        int count = 0;
        for (Item<P> item = atHand; item != null; item = item.next) {
            count++;
        }
        return count;
    }
}
