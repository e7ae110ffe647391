package dev.skep.example.workerbee.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Result;
import dev.skep.example.workerbee.data.Deleted;
import dev.skep.example.workerbee.data.Figures;
import dev.skep.example.workerbee.data.Stored;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.data.Verdict;
import dev.skep.example.workerbee.functions.Audit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// The client is what finds out that the service loses or duplicates something: so it is tried on services that
/// do.
class ClientTest {

    private static final int REQUESTS = 300;

    private final Measurements measurements = new Measurements();

    /// A service that does what it should, in memory, until a subclass does otherwise.
    private static class Memory implements UserService {
        final Map<Long, User> users = new HashMap<>();
        final Map<String, Long> creations = new HashMap<>();
        final Map<Long, Integer> mails = new HashMap<>();
        int requests;

        /// Called after each request is done, before it is answered.
        void answering() throws NoAnswer {}

        @Override
        public Result<User, UserError> create(String email, String name, String key) throws NoAnswer {
            requests++;
            Result<User, UserError> answer = createNow(email, name, key);
            answering();
            return answer;
        }

        private Result<User, UserError> createNow(String email, String name, String key) {
            if (!email.contains("@")) {
                return Result.err(new UserError.Invalid("email", "is none"));
            }
            Long before = creations.get(key);
            if (before != null) {
                return Result.ok(new User(before, email, name));
            }
            if (users.values().stream().anyMatch(user -> user.email().equals(email))) {
                return Result.err(new UserError.EmailTaken(email));
            }
            var user = new User(creations.size() + 1, email, name);
            creations.put(key, user.id());
            users.put(user.id(), user);
            mails.merge(user.id(), 1, Integer::sum);
            return Result.ok(user);
        }

        @Override
        public Result<User, UserError> find(long id) throws NoAnswer {
            requests++;
            answering();
            return found(id);
        }

        private Result<User, UserError> found(long id) {
            User user = users.get(id);
            return user == null ? Result.err(new UserError.NotFound(id)) : Result.ok(user);
        }

        @Override
        public Result<User, UserError> rename(long id, String name) throws NoAnswer {
            requests++;
            if (name.isBlank()) {
                return Result.err(new UserError.Invalid("name", "is none"));
            }
            users.computeIfPresent(id, (_, user) -> new User(id, user.email(), name));
            answering();
            return found(id);
        }

        @Override
        public Result<Deleted, UserError> delete(long id) throws NoAnswer {
            requests++;
            User gone = users.remove(id);
            answering();
            return gone == null ? Result.err(new UserError.NotFound(id)) : Result.ok(new Deleted(id));
        }

        Stored stored() {
            return new Stored(users.values().stream().toList(), creations, mails);
        }
    }

    private Verdict verdictOf(Memory service) throws InterruptedException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        var client =
                new Client("1", service, random, measurements, () -> service.requests < REQUESTS, Client.Time.REAL);
        Ledger ledger = client.call();
        Verdict seen = ledger.seen();
        Verdict found = Audit.compare(ledger.expectations(), service.stored());
        return new Verdict(
                seen.lost().isEmpty() ? found.lost() : seen.lost(),
                seen.duplicated().isEmpty() ? found.duplicated() : seen.duplicated());
    }

    @Test
    void hasNothingToSayAgainstAServiceThatWorks() throws InterruptedException {
        assertThat(verdictOf(new Memory())).isEqualTo(new Verdict(List.of(), List.of()));

        Figures figures = measurements.figures(0);
        assertThat(figures.calls()).isGreaterThanOrEqualTo(REQUESTS);
        assertThat(figures.failedCalls()).isZero();
        assertThat(figures.businessErrors()).isPositive();
        assertThat(figures.acknowledged()).isPositive();
        assertThat(figures.calls()).isEqualTo(figures.ok() + figures.businessErrors());
    }

    @Test
    void asksAgainUntilAServiceThatLosesAnswersHasAnswered() throws InterruptedException {
        var forgetful = new Memory() {
            @Override
            void answering() throws NoAnswer {
                if (requests % 3 == 0) {
                    throw new NoAnswer("lost");
                }
            }
        };

        assertThat(verdictOf(forgetful)).isEqualTo(new Verdict(List.of(), List.of()));
        assertThat(measurements.figures(0).failedCalls()).isPositive();
    }

    @Test
    void noticesThatAUserIsLost() throws InterruptedException {
        var losing = new Memory() {
            @Override
            void answering() {
                if (requests % 50 == 0) {
                    users.clear();
                }
            }
        };

        assertThat(verdictOf(losing).lost()).isNotEmpty();
    }

    @Test
    void noticesThatARenameIsLost() throws InterruptedException {
        var lazy = new Memory() {
            @Override
            public Result<User, UserError> rename(long id, String name) throws NoAnswer {
                Result<User, UserError> before = find(id);
                return before.map(user -> name.isBlank() ? user : new User(id, user.email(), name));
            }
        };

        assertThat(verdictOf(lazy).lost()).isNotEmpty();
    }

    @Test
    void noticesThatADeletionIsLost() throws InterruptedException {
        var keeping = new Memory() {
            @Override
            public Result<Deleted, UserError> delete(long id) {
                requests++;
                return Result.ok(new Deleted(id));
            }
        };

        assertThat(verdictOf(keeping).lost()).isNotEmpty().allMatch(what -> what.contains("deletion"));
    }

    @Test
    void noticesThatACreationIsDoneTwice() throws InterruptedException {
        var keyless = new Memory() {
            @Override
            public Result<User, UserError> create(String email, String name, String key) throws NoAnswer {
                return super.create(email, name, key + "-" + requests);
            }

            @Override
            void answering() throws NoAnswer {
                if (requests % 3 == 0) {
                    throw new NoAnswer("lost");
                }
            }
        };

        assertThat(verdictOf(keyless).duplicated()).isNotEmpty();
    }
}
