package dev.skep;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/// The workers of a node that run right now, so that the clock's thread can look after them. Entering and leaving
/// cost one compare-and-set and one store; only when thousands run or block at once is there a map in use.
final class Workers {
    /// How long the clock's thread may sleep while nothing needs it, in nanoseconds, yet somebody counts on it.
    static final long LONG_NAP = 10_000_000;

    private static final long SHORT_NAP = 1_000_000;
    /// After so many looks that found nobody, the clock's thread sleeps until it is woken.
    private static final int IDLE_LOOKS = 50;

    /// After so many looks that saw nobody move, the next ones are further apart. Those who talk to each other wait at
    /// many of the looks.
    private static final int STILL_LOOKS = 5;

    private static final int PLACES = 4096;
    private static final int PROBES = 4;

    private final Clock clock;
    private final Watchdog watchdog;
    private final Overloads overloads;
    private final Spin spin;
    /// Whether somebody looks at all.
    private final boolean attended;

    private final AtomicReferenceArray<Worker> places;
    private final Set<Worker> overflow = ConcurrentHashMap.newKeySet();
    /// Nobody looks until woken. Written before the last look at the places; a worker takes its place before it reads
    /// this. So one of them sees the other.
    private volatile boolean asleep = true;

    private int idleLooks;
    /// How many looks have seen nobody move.
    private int stillLooks;

    /// @param attended false when the scheduler does not want its threads to be looked after
    Workers(Clock clock, Watchdog watchdog, Overloads overloads, Spin spin, boolean attended) {
        this.clock = clock;
        this.watchdog = watchdog;
        this.overloads = overloads;
        this.spin = spin;
        this.attended = attended;
        this.places = new AtomicReferenceArray<>(attended ? PLACES : 0);
    }

    void add(Worker worker) {
        if (!attended) {
            return;
        }
        int home = (int) ((Thread.currentThread().threadId() * 0x9E3779B97F4A7C15L) >>> 40) & (PLACES - 1);
        for (int i = 0; i < PROBES; i++) {
            int place = (home + i) & (PLACES - 1);
            if (places.getPlain(place) == null && places.compareAndSet(place, null, worker)) {
                worker.place = place;
                wake();
                return;
            }
        }
        overflow.add(worker);
        worker.place = Worker.IN_OVERFLOW;
        wake();
    }

    private void wake() {
        if (asleep) {
            clock.wake();
        }
    }

    void remove(Worker worker) {
        if (worker.place >= 0) {
            places.setRelease(worker.place, null);
        } else if (worker.place == Worker.IN_OVERFLOW) {
            overflow.remove(worker);
        }
        worker.place = Worker.NOWHERE;
    }

    void forEach(Consumer<Worker> action) {
        for (int i = 0; i < places.length(); i++) {
            Worker worker = places.getAcquire(i);
            if (worker != null) {
                action.accept(worker);
            }
        }
        overflow.forEach(action);
    }

    /// Looks after everybody. On the clock's thread.
    ///
    /// @return how many nanoseconds later to look again; `Long.MAX_VALUE` for when woken
    long look() {
        if (!attended) {
            return overloads.review(clock.nanoTime()) ? LONG_NAP : Long.MAX_VALUE;
        }
        Look look = new Look(clock.nanoTime(), watchdog.isSomebodyKeptWaiting());
        forEach(look);
        spin.seen(look.active);
        boolean overloaded = overloads.review(look.now);
        boolean alert = watchdog.react(look.computing, look.moving > 0) || overloaded;
        long nap = nap(look.moving > 0 || watchdog.isSomebodyKeptWaiting());
        if (look.workers > 0) {
            asleep = false;
            idleLooks = 0;
            return nap;
        }
        if (alert || idleLooks++ < IDLE_LOOKS) {
            return nap;
        }
        if (!asleep) {
            asleep = true;
            idleLooks = IDLE_LOOKS;
            return look(); // somebody may have come before asleep was set
        }
        return Long.MAX_VALUE;
    }

    private long nap(boolean moving) {
        stillLooks = moving ? 0 : stillLooks + 1;
        return stillLooks < STILL_LOOKS ? SHORT_NAP : LONG_NAP;
    }

    private static final class Look implements Consumer<Worker> {
        private final long now;
        private final boolean endTurns;
        int workers;
        int active;
        int moving;
        int computing;

        Look(long now, boolean endTurns) {
            this.now = now;
            this.endTurns = endTurns;
        }

        @Override
        public void accept(Worker worker) {
            workers++;
            if (endTurns) {
                worker.endTurnSoon();
            }
            switch (worker.look(now)) {
                case MOVING -> moving++;
                case COMPUTING -> computing++;
                case WAITING -> {}
            }
            if (worker.isActive()) {
                active++;
            }
        }
    }
}
