package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Pid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StrategyTest {

    private final Hive hive = new Hive();

    @AfterEach
    void close() {
        hive.close();
    }

    private SupervisorRef started(Supervisor supervisor, String... ids) {
        SupervisorRef sup =
                hive.start(supervisor.children(Stream.of(ids).map(hive::child).toList()));
        hive.takeJournal();
        return sup;
    }

    private static Map<String, Pid> pids(SupervisorRef sup) {
        Map<String, Pid> pids = new HashMap<>();
        sup.whichChildren().forEach(child -> child.pid().ifPresent(pid -> pids.put(child.id(), pid)));
        return pids;
    }

    private static void assertSame(Map<String, Pid> before, Map<String, Pid> after, String... ids) {
        for (String id : ids) {
            assertThat(after.get(id)).as(id).isSameAs(before.get(id));
        }
    }

    private static void assertNew(Map<String, Pid> before, Map<String, Pid> after, String... ids) {
        for (String id : ids) {
            assertThat(after.get(id)).as(id).isNotNull().isNotSameAs(before.get(id));
        }
    }

    @Test
    void oneForOneRestartsTheChildAlone() {
        SupervisorRef sup = started(Supervisor.oneForOne(), "a", "b", "c");
        Map<String, Pid> before = pids(sup);
        Hive.crash(sup, "b");
        assertThat(hive.journal()).containsExactly("!b", "+b");
        assertSame(before, pids(sup), "a", "c");
        assertNew(before, pids(sup), "b");
    }

    @Test
    void oneForAllEndsTheOthersInReverseAndStartsAllInOrder() {
        SupervisorRef sup = started(Supervisor.oneForAll(), "a", "b", "c", "d");
        Map<String, Pid> before = pids(sup);
        Hive.crash(sup, "b");
        assertThat(hive.journal()).containsExactly("!b", "-d", "-c", "-a", "+a", "+b", "+c", "+d");
        assertNew(before, pids(sup), "a", "b", "c", "d");
    }

    @Test
    void restForOneEndsThoseStartedLaterInReverseAndStartsThemInOrder() {
        SupervisorRef sup = started(Supervisor.restForOne(), "a", "b", "c", "d");
        Map<String, Pid> before = pids(sup);
        Hive.crash(sup, "b");
        assertThat(hive.journal()).containsExactly("!b", "-d", "-c", "+b", "+c", "+d");
        assertSame(before, pids(sup), "a");
        assertNew(before, pids(sup), "b", "c", "d");
    }

    @Test
    void restForOneWithTheFirstChildIsLikeOneForAllAndWithTheLastLikeOneForOne() {
        SupervisorRef sup = started(Supervisor.restForOne().intensity(2, Await.LIMIT), "a", "b", "c");
        Hive.crash(sup, "a");
        assertThat(hive.takeJournal()).containsExactly("!a", "-c", "-b", "+a", "+b", "+c");
        Hive.crash(sup, "c");
        assertThat(hive.takeJournal()).containsExactly("!c", "+c");
    }

    @Test
    void childrenKeepTheirOrderThroughRestarts() {
        for (Supervisor strategy : List.of(Supervisor.oneForOne(), Supervisor.oneForAll(), Supervisor.restForOne())) {
            SupervisorRef sup = started(strategy.intensity(10, Await.LIMIT), "a", "b", "c");
            Hive.crash(sup, "c");
            Hive.crash(sup, "a");
            Hive.crash(sup, "b");
            assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c running");
            hive.takeJournal();
            hive.shutDown(sup);
            assertThat(hive.takeJournal()).containsExactly("-c", "-b", "-a");
        }
    }

    @Test
    void aGroupRestartForgetsTemporaryChildren() {
        for (Supervisor strategy : List.of(Supervisor.oneForAll(), Supervisor.restForOne())) {
            SupervisorRef sup = hive.start(strategy.child(hive.child("a"))
                    .child(hive.child("b").restart(Restart.TEMPORARY))
                    .child(hive.child("c")));
            hive.takeJournal();
            Hive.crash(sup, "a");
            assertThat(hive.takeJournal()).containsExactly("!a", "-c", "-b", "+a", "+c");
            assertThat(Hive.states(sup)).containsExactly("a running", "c running");
        }
    }

    @Test
    void theEndOfATemporaryChildRestartsNobody() {
        for (Supervisor strategy : List.of(Supervisor.oneForAll(), Supervisor.restForOne())) {
            SupervisorRef sup = hive.start(
                    strategy.child(hive.child("a").restart(Restart.TEMPORARY)).child(hive.child("b")));
            hive.takeJournal();
            Hive.crash(sup, "a");
            assertThat(hive.takeJournal()).containsExactly("!a");
            assertThat(Hive.states(sup)).containsExactly("b running");
        }
    }

    @Test
    void aGroupRestartStartsStoppedChildrenToo() {
        for (Supervisor strategy : List.of(Supervisor.oneForAll(), Supervisor.restForOne())) {
            SupervisorRef sup = hive.start(strategy.child(hive.child("a"))
                    .child(hive.child("done").restart(Restart.TRANSIENT))
                    .child(hive.child("ended"))
                    .child(hive.child("b")));
            Hive.end(Hive.pid(sup, "done"), ExitReason.normal());
            sup.terminateChild("ended").orElseThrow(error -> new AssertionError(error));
            assertThat(Hive.states(sup)).containsExactly("a running", "done stopped", "ended stopped", "b running");
            hive.takeJournal();
            Hive.crash(sup, "a");
            assertThat(hive.takeJournal()).containsExactly("!a", "-b", "+a", "+done", "+ended", "+b");
        }
    }

    @Test
    void aChildAddedLaterIsTheLastInTheOrder() {
        SupervisorRef sup = started(Supervisor.restForOne().intensity(5, Await.LIMIT), "a", "b");
        sup.startChild(hive.child("c"));
        hive.takeJournal();
        Hive.crash(sup, "b");
        assertThat(hive.takeJournal()).containsExactly("!b", "-c", "+b", "+c");
    }

    @Test
    void aSiblingThatCrashedAtTheSameTimeCountsOnceInAGroup() throws Exception {
        SupervisorRef sup = started(Supervisor.oneForAll().intensity(1, Await.LIMIT), "a", "b", "c");
        Map<String, Pid> before = pids(sup);
        var release = hive.block("late");
        var adding = java.util.concurrent.CompletableFuture.supplyAsync(() -> sup.startChild(hive.child("late")));
        hive.awaitNote("?late");
        Hive.crash(before.get("a"));
        Hive.crash(before.get("c"));
        release.countDown();
        adding.get();
        Hive.settle(sup);
        assertThat(hive.journal())
                .containsExactly("?late", "!a", "!c", "+late", "-late", "-b", "+a", "+b", "+c", "+late");
        assertThat(hive.supervisorReports()).containsExactly("CHILD_TERMINATED a crash", "SHUTDOWN_ERROR c crash");
        assertThat(sup.whichChildren())
                .allSatisfy(child -> assertThat(child.restarts()).isEqualTo(1));
    }

    @Test
    void aSupervisorAmongTheChildrenIsRestartedWithAllOfItsOwn() {
        SupervisorRef sup = hive.start(Supervisor.oneForAll()
                .child(hive.child("a"))
                .child(ChildSpec.supervisor(
                        "inner", Supervisor.oneForOne().child(hive.child("x")).child(hive.child("y"))))
                .child(hive.child("b")));
        hive.takeJournal();
        Hive.crash(sup, "a");
        assertThat(hive.takeJournal()).containsExactly("!a", "-b", "-y", "-x", "+a", "+x", "+y", "+b");
    }
}
