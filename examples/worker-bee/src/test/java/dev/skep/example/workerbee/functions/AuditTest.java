package dev.skep.example.workerbee.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.example.workerbee.data.Expectation;
import dev.skep.example.workerbee.data.Expectation.Presence;
import dev.skep.example.workerbee.data.Stored;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.Verdict;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AuditTest {

    private static final Verdict CLEAN = new Verdict(List.of(), List.of());
    private static final Stored NOTHING = new Stored(List.of(), Map.of(), Map.of());
    private static final User ADA = new User(1, "ada@example.org", "Ada");
    private static final Stored ONLY_ADA = new Stored(List.of(ADA), Map.of("k1", 1L), Map.of(1L, 1));

    private static Expectation ada(Presence presence, String... names) {
        return new Expectation("k1", "ada@example.org", OptionalLong.of(1), Set.of(names), presence);
    }

    private static Expectation unanswered() {
        return new Expectation("k1", "ada@example.org", OptionalLong.empty(), Set.of("Ada"), Presence.EITHER);
    }

    private static Verdict audit(Stored stored, Expectation... expectations) {
        return Audit.compare(List.of(expectations), stored);
    }

    @Nested
    class NothingIsWrong {

        @Test
        void whenEverythingIsAsClientsWereTold() {
            assertThat(audit(ONLY_ADA, ada(Presence.PRESENT, "Ada"))).isEqualTo(CLEAN);
            assertThat(audit(NOTHING)).isEqualTo(CLEAN);
        }

        @Test
        void whenWhatWasNeverAnsweredHasHappenedOrNot() {
            assertThat(audit(ONLY_ADA, unanswered())).isEqualTo(CLEAN);
            assertThat(audit(NOTHING, unanswered())).isEqualTo(CLEAN);
            assertThat(audit(ONLY_ADA, ada(Presence.PRESENT, "Ada", "Lady Lovelace")))
                    .isEqualTo(CLEAN);
            assertThat(audit(ONLY_ADA, ada(Presence.EITHER, "Ada"))).isEqualTo(CLEAN);
        }

        @Test
        void whenADeletedUserIsGone() {
            var gone = new Stored(List.of(), Map.of("k1", 1L), Map.of(1L, 1));

            assertThat(audit(gone, ada(Presence.ABSENT, "Ada"))).isEqualTo(CLEAN);
        }
    }

    @Nested
    class SomethingIsLost {

        @Test
        void whenACreatedUserIsNotThere() {
            var gone = new Stored(List.of(), Map.of("k1", 1L), Map.of(1L, 1));

            assertThat(audit(gone, ada(Presence.PRESENT, "Ada")).lost()).containsExactly("the user of ada@example.org");
        }

        @Test
        void whenTheAnswerToACreationIsNotThere() {
            var forgotten = new Stored(List.of(ADA), Map.of(), Map.of(1L, 1));

            assertThat(audit(forgotten, ada(Presence.PRESENT, "Ada")).lost())
                    .containsExactly("the creation k1 of the user 1");
        }

        @Test
        void whenARenameIsNotThere() {
            assertThat(audit(ONLY_ADA, ada(Presence.PRESENT, "Lady Lovelace")).lost())
                    .singleElement()
                    .asString()
                    .contains("name of the user 1", "Ada", "Lady Lovelace");
        }

        @Test
        void whenADeletedUserIsStillThere() {
            assertThat(audit(ONLY_ADA, ada(Presence.ABSENT, "Ada")).lost())
                    .containsExactly("the deletion of the user 1 of ada@example.org");
        }

        @Test
        void whenAWelcomeMailWasNotWritten() {
            var silent = new Stored(List.of(ADA), Map.of("k1", 1L), Map.of());

            assertThat(audit(silent, ada(Presence.PRESENT, "Ada")).lost())
                    .containsExactly("the welcome mail of the user 1");
        }
    }

    @Nested
    class SomethingIsDuplicated {

        @Test
        void whenAnAddressHasTwoUsers() {
            var twins = new Stored(
                    List.of(ADA, new User(2, "ada@example.org", "Ada")), Map.of("k1", 1L), Map.of(1L, 1, 2L, 1));

            assertThat(audit(twins, ada(Presence.PRESENT, "Ada")).duplicated())
                    .containsExactly("ada@example.org has the users 1 and 2");
        }

        @Test
        void whenThereIsAUserNobodyAskedFor() {
            assertThat(audit(ONLY_ADA).duplicated()).containsExactly("nobody asked for the user 1 of ada@example.org");
        }

        @Test
        void whenACreationWasAnsweredWithTwoIds() {
            var other = new Stored(List.of(new User(2, "ada@example.org", "Ada")), Map.of("k1", 2L), Map.of(2L, 1));

            assertThat(audit(other, ada(Presence.PRESENT, "Ada")).duplicated())
                    .containsExactly("the creation k1 gave the users 1 and 2");
        }

        @Test
        void whenTwoCreationsWereAnsweredWithOneId() {
            var bob = new Expectation("k2", "bob@example.org", OptionalLong.of(1), Set.of("Bob"), Presence.EITHER);
            var shared = new Stored(List.of(ADA), Map.of("k1", 1L, "k2", 1L), Map.of(1L, 1));

            assertThat(audit(shared, ada(Presence.PRESENT, "Ada"), bob).duplicated())
                    .containsExactly("the user 1 was given for the creations k1 and k2");
        }

        @Test
        void whenAUserIsWelcomedTwice() {
            var welcomed = new Stored(List.of(ADA), Map.of("k1", 1L), Map.of(1L, 2));

            assertThat(audit(welcomed, ada(Presence.PRESENT, "Ada")).duplicated())
                    .containsExactly("the user 1 has 2 welcome mails");
        }
    }
}
