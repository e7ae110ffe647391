package dev.skep.example.workerbee.workers;

import dev.skep.Result;
import dev.skep.Result.Err;
import dev.skep.Result.Ok;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.workers.UserService.NoAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// One client of the demo. It creates users of its own, and finds, renames and deletes them; no other client
/// touches them, so it knows what each answer has to be. Without an answer it asks again, a creation with the
/// same key.
final class Client implements Callable<Ledger> {
    /// Between two requests, so that the demo does not take the whole machine.
    private static final Duration PAUSE = Duration.ofMillis(1);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(2);
    private static final Duration LONGEST_BACKOFF = Duration.ofMillis(100);

    /// After that the client leaves it open whether its request was done.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String id;
    private final UserService service;
    private final RandomGenerator random;
    private final Measurements measurements;
    private final BooleanSupplier goOn;
    private final Time time;
    private final Ledger ledger = new Ledger();
    private final List<Ledger.Entry> alive = new ArrayList<>();
    private int created;
    /// Whether the current request may have been done by an attempt that got no answer.
    private boolean repeated;

    /// @param id distinguishes its users from those of all other clients
    /// What a client needs of the time that it lives in.
    interface Time {
        /// The real one.
        Time REAL = new Time() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void sleep(Duration time) throws InterruptedException {
                Thread.sleep(time);
            }
        };

        long nanoTime();

        void sleep(Duration time) throws InterruptedException;
    }

    /// @param goOn tells it when to stop
    Client(
            String id,
            UserService service,
            RandomGenerator random,
            Measurements measurements,
            BooleanSupplier goOn,
            Time time) {
        this.id = id;
        this.service = service;
        this.random = random;
        this.measurements = measurements;
        this.goOn = goOn;
        this.time = time;
    }

    @Override
    public Ledger call() throws InterruptedException {
        while (goOn.getAsBoolean()) {
            if (alive.isEmpty()) {
                create();
            } else {
                switch (random.nextInt(20)) {
                    case 0, 1, 2, 3, 4, 5 -> create();
                    case 6, 7, 8, 9 -> rename(any());
                    case 10, 11 -> delete(any());
                    case 12 -> makeMistake(any());
                    default -> find(any());
                }
            }
            time.sleep(PAUSE);
        }
        return ledger;
    }

    /// What it was told so far.
    Ledger ledger() {
        return ledger;
    }

    private Ledger.Entry any() {
        return alive.get(random.nextInt(alive.size()));
    }

    // ---- What it does --------------------------------------------------------------------------------------------

    private void create() throws InterruptedException {
        String name = "bee-" + id + "-" + ++created;
        Ledger.Entry entry = ledger.creating("key-" + name, name + "@example.org", name);
        var outcome = untilAnswered(() -> service.create(entry.email(), name, entry.key()));
        if (outcome.isEmpty()) {
            return;
        }
        switch (outcome.get()) {
            case Ok(var user) -> {
                entry.created(user.id());
                alive.add(entry);
                measurements.acknowledged();
            }
            case Err(var error) -> ledger.duplicated(entry.key() + " was asked for by this client alone: " + error);
        }
    }

    private void find(Ledger.Entry entry) throws InterruptedException {
        untilAnswered(() -> service.find(entry.id())).ifPresent(answer -> check(entry, answer));
    }

    private void check(Ledger.Entry entry, Result<User, UserError> answer) {
        switch (answer) {
            case Ok(User(var _, var email, var name)) -> {
                if (!email.equals(entry.email()) || !entry.names().contains(name)) {
                    ledger.lost("user " + entry.id() + " is " + email + ", " + name + ", not " + entry.email() + ", "
                            + entry.names());
                }
            }
            case Err(var error) -> ledger.lost("user " + entry.id() + ": " + error);
        }
    }

    private void rename(Ledger.Entry entry) throws InterruptedException {
        String name = "bee " + random.nextInt(1_000_000);
        entry.renaming(name);
        var outcome = untilAnswered(() -> service.rename(entry.id(), name));
        if (outcome.isPresent()) {
            entry.renamed(name);
            check(entry, outcome.get());
            measurements.acknowledged();
        }
    }

    private void delete(Ledger.Entry entry) throws InterruptedException {
        alive.remove(entry);
        entry.deleting();
        var outcome = untilAnswered(() -> service.delete(entry.id()));
        if (outcome.isPresent()) {
            entry.deleted();
            if (outcome.get() instanceof Err(var error) && !repeated) {
                ledger.lost("user " + entry.id() + ", which was to be deleted: " + error);
            }
            measurements.acknowledged();
        }
    }

    /// Asks for what is refused: business errors are part of every service's day.
    private void makeMistake(Ledger.Entry entry) throws InterruptedException {
        var outcome = switch (random.nextInt(4)) {
            case 0 -> untilAnswered(() -> service.create("no address", "bee", "key-" + id));
            case 1 -> untilAnswered(() -> service.create(entry.email(), "twin", "twin-" + entry.key()));
            case 2 -> untilAnswered(() -> service.rename(entry.id(), " "));
            default -> untilAnswered(() -> service.find(Long.MAX_VALUE));
        };
        if (outcome.isPresent() && outcome.get().isOk()) {
            ledger.duplicated("was not refused, but gave " + outcome.get());
        }
    }

    // ---- How it asks ---------------------------------------------------------------------------------------------

    /// One attempt to get something done.
    private interface Attempt<T> {
        Result<T, UserError> run() throws NoAnswer;
    }

    /// Asks until there is an answer.
    ///
    /// @return the answer, empty if there never was one
    private <T> Optional<Result<T, UserError>> untilAnswered(Attempt<T> attempt) throws InterruptedException {
        repeated = false;
        Duration backoff = FIRST_BACKOFF;
        long first = time.nanoTime();
        while (since(first).compareTo(PATIENCE) < 0) {
            long begin = time.nanoTime();
            try {
                Result<T, UserError> answer = attempt.run();
                measurements.answered(answer.isOk(), since(begin));
                return Optional.of(answer);
            } catch (NoAnswer _) {
                measurements.failed(since(begin));
                repeated = true;
            }
            time.sleep(backoff);
            backoff =
                    backoff.multipliedBy(2).compareTo(LONGEST_BACKOFF) < 0 ? backoff.multipliedBy(2) : LONGEST_BACKOFF;
        }
        return Optional.empty();
    }

    private Duration since(long nanoTime) {
        return Duration.ofNanos(time.nanoTime() - nanoTime);
    }
}
