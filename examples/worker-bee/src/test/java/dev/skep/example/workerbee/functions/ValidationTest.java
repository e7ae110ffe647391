package dev.skep.example.workerbee.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Result;
import dev.skep.example.workerbee.data.NewUser;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.data.UserRpc;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationTest {

    private static String fieldAtFault(Result<?, UserError> result) {
        return result.fold(
                value -> "nothing, but gave " + value,
                error -> error instanceof UserError.Invalid(var field, var _) ? field : error.toString());
    }

    @Nested
    class AnEmailAddress {

        @ParameterizedTest
        @CsvSource({
            "ada@example.org, ada@example.org",
            "' Ada@Example.ORG ', ada@example.org",
            "a+b.c@sub.example.co.uk, a+b.c@sub.example.co.uk",
            "o'hara@example.org, o'hara@example.org",
        })
        void isNormalised(String given, String normalised) {
            assertThat(Validation.email(given)).isEqualTo(Result.ok(normalised));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "ada",
                    "@example.org",
                    "ada@",
                    "ada@example",
                    "ada@@example.org",
                    "ada@example..org",
                    "ada@-example.org",
                    "a da@example.org",
                    "ada@example.org\n.",
                    "ädä@example.org",
                })
        void isRefusedWhenItIsNone(String given) {
            assertThat(fieldAtFault(Validation.email(given))).isEqualTo("email");
        }

        @Test
        void isRefusedWhenMailCannotBeSentToItForItsLength() {
            String domain = ("a".repeat(62) + ".").repeat(3) + "org";
            String longest = "a".repeat(Validation.LONGEST_EMAIL - domain.length() - 1) + "@" + domain;

            assertThat(Validation.email(longest)).isEqualTo(Result.ok(longest));
            assertThat(fieldAtFault(Validation.email("a" + longest))).isEqualTo("email");
        }
    }

    @Nested
    class AName {

        @Test
        void isStripped() {
            assertThat(Validation.name("  Ada Lovelace ")).isEqualTo(Result.ok("Ada Lovelace"));
        }

        @Test
        void isCountedInCharactersThatPeopleSee() {
            String bees = "🐝".repeat(Validation.LONGEST_NAME);

            assertThat(Validation.name(bees)).isEqualTo(Result.ok(bees));
            assertThat(fieldAtFault(Validation.name(bees + "🐝"))).isEqualTo("name");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "   ", "a\u0000b", "a\nb", "\ud83d", "b\udc1d"})
        void isRefusedWhenNoDatabaseWouldKeepIt(String given) {
            assertThat(fieldAtFault(Validation.name(given))).isEqualTo("name");
        }
    }

    @Nested
    class AnIdempotencyKey {

        @ParameterizedTest
        @ValueSource(strings = {"k", "0b9e5c4e-7f0a-4c0e-9b0a-0d6f3f6a1b2c", "~!#"})
        void isTakenAsItIs(String given) {
            assertThat(Validation.idempotencyKey(given)).isEqualTo(Result.ok(given));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "a b", "schlüssel", "a\tb"})
        void isRefusedWhenItIsNotVisibleAscii(String given) {
            assertThat(fieldAtFault(Validation.idempotencyKey(given))).isEqualTo("Idempotency-Key");
        }

        @Test
        void isRefusedWhenItIsTooLong() {
            String longest = "k".repeat(Validation.LONGEST_KEY);

            assertThat(Validation.idempotencyKey(longest).isOk()).isTrue();
            assertThat(fieldAtFault(Validation.idempotencyKey(longest + "k"))).isEqualTo("Idempotency-Key");
        }
    }

    @Nested
    class ANewUser {

        @Test
        void hasAllThatWasGivenNormalised() {
            var request = new UserRpc.Create("Ada@example.org", Optional.of(" Ada "), "k");

            assertThat(Validation.newUser(request)).isEqualTo(Result.ok(new NewUser("ada@example.org", "Ada", "k")));
        }

        @Test
        void isCalledByItsAddressWithoutAName() {
            var request = new UserRpc.Create("Ada@example.org", Optional.empty(), "k");

            assertThat(Validation.newUser(request)).isEqualTo(Result.ok(new NewUser("ada@example.org", "ada", "k")));
        }

        @Test
        void isRefusedForItsFirstFault() {
            assertThat(fieldAtFault(Validation.newUser(new UserRpc.Create("x", Optional.of(""), ""))))
                    .isEqualTo("email");
            assertThat(fieldAtFault(Validation.newUser(new UserRpc.Create("a@b.org", Optional.of(""), ""))))
                    .isEqualTo("name");
            assertThat(fieldAtFault(Validation.newUser(new UserRpc.Create("a@b.org", Optional.empty(), ""))))
                    .isEqualTo("Idempotency-Key");
        }
    }

    @Nested
    class APage {

        @ParameterizedTest
        @CsvSource({"0, 1", "7, 100"})
        void isTakenWithinItsLimits(long after, int limit) {
            var request = new UserRpc.ListUsers(after, limit);

            assertThat(Validation.page(request)).isEqualTo(Result.ok(request));
        }

        @ParameterizedTest
        @CsvSource({"0, 0, limit", "0, -1, limit", "0, 101, limit", "-1, 10, after"})
        void isRefusedBeyondThem(long after, int limit, String field) {
            assertThat(fieldAtFault(Validation.page(new UserRpc.ListUsers(after, limit))))
                    .isEqualTo(field);
        }
    }
}
