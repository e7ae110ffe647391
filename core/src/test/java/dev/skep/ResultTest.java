package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.Result.Err;
import dev.skep.Result.Ok;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ResultTest {

    private static final Result<Integer, String> THREE = Result.ok(3);
    private static final Result<Integer, String> TAKEN = Result.err("taken");

    @Nested
    class TheTwoCases {

        @Test
        void areEqualWhenTheirContentsAre() {
            assertThat(Result.<Integer, String>ok(3)).isEqualTo(THREE).hasSameHashCodeAs(THREE);
            assertThat(Result.<Integer, String>err("taken")).isEqualTo(TAKEN).hasSameHashCodeAs(TAKEN);
            assertThat(Result.<String, String>ok("a")).isNotEqualTo(Result.<String, String>err("a"));
        }

        @Test
        void showTheirContents() {
            assertThat(THREE).hasToString("Ok[value=3]");
            assertThat(TAKEN).hasToString("Err[error=taken]");
        }

        @Test
        void tellWhichTheyAre() {
            assertThat(THREE.isOk()).isTrue();
            assertThat(TAKEN.isOk()).isFalse();
        }

        @Test
        void areTakenApartByAnExhaustiveSwitch() {
            assertThat(describe(THREE)).isEqualTo("value 3");
            assertThat(describe(TAKEN)).isEqualTo("error taken");
        }

        private static String describe(Result<Integer, String> result) {
            return switch (result) {
                case Ok(var value) -> "value " + value;
                case Err(var error) -> "error " + error;
            };
        }

        @Test
        void areTakenApartByInstanceof() {
            assertThat(TAKEN instanceof Err(var error) && error.length() == 5).isTrue();
            assertThat(THREE instanceof Ok(var value) && value > 3).isFalse();
        }

        @Test
        void refuseNull() {
            assertThatNullPointerException().isThrownBy(() -> Result.ok(null)).withMessage("value");
            assertThatNullPointerException().isThrownBy(() -> Result.err(null)).withMessage("error");
            assertThatNullPointerException().isThrownBy(() -> new Ok<>(null)).withMessage("value");
            assertThatNullPointerException().isThrownBy(() -> new Err<>(null)).withMessage("error");
        }
    }

    @Nested
    class Map {

        @Test
        void changesTheValue() {
            assertThat(THREE.map(n -> "n" + n)).isEqualTo(Result.ok("n3"));
        }

        @Test
        void leavesAnErrorAndDoesNotCallTheMapper() {
            assertThat(TAKEN.map(ResultTest::mustNotBeCalled)).isEqualTo(TAKEN);
        }

        @Test
        void refusesNull() {
            assertThatNullPointerException().isThrownBy(() -> TAKEN.map(null)).withMessage("mapper");
            assertThatNullPointerException()
                    .isThrownBy(() -> THREE.map(_ -> null))
                    .withMessage("the mapper's value");
        }

        @Test
        void letsTheMappersExceptionThrough() {
            assertThatIllegalStateException().isThrownBy(() -> THREE.map(ResultTest::mustNotBeCalled));
        }
    }

    @Nested
    class MapError {

        @Test
        void changesTheError() {
            assertThat(TAKEN.mapError(String::length)).isEqualTo(Result.err(5));
        }

        @Test
        void leavesAValueAndDoesNotCallTheMapper() {
            assertThat(THREE.mapError(ResultTest::mustNotBeCalled)).isEqualTo(THREE);
        }

        @Test
        void refusesNull() {
            assertThatNullPointerException()
                    .isThrownBy(() -> THREE.mapError(null))
                    .withMessage("mapper");
            assertThatNullPointerException()
                    .isThrownBy(() -> TAKEN.mapError(_ -> null))
                    .withMessage("the mapper's error");
        }
    }

    @Nested
    class FlatMap {

        @Test
        void takesTheNextStep() {
            assertThat(THREE.flatMap(n -> Result.ok(n + 1))).isEqualTo(Result.ok(4));
            assertThat(THREE.flatMap(_ -> Result.err("late"))).isEqualTo(Result.err("late"));
        }

        @Test
        void endsAtAnError() {
            assertThat(TAKEN.<Integer>flatMap(ResultTest::mustNotBeCalled)).isEqualTo(TAKEN);
        }

        @Test
        void takesAStepOfNarrowerTypes() {
            Function<Object, Result<Integer, String>> narrow = _ -> Result.ok(1);
            Result<Object, CharSequence> start = Result.ok("start");

            Result<Number, CharSequence> end = start.flatMap(narrow);

            assertThat(end).isEqualTo(Result.ok(1));
        }

        @Test
        void refusesNull() {
            assertThatNullPointerException()
                    .isThrownBy(() -> TAKEN.flatMap(null))
                    .withMessage("next");
            assertThatNullPointerException()
                    .isThrownBy(() -> THREE.flatMap(_ -> null))
                    .withMessage("the next result");
        }
    }

    @Nested
    class Fold {

        @Test
        void takesTheFunctionOfTheCase() {
            assertThat(THREE.<String>fold(n -> "n" + n, ResultTest::mustNotBeCalled))
                    .isEqualTo("n3");
            assertThat(TAKEN.<String>fold(ResultTest::mustNotBeCalled, e -> "e" + e))
                    .isEqualTo("etaken");
        }

        @Test
        void refusesNull() {
            assertThatNullPointerException()
                    .isThrownBy(() -> THREE.fold(null, e -> e))
                    .withMessage("onOk");
            assertThatNullPointerException()
                    .isThrownBy(() -> THREE.fold(n -> n, null))
                    .withMessage("onErr");
        }
    }

    @Nested
    class OrElse {

        @Test
        void givesTheValueOrTheOther() {
            assertThat(THREE.orElse(0)).isEqualTo(3);
            assertThat(TAKEN.orElse(0)).isEqualTo(0);
        }

        @Test
        void makesTheOtherFromTheError() {
            assertThat(THREE.orElseGet(ResultTest::mustNotBeCalled)).isEqualTo(3);
            assertThat(TAKEN.orElseGet(String::length)).isEqualTo(5);
        }

        @Test
        void refusesNull() {
            assertThatNullPointerException()
                    .isThrownBy(() -> THREE.orElse(null))
                    .withMessage("other");
            assertThatNullPointerException()
                    .isThrownBy(() -> THREE.orElseGet(null))
                    .withMessage("other");
            assertThatNullPointerException()
                    .isThrownBy(() -> TAKEN.orElseGet(_ -> null))
                    .withMessage("the other value");
        }
    }

    @Nested
    class OrElseThrow {

        @Test
        void givesTheValue() {
            assertThat(THREE.orElseThrow()).isEqualTo(3);
            assertThat(THREE.orElseThrow(IllegalArgumentException::new)).isEqualTo(3);
        }

        @Test
        void showsTheErrorInItsMessage() {
            assertThatIllegalStateException()
                    .isThrownBy(TAKEN::orElseThrow)
                    .withMessage("expected Ok, but the result is Err: taken")
                    .withNoCause();
        }

        @Test
        void keepsAThrowableErrorAsTheCause() {
            var cause = new IOException("disk full");
            assertThatIllegalStateException()
                    .isThrownBy(() -> Result.err(cause).orElseThrow())
                    .withCause(cause);
        }

        @Test
        void throwsTheExceptionMadeFromTheError() {
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> TAKEN.orElseThrow(TimeoutException::new))
                    .withMessage("taken");
        }

        @Test
        void refusesNull() {
            assertThatNullPointerException()
                    .isThrownBy(() -> THREE.orElseThrow(null))
                    .withMessage("toException");
            assertThatNullPointerException()
                    .isThrownBy(() -> TAKEN.orElseThrow(_ -> null))
                    .withMessage("the exception");
        }
    }

    @Nested
    class ToOptional {

        @Test
        void keepsTheValueAndDropsTheError() {
            assertThat(THREE.toOptional()).hasValue(3);
            assertThat(TAKEN.toOptional()).isEmpty();
        }
    }

    @Nested
    class Of {

        @Test
        void givesTheValueOfTheCode() {
            assertThat(Result.of(() -> 3)).isEqualTo(Result.ok(3));
        }

        @Test
        void givesACheckedExceptionAsTheError() {
            var full = new IOException("disk full");
            assertThat(Result.of(() -> {
                        throw full;
                    }))
                    .isEqualTo(Result.err(full));
        }

        @Test
        void givesAnUncheckedExceptionAsTheError() {
            assertThat(Result.of(() -> Integer.parseInt("x")).mapError(Object::getClass))
                    .isEqualTo(Result.err(NumberFormatException.class));
        }

        @Test
        void givesAMissingValueAsTheError() {
            Result<Object, String> result = Result.of(() -> null).mapError(Exception::toString);

            assertThat(result).isEqualTo(Result.err("java.lang.NullPointerException: the code's value"));
        }

        @Test
        void makesTheErrorFromTheException() {
            assertThat(Result.of(() -> Integer.parseInt("x"), Exception::getMessage))
                    .isEqualTo(Result.err("For input string: \"x\""));
        }

        @Test
        void letsAnErrorThrough() {
            var error = new StackOverflowError();
            assertThatExceptionOfType(StackOverflowError.class)
                    .isThrownBy(() -> Result.of(() -> {
                        throw error;
                    }))
                    .isSameAs(error);
        }

        @Test
        void keepsAnInterrupt() {
            var interrupt = new InterruptedException();

            Result<Object, Exception> result = Result.of(() -> {
                throw interrupt;
            });

            assertThat(Thread.interrupted()).isTrue();
            assertThat(result).isEqualTo(Result.err(interrupt));
        }

        @Test
        void setsNoInterruptForAnotherException() {
            assertThat(Result.of(() -> Integer.parseInt("x")).isOk()).isFalse();
            assertThat(Thread.interrupted()).isFalse();
        }

        @Test
        void refusesNull() {
            assertThatNullPointerException().isThrownBy(() -> Result.of(null)).withMessage("code");
            assertThatNullPointerException()
                    .isThrownBy(() -> Result.of(() -> 3, null))
                    .withMessage("toError");
            assertThatNullPointerException()
                    .isThrownBy(() -> Result.of(() -> Integer.parseInt("x"), _ -> null))
                    .withMessage("error");
        }
    }

    @Nested
    class Collect {

        @Test
        void gathersTheValuesInOrder() {
            assertThat(Result.collect(List.of(Result.ok(1), Result.ok(2), THREE)))
                    .isEqualTo(Result.ok(List.of(1, 2, 3)));
            assertThat(Result.collect(Stream.of(1, 2, 3).map(Result::ok))).isEqualTo(Result.ok(List.of(1, 2, 3)));
        }

        @Test
        void givesTheFirstError() {
            assertThat(Result.collect(List.of(THREE, TAKEN, Result.err("late"))))
                    .isEqualTo(Result.err("taken"));
        }

        @Test
        void looksNoFurtherThanTheFirstError() {
            Stream<Result<Integer, String>> endless =
                    Stream.iterate(1, n -> n + 1).map(n -> n < 5 ? Result.ok(n) : Result.err("stop at " + n));

            assertThat(Result.collect(endless)).isEqualTo(Result.err("stop at 5"));
        }

        @Test
        void givesAnEmptyListForNoResults() {
            assertThat(Result.collect(List.<Result<Integer, String>>of())).isEqualTo(Result.ok(List.of()));
            assertThat(Result.collect(Stream.<Result<Integer, String>>empty())).isEqualTo(Result.ok(List.of()));
        }

        @Test
        void givesAListThatCannotBeChanged() {
            List<Integer> values = Result.collect(List.of(THREE)).orElseThrow();

            assertThat(values).isUnmodifiable();
        }

        @Test
        void refusesNull() {
            assertThatNullPointerException()
                    .isThrownBy(() -> Result.collect((Iterable<Result<Integer, String>>) null))
                    .withMessage("results");
            assertThatNullPointerException()
                    .isThrownBy(() -> Result.collect((Stream<Result<Integer, String>>) null))
                    .withMessage("results");
            assertThatNullPointerException()
                    .isThrownBy(() -> Result.collect(Arrays.asList(THREE, null)))
                    .withMessage("a result");
        }
    }

    /// Stands in for any function, so the caller chooses what it would give.
    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T mustNotBeCalled(Object argument) {
        throw new IllegalStateException("called with " + argument);
    }
}
