package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        Spin spin = new Spin(true, 2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Boolean> never = threads.submit(() -> foundEver(spin, false));
            Future<Boolean> always = threads.submit(() -> foundEver(spin, true));
            assertThat(never.get()).isFalse();
            assertThat(always.get()).isTrue();
        }
    }

    private record Looked(boolean isDone) implements Blocking.Awaited {
        @Override
        public boolean prepareToPark(Thread thread) {
            throw new AssertionError("nobody waits here");
        }
    }

    private static final Blocking.Awaited DONE = new Looked(true);

    private static boolean foundEver(Spin spin, boolean done) {
        boolean found = false;
        for (int i = 0; i < 20_000; i++) {
            found |= spin.comesSoon(new Looked(done), null);
        }
        return found;
    }

    @Test
    void whatIsNotToBeLookedForIsNotThere() {
        assertThat(foundEver(new Spin(false, 2), true)).isFalse();
    }

    @Test
    void whatIsThereIsFoundAtOnce() {
        assertThat(Spin.hasFound(Spin.look(0, () -> true))).isTrue();
    }

    @Test
    void whatComesDuringTheLookIsFound() {
        assertThat(Spin.hasFound(Spin.look(0, () -> ++looks == 10))).isTrue();
        assertThat(looks).isEqualTo(10);
    }

    @Test
    void aLookInVainMakesTheNextOnesRarer() {
        int record = 0;
        for (int expected : new int[] {1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 1023}) {
            record = Spin.look(record, this::inVain);
            assertThat(waitsWithoutLook(record)).isEqualTo(expected);
            record = skipped(record);
        }
    }

    /// The record after as many waits as do without a look.
    private int skipped(int record) {
        int now = record;
        for (int waits = waitsWithoutLook(record); waits > 0; waits--) {
            now = Spin.look(now, this::inVain);
        }
        return now;
    }

    @Test
    void noWaitIsTakenForAnAnswer() {
        int record = Spin.NEW;
        for (int i = 0; i < 10_000; i++) {
            record = Spin.look(record, this::inVain);
            assertThat(Spin.hasFound(record)).isFalse();
        }
    }

    @Test
    void anAnswerMakesUpForAllThatWasInVain() {
        int record = skipped(Spin.look(skipped(Spin.look(0, this::inVain)), this::inVain));
        record = Spin.look(record, () -> true);
        assertThat(Spin.hasFound(record)).isTrue();
        record = Spin.look(record, this::inVain);
        assertThat(waitsWithoutLook(record)).isEqualTo(1);
    }

    @Test
    void fourAnswersMakeUpForOneLookInVain() {
        int record = 0;
        for (int i = 0; i < 1_000; i++) { // more than count
            record = Spin.look(record, () -> true);
        }
        for (int i = 0; i < 3; i++) {
            record = Spin.look(record, this::inVain);
            assertThat(Spin.hasFound(record)).isFalse();
            assertThat(waitsWithoutLook(record)).isZero();
        }
        assertThat(waitsWithoutLook(Spin.look(record, this::inVain))).isEqualTo(1);
        record = Spin.look(record, () -> true);
        assertThat(waitsWithoutLook(Spin.look(record, this::inVain))).isZero();
    }

    private Worker worker(Lab lab) {
        Worker worker = new Worker(lab.node, (Process) lab.dead());
        worker.spins = 0; // it looks at once
        return worker;
    }

    @Test
    void nobodyKeepsACarrierWhileMoreAreActiveThanHaveRoom() {
        try (Lab lab = new Lab()) {
            Spin spin = new Spin(true, 2);
            Worker worker = worker(lab);
            spin.seen(4);
            assertThat(spin.isCrowded()).isFalse();
            assertThat(spin.comesSoon(DONE, worker)).isTrue();
            spin.seen(5);
            assertThat(spin.isCrowded()).isTrue();
            assertThat(spin.comesSoon(DONE, worker)).isFalse();
            for (int starts = 0; starts < 10; starts++) {
                assertThat(spin.comesAfterStart(() -> true)).isFalse();
            }
            spin.seen(4);
            assertThat(spin.comesSoon(DONE, worker)).isTrue();
        }
    }

    /// Who leaves its carrier between two looks is active, and who is looked at for the first time is not yet.
    @Test
    void whoHasDoneSomethingSinceTheLastLookIsActive() {
        try (Lab lab = new Lab()) {
            Worker worker = worker(lab);
            worker.look(1);
            assertThat(worker.isActive()).isFalse();
            worker.look(2);
            assertThat(worker.isActive()).isFalse();
            worker.pause(lab.node.scheduler);
            worker.look(3);
            assertThat(worker.isActive()).isTrue();
            worker.look(4);
            assertThat(worker.isActive()).isFalse();
        }
    }

    /// There is one record for all that start, since each does so once.
    @Test
    void whoHasStartedLooksIfThatHasPaidForOthers() {
        Spin spin = new Spin(true, 2);
        for (int waits = 0; waits < 3; waits++) {
            assertThat(spin.comesAfterStart(() -> true))
                    .as("nobody has looked yet")
                    .isFalse();
        }
        for (int starts = 0; starts < 20; starts++) {
            assertThat(spin.comesAfterStart(() -> true)).isTrue();
        }
        for (int i = 0; i < 10_000; i++) {
            assertThat(spin.comesAfterStart(this::inVain)).isFalse();
        }
        assertThat(looks / 400).as("looks in vain get rare").isLessThan(24);
    }

    @Test
    void whoLooksAfterOthersYieldsFirst() {
        try (Lab lab = new Lab()) {
            Worker worker = new Worker(lab.node, (Process) lab.dead());
            int record = Spin.lookAfterOthers(0, () -> worker.leaves() == 1, worker);
            assertThat(Spin.hasFound(record)).isTrue();
            record = Spin.lookAfterOthers(record, this::inVain, worker);
            assertThat(Spin.hasFound(record)).isFalse();
            assertThat(looks).isEqualTo(1);
            assertThat(worker.leaves()).isEqualTo(2);
            record = Spin.lookAfterOthers(record, () -> true, worker);
            assertThat(Spin.hasFound(record)).as("does without one").isFalse();
            assertThat(worker.leaves()).isEqualTo(2);
        }
    }

    @Test
    void whoHasStartedAnotherLooksAfterThePauseOnly() {
        try (Lab lab = new Lab()) {
            Worker worker = new Worker(lab.node, (Process) lab.dead());
            worker.spins = 0;
            worker.hasStarted = true;
            Spin spin = new Spin(true, 2);
            assertThat(spin.comesSoon(DONE, worker)).isFalse();
            assertThat(spin.comesAfterPause(DONE, worker)).isTrue();
            assertThat(spin.comesAfterPause(DONE, worker)).as("once").isFalse();
            assertThat(spin.comesSoon(DONE, worker)).isTrue();
            assertThat(spin.comesAfterPause(DONE, null)).isFalse();
        }
    }
}
