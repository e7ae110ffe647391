package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Crew.WorkerRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.SimpleSupervisor;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("supervisor_SUITE")
class SupervisorStopTest {
    private static final ExitReason OTHER = ExitReason.because("other");
    private static final List<ExitReason> REASONS =
            List.of(ExitReason.normal(), ExitReason.shutdown(), ExitReason.shutdown("test"), OTHER);

    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private SimpleSupervisor<String, ServerRef<WorkerRpc>> simple() {
        return Supervisor.simpleOneForOne(crew::server);
    }

    private static Pid start(SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup, String id) {
        return sup.startChild(id).orElseThrow().pid().orElseThrow();
    }

    private static void hold(Pid worker, Probe until) {
        ServerRef.<WorkerRpc>of(worker).cast(new WorkerRpc.Hold(until.pid()));
    }

    @Test
    @Covers("sup_stop_infinity")
    void anInfiniteShutdownWaitsForWorkersAndSupervisorsAlike(Testkit skep, VirtualClock clock, Probe holder) {
        SupervisorRef sup = crew.start(Supervisor.oneForOne()
                .child(crew.child("supervisor").type(ChildType.SUPERVISOR).shutdown(ServerRef.FOREVER))
                .child(crew.child("worker").shutdown(ServerRef.FOREVER)));
        Pid supervisor = Crew.pid(sup, "supervisor");
        Pid worker = Crew.pid(sup, "worker");
        Pid pid = sup.pid().orElseThrow();
        hold(worker, holder);

        pid.exit(ExitReason.shutdown());
        clock.advance(Duration.ofDays(1));

        assertThat(pid.isAlive()).isTrue();
        assertThat(worker.isAlive()).isTrue();
        holder.pid().exit(ExitReason.kill());
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(worker)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(supervisor)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("sup_stop_timeout")
    void aChildThatDoesNotEndInTimeIsKilled(Testkit skep, VirtualClock clock, Probe holder) {
        SupervisorRef sup = crew.start(Supervisor.oneForOne()
                .child(crew.child("prompt").shutdown(Duration.ofSeconds(1)))
                .child(crew.child("slow").shutdown(Duration.ofSeconds(1))));
        Pid prompt = Crew.pid(sup, "prompt");
        Pid slow = Crew.pid(sup, "slow");
        Pid pid = sup.pid().orElseThrow();
        hold(slow, holder);

        pid.exit(ExitReason.shutdown());
        clock.advance(Duration.ofMillis(999));
        assertThat(slow.isAlive()).isTrue();
        clock.advance(Duration.ofMillis(1));

        assertThat(skep.awaitEnd(slow)).isEqualTo(ExitReason.killed());
        assertThat(skep.awaitEnd(prompt)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("sup_stop_timeout_dynamic")
    void aSimpleSupervisorKillsAChildThatDoesNotEndInTime(Testkit skep, VirtualClock clock, Probe holder) {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup =
                crew.start(simple().restart(Restart.TEMPORARY).shutdown(Duration.ofSeconds(1)));
        Pid prompt = start(sup, "prompt");
        Pid slow = start(sup, "slow");
        Pid pid = sup.pid().orElseThrow();
        hold(slow, holder);

        pid.exit(ExitReason.shutdown());
        clock.advance(Duration.ofMillis(999));
        assertThat(prompt.isAlive()).isFalse();
        assertThat(slow.isAlive()).isTrue();
        clock.advance(Duration.ofMillis(1));

        assertThat(skep.awaitEnd(prompt)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(slow)).isEqualTo(ExitReason.killed());
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("sup_stop_brutal_kill")
    void aChildWithABrutalKillIsKilledAtOnce(Testkit skep, Probe holder) {
        SupervisorRef sup = crew.start(Supervisor.oneForOne()
                .child(crew.child("told"))
                .child(crew.child("killed").brutalKill()));
        Pid told = Crew.pid(sup, "told");
        Pid killed = Crew.pid(sup, "killed");
        hold(killed, holder);
        crew.takeJournal();

        assertThat(crew.shutDown(sup)).isEqualTo(ExitReason.shutdown());

        assertThat(skep.awaitEnd(told)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(killed)).isEqualTo(ExitReason.killed());
        assertThat(crew.takeJournal()).containsExactly("-told");
    }

    @Test
    @Covers("sup_stop_brutal_kill_dynamic")
    void aSimpleSupervisorWithABrutalKillKillsAllChildren(Testkit skep) {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup =
                crew.start(simple().restart(Restart.TEMPORARY).brutalKill());
        List<Pid> children = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            children.add(start(sup, "child " + i));
        }
        crew.takeJournal();

        assertThat(crew.shutDown(sup.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());

        assertThat(children)
                .allSatisfy(child -> assertThat(skep.awaitEnd(child)).isEqualTo(ExitReason.killed()));
        assertThat(crew.takeJournal()).isEmpty();
    }

    @Test
    @Covers("sup_stop_race")
    void childrenThatEndByThemselvesDuringAShutdownDoNotDisturbIt(Testkit skep, Probe holder) {
        SupervisorRef sup =
                crew.start(Supervisor.oneForOne().child(crew.child("first").restart(Restart.TEMPORARY)));
        Map<Pid, ExitReason> expected = new LinkedHashMap<>();
        Pid first = Crew.pid(sup, "first");
        for (Restart restart : Restart.values()) {
            for (ExitReason reason : REASONS) {
                String id = restart + " " + reason;
                assertThat(sup.startChild(crew.child(id).restart(restart)).isOk())
                        .isTrue();
                expected.put(Crew.pid(sup, id), reason);
            }
        }
        assertThat(sup.startChild(crew.child("last").restart(Restart.TEMPORARY).shutdown(ServerRef.FOREVER))
                        .isOk())
                .isTrue();
        Pid last = Crew.pid(sup, "last");
        Pid pid = sup.pid().orElseThrow();
        crew.holdEnd("last", holder.pid());

        pid.exit(ExitReason.shutdown());
        skep.settle(); // it waits for the last child by now
        expected.forEach(crew::end);
        assertThat(pid.isAlive()).isTrue();
        holder.pid().exit(ExitReason.kill());

        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(last)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(first)).isEqualTo(ExitReason.shutdown());
        expected.forEach((child, reason) -> assertThat(skep.awaitEnd(child)).isEqualTo(reason));
        assertThat(crew.takeJournal())
                .as("none was started again")
                .filteredOn(note -> note.startsWith("+"))
                .hasSize(2 + Restart.values().length * REASONS.size());
    }

    @Test
    @Covers("sup_stop_non_shutdown_exit_dynamic")
    void aSimpleSupervisorShutsDownAlthoughChildrenEndWithReasonsOfTheirOwn(Testkit skep) {
        for (Restart restart : Restart.values()) {
            SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = crew.start(simple().restart(restart));
            Map<Pid, ExitReason> expected = new LinkedHashMap<>();
            for (ExitReason reason : REASONS) {
                String id = restart + " " + reason;
                crew.endWith(id, reason);
                expected.put(start(sup, id), reason);
            }

            assertThat(crew.shutDown(sup.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());

            expected.forEach((child, reason) -> assertThat(skep.awaitEnd(child)).isEqualTo(reason));
        }
    }

    @Test
    @Covers("simple_one_for_one_shutdown")
    void aSimpleSupervisorWaitsForItsChildrenAllAtOnce(Testkit skep, VirtualClock clock) {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = crew.start(simple().shutdown(Duration.ofSeconds(2)));
        Map<String, Pid> children = new LinkedHashMap<>();
        for (String id : List.of("one", "other", "stubborn")) {
            Probe holder = skep.probe();
            Duration time = id.equals("stubborn") ? Duration.ofSeconds(5) : Duration.ofSeconds(1);
            skep.node().timers().exitAfter(time, holder.pid(), ExitReason.kill());
            crew.holdEnd(id, holder.pid());
            children.put(id, start(sup, id));
        }
        Pid pid = sup.pid().orElseThrow();

        pid.exit(ExitReason.shutdown());
        clock.advance(Duration.ofSeconds(1));

        assertThat(skep.awaitEnd(children.get("one"))).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(children.get("other"))).isEqualTo(ExitReason.shutdown());
        assertThat(children.get("stubborn").isAlive()).isTrue();
        assertThat(pid.isAlive()).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(skep.awaitEnd(children.get("stubborn"))).isEqualTo(ExitReason.killed());
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("order_of_children")
    void childrenStartInTheirOrderAndEndInReverse() {
        SupervisorRef sup = crew.start(Supervisor.restForOne()
                .intensity(2, Duration.ofHours(1))
                .children(crew.children("ch7", "ch3", "ch10", "ch2", "ch5")));
        assertThat(crew.takeJournal()).containsExactly("+ch7", "+ch3", "+ch10", "+ch2", "+ch5");

        crew.end(sup, "ch10", Crew.ABNORMAL);
        assertThat(crew.takeJournal()).containsExactly("!ch10", "-ch5", "-ch2", "+ch10", "+ch2", "+ch5");

        crew.shutDown(sup);
        assertThat(crew.takeJournal()).containsExactly("-ch5", "-ch2", "-ch10", "-ch3", "-ch7");
    }

    @Test
    @Covers("child_unlink")
    void aChildThatHasUnlinkedItselfDoesNotHangItsSupervisor(Testkit skep) {
        SupervisorRef sup = crew.start(Supervisor.oneForOne().children(crew.children("naughty")));
        Pid naughty = Crew.pid(sup, "naughty");
        ServerRef.<WorkerRpc>of(naughty).cast(new WorkerRpc.Unlink(sup.pid().orElseThrow()));

        assertThat(sup.terminateChild("naughty").isOk()).isTrue();

        assertThat(skep.awaitEnd(naughty)).isEqualTo(ExitReason.shutdown());
        assertThat(Crew.states(sup)).containsExactly("naughty stopped");
    }
}
