package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class SpinTest {
    private int looks;

    private boolean inVain() {
        looks++;
        return false;
    }

    /// How many waits do not look until the next one does.
    private int waitsWithoutLook(int record) {
        int now = record;
        int waits = 0;
        int before = looks;
        while (looks == before) {
            now = Spin.look(now, this::inVain);
            waits++;
        }
        return waits - 1;
    }

    /// All threads that are no processes share a record: what one of them finds is not there for another.
    @Test
    void whatIsFoundByAnotherThreadIsNotThere() throws Exception {
        Spin spin = new Spin(true);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Boolean> never = threads.submit(() -> foundEver(spin, () -> false));
            Future<Boolean> always = threads.submit(() -> foundEver(spin, () -> true));
            assertThat(never.get()).isFalse();
            assertThat(always.get()).isTrue();
        }
    }

    private static boolean foundEver(Spin spin, BooleanSupplier done) {
        Blocking.Awaited awaited = new Blocking.Awaited() {
            @Override
            public boolean isDone() {
                return done.getAsBoolean();
            }

            @Override
            public boolean prepareToPark(Thread thread) {
                throw new AssertionError("nobody waits here");
            }
        };
        boolean found = false;
        for (int i = 0; i < 100_000; i++) {
            found |= spin.comesSoon(awaited, null);
        }
        return found;
    }

    @Test
    void whatIsNotToBeLookedForIsNotThere() {
        assertThat(foundEver(new Spin(false), () -> true)).isFalse();
    }

    @Test
    void whatIsThereIsFoundAtOnce() {
        assertThat(Spin.look(0, () -> true)).isZero();
    }

    @Test
    void whatComesDuringTheLookIsFound() {
        assertThat(Spin.look(0, () -> ++looks == 10)).isZero();
        assertThat(looks).isEqualTo(10);
    }

    @Test
    void aLookInVainMakesTheNextOnesRarer() {
        int record = 0;
        for (int expected : new int[] {1, 3, 7, 15, 31, 63, 127, 127}) {
            record = Spin.look(record, this::inVain);
            assertThat(waitsWithoutLook(record)).isEqualTo(expected);
            while ((record & 127) > 0) {
                record = Spin.look(record, this::inVain);
            }
        }
    }

    @Test
    void noWaitIsTakenForAnAnswer() {
        int record = Spin.NEW;
        for (int i = 0; i < 10_000; i++) {
            record = Spin.look(record, this::inVain);
            assertThat(record).isNotZero();
        }
    }

    @Test
    void anAnswerMakesUpForAllThatWasInVain() {
        int record = Spin.look(Spin.look(0, this::inVain) & ~127, this::inVain);
        record = Spin.look(record & ~127, () -> true);
        assertThat(record).isZero();
    }
}
