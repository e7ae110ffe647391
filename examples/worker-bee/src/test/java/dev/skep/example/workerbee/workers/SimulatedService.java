package dev.skep.example.workerbee.workers;

import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.example.workerbee.data.Deleted;
import dev.skep.example.workerbee.data.Expectation;
import dev.skep.example.workerbee.data.Mail;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.NewUser;
import dev.skep.example.workerbee.data.Stored;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.data.UserPage;
import dev.skep.example.workerbee.data.Verdict;
import dev.skep.example.workerbee.functions.Audit;
import dev.skep.testkit.simulation.Simulation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// What the service has around it, in a simulation: a database in memory, a mail server, and the demo's clients.
public final class SimulatedService implements Storage {
    private static final int LONGEST_STATEMENT_MICROS = 2_000;

    /// How a database may fail to do what it promises.
    public enum Flaw {
        /// It does what it promises.
        NONE,
        /// It answers a creation first, and writes it down with what comes next.
        ANSWERS_BEFORE_IT_WRITES,
        /// It does not know a creation again by its key.
        FORGETS_KEYS
    }

    private final Simulation sim;
    private final Flaw flaw;
    private final Map<Long, User> users = new TreeMap<>();
    private final Map<String, User> creations = new HashMap<>();
    private final Map<Long, Mail> unsent = new TreeMap<>();
    private final Map<Long, Integer> mails = new HashMap<>();
    private final List<Client> clients = new ArrayList<>();
    private long lastId;
    private Optional<Verdict> lastVerdict = Optional.empty();

    /// A service without users.
    public SimulatedService(Simulation sim, Flaw flaw) {
        this.sim = sim;
        this.flaw = flaw;
    }

    // ---- The database --------------------------------------------------------------------------------------------

    /// Takes its time before and after each transaction: killed or cut off before, nothing has happened; after, it has
    /// happened, and nobody has been told.
    private final class Connection implements UserStore, MailStore {
        private Runnable unwritten = () -> {};

        private interface Transaction<T> {
            T run();
        }

        private <T> T run(Transaction<T> transaction) throws SQLException {
            takeTime();
            flush();
            T value = transaction.run();
            lastVerdict = Optional.empty();
            takeTime();
            return value;
        }

        private void takeTime() throws SQLException {
            try {
                sim.sleep(Duration.ofNanos(1_000L * sim.random().nextInt(LONGEST_STATEMENT_MICROS)));
            } catch (InterruptedException e) {
                throw new SQLException("interrupted in a statement", e);
            }
            if (sim.random().nextInt(50) == 0) {
                throw new SQLException("the connection is broken");
            }
        }

        private void flush() {
            unwritten.run();
            unwritten = () -> {};
        }

        @Override
        public Result<User, UserError> create(NewUser user) throws SQLException {
            return run(() -> {
                User before = flaw == Flaw.FORGETS_KEYS ? null : creations.get(user.idempotencyKey());
                if (before != null) {
                    return Result.ok(before);
                }
                if (users.values().stream().anyMatch(other -> other.email().equals(user.email()))) {
                    return Result.err(new UserError.EmailTaken(user.email()));
                }
                var created = new User(++lastId, user.email(), user.name());
                unwritten = () -> {
                    users.put(created.id(), created);
                    creations.put(user.idempotencyKey(), created);
                    unsent.put(created.id(), new Mail(created.id(), created.email(), "Welcome!"));
                    mails.merge(created.id(), 1, Integer::sum);
                };
                if (flaw != Flaw.ANSWERS_BEFORE_IT_WRITES) {
                    flush();
                }
                return Result.ok(created);
            });
        }

        private Result<User, UserError> found(long id) {
            User user = users.get(id);
            return user == null ? Result.err(new UserError.NotFound(id)) : Result.ok(user);
        }

        @Override
        public Result<User, UserError> find(long id) throws SQLException {
            return run(() -> found(id));
        }

        @Override
        public UserPage page(long after, int limit) throws SQLException {
            return run(() -> new UserPage(List.copyOf(users.values()), OptionalLong.empty()));
        }

        @Override
        public Result<User, UserError> rename(long id, String name) throws SQLException {
            return run(() -> {
                users.computeIfPresent(id, (_, user) -> new User(id, user.email(), name));
                return found(id);
            });
        }

        @Override
        public Result<Deleted, UserError> delete(long id, boolean mayBeGone) throws SQLException {
            return run(() -> users.remove(id) != null || mayBeGone
                    ? Result.ok(new Deleted(id))
                    : Result.err(new UserError.NotFound(id)));
        }

        @Override
        public List<Mail> waiting(int limit) throws SQLException {
            return run(() -> unsent.values().stream().limit(limit).toList());
        }

        @Override
        public void mark(List<Mail> sent, List<Mail> refused) throws SQLException {
            run(() -> {
                sent.forEach(mail -> unsent.remove(mail.id()));
                return true;
            });
        }

        @Override
        public long countWaiting() {
            return unsent.size();
        }

        @Override
        public void close() {
            flush();
            lastVerdict = Optional.empty();
        }
    }

    @Override
    public UserStore users(Self<?> owner) {
        return new Connection();
    }

    @Override
    public MailStore mails(Self<?> owner) {
        return new Connection();
    }

    /// Whether all mails are sent.
    public boolean isMailSent() {
        return unsent.isEmpty();
    }

    // ---- The clients ---------------------------------------------------------------------------------------------

    /// Starts one of the demo's clients.
    ///
    /// @param node where the service is
    /// @param requests after how many requests it ends
    public Pid startClient(Node node, int requests) {
        var left = new int[] {requests};
        var client = new Client(
                String.valueOf(clients.size() + 1),
                new CalledService(node.ref(Names.USERS)),
                sim.random(),
                new Measurements(),
                () -> left[0]-- > 0,
                new Client.Time() {
                    @Override
                    public long nanoTime() {
                        return sim.elapsed().toNanos();
                    }

                    @Override
                    public void sleep(Duration time) throws InterruptedException {
                        lastVerdict = Optional.empty(); // after each request
                        sim.sleep(time);
                    }
                });
        clients.add(client);
        return node.spawn(_ -> client.call());
    }

    /// What the clients were told and is not so, right now. Looks again only when there is anything new.
    public Verdict verdict() {
        Verdict verdict = lastVerdict.orElseGet(this::compare);
        lastVerdict = Optional.of(verdict);
        return verdict;
    }

    private Verdict compare() {
        List<Expectation> expectations = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        List<String> duplicated = new ArrayList<>();
        for (Client client : clients) {
            Ledger ledger = client.ledger();
            expectations.addAll(ledger.expectations());
            lost.addAll(ledger.seen().lost());
            duplicated.addAll(ledger.seen().duplicated());
        }
        Map<String, Long> ids = new HashMap<>();
        creations.forEach((key, user) -> ids.put(key, user.id()));
        Verdict found = Audit.compare(expectations, new Stored(List.copyOf(users.values()), ids, mails));
        lost.addAll(found.lost());
        duplicated.addAll(found.duplicated());
        return new Verdict(lost, duplicated);
    }
}
