package dev.skep.example.workerbee.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.skep.Result;
import dev.skep.example.workerbee.data.Deleted;
import dev.skep.example.workerbee.data.Mail;
import dev.skep.example.workerbee.data.NewUser;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.data.UserPage;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the stores do, on whichever database.
abstract class UserStoreContract {

    private static final NewUser ADA = new NewUser("ada@example.org", "Ada", "key-ada");

    private Database database;
    private UserStore users;
    private MailStore mails;

    /// A database without tables.
    abstract Database emptyDatabase() throws Exception;

    @BeforeEach
    void openStores() throws Exception {
        database = emptyDatabase();
        database.createTables();
        users = new SqlUserStore(database.connect());
        mails = new SqlMailStore(database.connect());
    }

    @AfterEach
    void closeStores() throws SQLException {
        users.close();
        mails.close();
    }

    private User created(NewUser user) throws SQLException {
        return users.create(user).orElseThrow();
    }

    private static NewUser bee(int number) {
        return new NewUser("bee-" + number + "@example.org", "Bee " + number, "key-" + number);
    }

    // ---- Creating ------------------------------------------------------------------------------------------------

    @Test
    void createsTablesOnce() throws SQLException {
        User ada = created(ADA);

        database.createTables();

        assertThat(users.find(ada.id())).isEqualTo(Result.ok(ada));
    }

    @Test
    void createsAUserThatIsFoundAgain() throws SQLException {
        User ada = created(ADA);

        assertThat(ada.id()).isPositive();
        assertThat(ada).isEqualTo(new User(ada.id(), "ada@example.org", "Ada"));
        assertThat(users.find(ada.id())).isEqualTo(Result.ok(ada));
    }

    @Test
    void keepsCharactersOfAllLanguages() throws SQLException {
        User user = created(new NewUser("bee@example.org", "Zoë 蜂 🐝", "key"));

        assertThat(users.find(user.id())).isEqualTo(Result.ok(user));
    }

    @Test
    void answersACreationThatIsRepeatedAsBefore() throws SQLException {
        User ada = created(ADA);
        users.rename(ada.id(), "Lady Lovelace");

        assertThat(users.create(ADA)).isEqualTo(Result.ok(ada));
        assertThat(users.page(0, 10).users()).hasSize(1);
    }

    @Test
    void doesNotCreateAgainWhatWasDeletedSince() throws SQLException {
        User ada = created(ADA);
        users.delete(ada.id(), false);

        assertThat(users.create(ADA)).isEqualTo(Result.ok(ada));
        assertThat(users.page(0, 10).users()).isEmpty();
    }

    @Test
    void refusesAnAddressThatIsTaken() throws SQLException {
        created(ADA);

        assertThat(users.create(new NewUser(ADA.email(), "Another Ada", "another key")))
                .isEqualTo(Result.err(new UserError.EmailTaken(ADA.email())));
    }

    @Test
    void refusesAKeyThatWasUsedForAnotherCreation() throws SQLException {
        created(ADA);

        assertThat(users.create(new NewUser("bob@example.org", "Bob", ADA.idempotencyKey())))
                .isEqualTo(Result.err(new UserError.KeyReused(ADA.idempotencyKey())));
        assertThat(users.create(new NewUser(ADA.email(), "Another name", ADA.idempotencyKey())))
                .isEqualTo(Result.err(new UserError.KeyReused(ADA.idempotencyKey())));
    }

    @Test
    void givesAnAddressAwayAgainAfterItsUserIsDeleted() throws SQLException {
        User ada = created(ADA);
        users.delete(ada.id(), false);

        User other = created(new NewUser(ADA.email(), "Another Ada", "another key"));

        assertThat(other.id()).isNotEqualTo(ada.id());
    }

    @Test
    void createsOnceWhenManyAskAtTheSameTime() throws Exception {
        List<Callable<Result<User, UserError>>> same = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            same.add(() -> {
                try (var store = new SqlUserStore(database.connect())) {
                    return store.create(ADA);
                }
            });
        }

        List<Result<User, UserError>> answers = atTheSameTime(same);

        assertThat(answers).doesNotHaveDuplicates().hasSize(1);
        assertThat(users.page(0, 10).users()).hasSize(1);
        assertThat(mails.countWaiting()).isEqualTo(1);
    }

    private static <T> List<T> atTheSameTime(List<Callable<T>> tasks) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> values = new ArrayList<>();
            for (Future<T> task : threads.invokeAll(tasks)) {
                if (!values.contains(task.get())) {
                    values.add(task.get());
                }
            }
            return values;
        }
    }

    // ---- Reading, renaming, deleting -----------------------------------------------------------------------------

    @Test
    void doesNotFindWhatIsNotThere() throws SQLException {
        assertThat(users.find(4711)).isEqualTo(Result.err(new UserError.NotFound(4711)));
    }

    @Test
    void givesUsersPageByPage() throws SQLException {
        User one = created(bee(1));
        User two = created(bee(2));
        User three = created(bee(3));

        UserPage first = users.page(0, 2);
        UserPage second = users.page(first.next().orElseThrow(), 2);

        assertThat(first).isEqualTo(new UserPage(List.of(one, two), OptionalLong.of(two.id())));
        assertThat(second).isEqualTo(new UserPage(List.of(three), OptionalLong.empty()));
    }

    @Test
    void hasNoPageAfterAFullLastOne() throws SQLException {
        created(bee(1));
        created(bee(2));

        assertThat(users.page(0, 2).next()).isEmpty();
    }

    @Test
    void renamesAUser() throws SQLException {
        User ada = created(ADA);
        var renamed = new User(ada.id(), ada.email(), "Lady Lovelace");

        assertThat(users.rename(ada.id(), "Lady Lovelace")).isEqualTo(Result.ok(renamed));
        assertThat(users.find(ada.id())).isEqualTo(Result.ok(renamed));
    }

    @Test
    void doesNotRenameWhatIsNotThere() throws SQLException {
        assertThat(users.rename(4711, "Nobody")).isEqualTo(Result.err(new UserError.NotFound(4711)));
    }

    @Test
    void deletesAUser() throws SQLException {
        User ada = created(ADA);

        assertThat(users.delete(ada.id(), false)).isEqualTo(Result.ok(new Deleted(ada.id())));
        assertThat(users.find(ada.id())).isEqualTo(Result.err(new UserError.NotFound(ada.id())));
        assertThat(users.delete(ada.id(), false)).isEqualTo(Result.err(new UserError.NotFound(ada.id())));
    }

    @Test
    void takesAnEarlierAttemptForADeletion() throws SQLException {
        User ada = created(ADA);
        users.delete(ada.id(), false);

        assertThat(users.delete(ada.id(), true)).isEqualTo(Result.ok(new Deleted(ada.id())));
    }

    // ---- Mails ---------------------------------------------------------------------------------------------------

    @Test
    void writesAWelcomeMailForEachUser() throws SQLException {
        created(ADA);
        users.create(ADA);
        created(bee(1));

        assertThat(mails.waiting(10))
                .extracting(Mail::to, Mail::text)
                .containsExactly(
                        tuple("ada@example.org", "Welcome to the hive, Ada!"),
                        tuple("bee-1@example.org", "Welcome to the hive, Bee 1!"));
    }

    @Test
    void writesNoMailForACreationThatIsRefused() throws SQLException {
        created(ADA);

        users.create(new NewUser(ADA.email(), "Another Ada", "another key"));

        assertThat(mails.countWaiting()).isEqualTo(1);
    }

    @Test
    void forgetsMailsThatWereSent() throws SQLException {
        created(bee(1));
        created(bee(2));
        List<Mail> first = mails.waiting(1);

        mails.mark(first, List.of());

        assertThat(mails.waiting(10)).hasSize(1).doesNotContainAnyElementsOf(first);
    }

    // ---- Failures ------------------------------------------------------------------------------------------------

    @Test
    void doesNotTakeALostConnectionForABusinessError() throws SQLException {
        users.close();

        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> users.create(ADA));
    }

    @Test
    void worksOnAfterATransactionThatFailed() throws SQLException {
        var tooLong = new NewUser("bob@example.org", "b".repeat(1000), "key-bob");

        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> users.create(tooLong));

        assertThat(users.create(ADA).isOk()).isTrue();
        assertThat(users.page(0, 10).users()).hasSize(1);
    }
}
