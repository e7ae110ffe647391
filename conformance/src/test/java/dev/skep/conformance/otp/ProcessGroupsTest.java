package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.conformance.Inside;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.coverage.Waits;
import dev.skep.group.GroupEvent;
import dev.skep.group.GroupEvent.Joined;
import dev.skep.group.GroupEvent.Left;
import dev.skep.group.GroupMonitor;
import dev.skep.group.Groups;
import dev.skep.supervisor.ChildSpec;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("pg_SUITE")
@Waits(
        cases = {
            "disconnected_start",
            "dyn_distribution",
            "exchange",
            "forced_sync",
            "foursplit",
            "initial",
            "netsplit",
            "nolocal",
            "overlay_missing",
            "thundering_herd",
            "trisplit",
            "two"
        },
        because = "distribution over several nodes")
class ProcessGroupsTest {
    private static final Name<Groups<String, Object>> SCOPE = Name.of("scope");

    private Groups<String, Object> groups;

    @BeforeEach
    void startScope(Testkit skep) {
        skep.start(ChildSpec.of("scope", Groups.scope(SCOPE)));
        groups = Groups.of(skep.node(), SCOPE);
    }

    // ---- Members -------------------------------------------------------------------------------------------------

    @Test
    @Covers("pg")
    void aGroupIsThereWhileItHasMembers(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            groups.join(self, "group");
            assertThat(groups.localMembers("group")).containsExactly(self.pid());
            assertThat(groups.groups()).containsExactly("group");
            assertThat(groups.localGroups()).containsExactly("group");

            assertThat(groups.leave("group", self.pid())).isTrue();
            assertThat(groups.members("group")).isEmpty();
            assertThat(groups.groups()).isEmpty();
            assertThat(groups.localGroups()).isEmpty();
        });
    }

    @Test
    @Covers({"single", "double"})
    void aProcessIsAMemberAsOftenAsItHasJoined(Testkit skep) throws Exception {
        Pid other = skep.spawn(Inside::idle);
        Inside.process(skep, self -> {
            Pid me = self.pid();
            groups.join(self, "group");
            groups.join("group", List.of(me, me));
            assertThat(groups.members("group")).containsExactly(me, me, me);
            assertThat(groups.leave("missing", me)).isFalse();
            assertThat(groups.leave("group", List.of(me, me))).isTrue();
            assertThat(groups.leave("group", me)).isTrue();
            assertThat(groups.leave("group", me)).isFalse();
            assertThat(groups.members("group")).isEmpty();
            assertThat(groups.groups()).isEmpty();

            groups.join("group", me);
            groups.join("group", other);
            assertThat(groups.members("group")).containsExactly(me, other);
            other.exit(ExitReason.kill());
            skep.awaitEnd(other);
            assertThat(groups.members("group")).containsExactly(me);
        });
    }

    @Test
    @Covers({"empty_group_by_remote_leave", "group_leave"})
    void membershipsEndOneByOneOrAllAtOnce(Testkit skep) {
        Pid member = skep.spawn(Inside::idle);
        groups.join("two", Collections.nCopies(16, member));
        groups.leave("two", Collections.nCopies(4, member));
        assertThat(groups.members("two")).isEqualTo(Collections.nCopies(12, member));

        groups.leave("two", Collections.nCopies(12, member));
        assertThat(groups.groups()).isEmpty();

        groups.join("two", Collections.nCopies(16, member));
        member.exit(ExitReason.kill());
        skep.awaitEnd(member);
        assertThat(groups.members("two")).isEmpty();
        assertThat(groups.groups()).isEmpty();
    }

    @Test
    @Covers("leave_exit_race")
    void leavingMayRaceWithTheEnd(Testkit skep) {
        for (int round = 0; round < 100; round++) {
            Pid pid = skep.node().spawn(_ -> {});
            groups.join("test", pid);
            groups.leave("test", pid);
        }
        skep.settle();
        assertThat(groups.groups()).isEmpty();
    }

    @Test
    @Covers("process_owner_check")
    void onlyProcessesOfTheNodeMayJoin(Testkit skep) {
        Pid local = skep.spawn(Inside::idle);
        try (Node elsewhere = Node.start("elsewhere")) {
            Pid foreign = elsewhere.spawn(Inside::idle);
            assertThatIllegalArgumentException().isThrownBy(() -> groups.join("group", foreign));
            assertThatIllegalArgumentException().isThrownBy(() -> groups.join("group", List.of(foreign, foreign)));
            assertThatIllegalArgumentException().isThrownBy(() -> groups.join("group", List.of(local, foreign)));
            assertThatIllegalArgumentException().isThrownBy(() -> groups.leave("group", foreign));
        }
        assertThatNullPointerException().isThrownBy(() -> groups.join("group", (Pid) null));
        assertThat(groups.groups()).isEmpty();
    }

    // ---- The scope -----------------------------------------------------------------------------------------------

    @Test
    @Covers("scope_restart")
    void aScopeThatIsRestartedHasNoMembersUntilTheyJoinAgain(Testkit skep) {
        Pid member = skep.spawn(Inside::idle);
        groups.join("group", List.of(member, member));
        Pid before = groups.pid().orElseThrow();

        before.exit(ExitReason.kill());
        skep.awaitSuccessor(SCOPE, before);

        assertThat(groups.members("group")).isEmpty();
        assertThat(member.isAlive()).isTrue();
        groups.join("group", member);
        assertThat(groups.members("group")).containsExactly(member);
    }

    @Test
    @Covers("missing_scope_join")
    void aScopeThatDoesNotRunCannotBeJoined(Testkit skep) {
        Pid member = skep.spawn(Inside::idle);
        skep.stop("scope");
        assertThatThrownBy(() -> groups.join("group", member)).isInstanceOf(CallException.NoProcess.class);
        assertThatThrownBy(() -> groups.leave("group", member)).isInstanceOf(CallException.NoProcess.class);
        assertThatThrownBy(() -> groups.members("group")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Differs(cases = "errors", entry = "A scope ends when it is sent what it does not understand")
    void whatAScopeDoesNotUnderstandIsDropped(Testkit skep) {
        Pid member = skep.spawn(Inside::idle);
        groups.join("group", member);
        Pid scope = groups.pid().orElseThrow();
        scope.send("garbage");
        assertThat(groups.members("group")).containsExactly(member);
        assertThat(groups.leave("group", member)).isTrue();
        assertThat(groups.pid()).isEqualTo(Optional.of(scope));
    }

    // ---- Monitors ------------------------------------------------------------------------------------------------

    @Test
    @Covers("monitor_nonempty_scope")
    void aMonitorOfAScopeBeginsWithAllItsGroups(Testkit skep) throws Exception {
        Pid one = skep.spawn(Inside::idle);
        Pid two = skep.spawn(Inside::idle);
        groups.join("one", one);
        groups.join("one", two);
        Inside.process(skep, self -> {
            Groups.MonitoredScope<String> monitored = groups.monitorScope(self);
            assertThat(monitored.groups()).isEqualTo(Map.of("one", List.of(one, two)));
            groups.demonitor(self, monitored.monitor());
            assertThat(groups.monitorScope(self).groups()).isEqualTo(monitored.groups());
        });
    }

    /// What a process does that watches a scope or a group.
    private interface Watching {
        /// Begins to watch, and makes sure of who is in the group.
        GroupMonitor<String> begin(Receiver<Object> self, List<Pid> members);
    }

    @Test
    @Covers("monitor_scope")
    void whoMonitorsAScopeIsToldOfEveryChange(Testkit skep) throws Exception {
        watch(skep, (self, members) -> {
            Groups.MonitoredScope<String> monitored = groups.monitorScope(self);
            assertThat(monitored.groups()).isEqualTo(members.isEmpty() ? Map.of() : Map.of("group", members));
            return monitored.monitor();
        });
    }

    @Test
    @Covers("monitor")
    void whoMonitorsAGroupIsToldOfEveryChange(Testkit skep) throws Exception {
        watch(skep, (self, members) -> {
            Groups.MonitoredGroup<String> monitored = groups.monitor(self, "group");
            assertThat(monitored.members()).isEqualTo(members);
            return monitored.monitor();
        });
    }

    private void watch(Testkit skep, Watching watching) throws InterruptedException {
        Inside.process(skep, self -> {
            Pid me = self.pid();
            GroupMonitor<String> first = watching.begin(self, List.of());
            groups.join(self, "group");
            assertThat(self.receive()).isEqualTo(new Joined<>(first, "group", List.of(me)));
            Pid extra = self.spawnLink((Receiver<Object> it) -> {
                me.send(watching.begin(it, List.of(me)));
                while (true) {
                    me.send(it.receive(GroupEvent.class));
                }
            });
            GroupMonitor<?> second = self.receive(GroupMonitor.class);

            Pid member = self.spawnLink(Inside::idle);
            groups.join("group", List.of(member, member));
            groups.leave("group", me);
            groups.leave("group", member);
            self.unlink(member);
            member.exit(ExitReason.kill());
            List<List<Pid>> joinedOrLeft =
                    List.of(List.of(member, member), List.of(me), List.of(member), List.of(member));
            for (GroupMonitor<?> monitor : List.of(first, second)) {
                for (List<Pid> pids : joinedOrLeft) {
                    GroupEvent<?> event = self.receive(GroupEvent.class, each -> each.monitor() == monitor);
                    assertThat(event.pids()).isEqualTo(pids);
                    assertThat(event).isInstanceOf(pids.equals(List.of(member, member)) ? Joined.class : Left.class);
                }
            }

            self.unlink(extra);
            extra.exit(ExitReason.kill()); // a watcher that has ended is forgotten
            skep.awaitEnd(extra);
            assertThat(groups.demonitor(self, first)).isTrue();
            assertThat(groups.demonitor(self, first)).isFalse();
            groups.join(self, "group");
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            assertThat(groups.pid().orElseThrow().info().orElseThrow().monitors())
                    .containsExactly(me);
        });
    }
}
