package dev.skep.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.Cast;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.StartException;
import dev.skep.group.Groups.MonitoredGroup;
import dev.skep.registry.Hive;
import dev.skep.registry.Hive.Bee;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// Who is in which group, and what members are told.
class GroupsTest extends GroupsFixture {
    // ---- Joining and leaving -------------------------------------------------------------------------------------

    @Test
    void aProcessLeavesByItselfOnceForEachTimeThatItHasJoined() {
        Bee bee = hive.bee();
        assertThat(bee.does(self -> {
                    groups.join(self, "a");
                    groups.join(self, "a");
                    return groups.leave(self, "a");
                }))
                .isTrue();
        assertThat(groups.members("a")).containsExactly(bee.pid);
        assertThat(bee.does(self -> groups.leave(self, "a"))).isTrue();
        assertThat(bee.does(self -> groups.leave(self, "a"))).isFalse();
        Self<Object> leaked = bee.run(self -> self);
        assertThatIllegalStateException().isThrownBy(() -> groups.leave(leaked, "a"));
    }

    @Test
    @SuppressWarnings("NullAway") // null is what is refused
    void whatIsMissingIsNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> groups.join("a", (Pid) null))
                .withMessage("pid");
        assertThatNullPointerException()
                .isThrownBy(() -> groups.leave("a", (Pid) null))
                .withMessage("pid");
        assertThatNullPointerException()
                .isThrownBy(() -> groups.join("a", (List<Pid>) null))
                .withMessage("pids");
        assertThatNullPointerException()
                .isThrownBy(() -> groups.join((String) null, hive.bee().pid))
                .withMessage("group");
    }

    @Test
    void aProcessJoinsAndLeaves() {
        Bee bee = hive.bee();
        bee.run(self -> {
            groups.join(self, "a");
            return true;
        });
        assertThat(groups.members("a")).containsExactly(bee.pid);
        assertThat(groups.localMembers("a")).containsExactly(bee.pid);
        assertThat(groups.groups()).containsExactly("a");
        assertThat(groups.localGroups()).containsExactly("a");
        assertThat(groups.leave("a", bee.pid)).isTrue();
        assertThat(groups.leave("a", bee.pid)).isFalse();
        assertThat(groups.members("a")).isEmpty();
        assertThat(groups.groups()).isEmpty();
        assertThat(groups.localGroups()).isEmpty();
    }

    @Test
    void aProcessMayBeInAGroupSeveralTimes() {
        Pid pid = hive.bee().pid;
        groups.join("a", pid);
        groups.join("a", List.of(pid, pid));
        assertThat(groups.members("a")).containsExactly(pid, pid, pid);
        assertThat(groups.leave("missing", pid)).isFalse();
        assertThat(groups.leave("a", List.of(pid, pid))).isTrue();
        assertThat(groups.members("a")).containsExactly(pid);
        assertThat(groups.leave("a", List.of(pid, pid)))
                .as("one of the two was in")
                .isTrue();
        assertThat(groups.members("a")).isEmpty();
        assertThat(groups.groups()).isEmpty();
    }

    @Test
    void severalJoinAndLeaveAtOnce() {
        Pid one = hive.bee().pid;
        Pid two = hive.bee().pid;
        Pid three = hive.bee().pid;
        groups.join("a", List.of(one, two, three));
        groups.join("b", List.of(three));
        groups.join("c", List.of());
        assertThat(groups.members("a")).containsExactly(one, two, three);
        assertThat(groups.groups()).containsExactlyInAnyOrder("a", "b");
        assertThat(groups.leave("a", List.of(two, hive.bee().pid))).isTrue();
        assertThat(groups.members("a")).containsExactly(one, three);
        assertThat(groups.leave("a", List.of())).isFalse();
        assertThat(groups.leave("a", List.of(three, one))).isTrue();
        assertThat(groups.groups()).containsExactly("b");
    }

    @Test
    void membersLeaveWhenTheyEnd() {
        for (int i = 0; i < 200; i++) {
            ExitReason reason = i % 2 == 0 ? ExitReason.kill() : ExitReason.shutdown();
            hive.in(self -> {
                Monitor monitor = self.spawnMonitor(Receiver::receive);
                Pid child = monitor.pid();
                groups.join("a", List.of(child, child));
                groups.join("b", child);
                child.exit(reason);
                self.receive(Down.class, down -> down.monitor() == monitor);
                assertThat(groups.members("a")).isEmpty();
                assertThat(groups.groups()).isEmpty();
                return true;
            });
        }
    }

    @Test
    void theDeadJoinNothing() {
        Bee dead = hive.bee();
        dead.end();
        Bee watcher = hive.bee();
        watcher.run(self -> groups.monitor(self, "a"));
        groups.join("a", dead.pid);
        assertThat(groups.members("a")).isEmpty();
        assertThat(groups.leave("a", dead.pid)).isFalse();
        assertThat(hasEvents(watcher)).isFalse();
    }

    @Test
    void whoHasLeftIsNotMonitoredAnyMore() {
        Pid pid = hive.bee().pid;
        Pid scope = groups.pid().orElseThrow();
        groups.join("a", List.of(pid, pid));
        groups.join("b", pid);
        assertThat(scope.info().orElseThrow().monitors()).containsExactly(pid);
        groups.leave("a", List.of(pid, pid));
        assertThat(scope.info().orElseThrow().monitors()).containsExactly(pid);
        groups.leave("b", pid);
        assertThat(scope.info().orElseThrow().monitors()).isEmpty();
    }

    @Test
    void leavingAndEndingMayRace() {
        for (int i = 0; i < 300; i++) {
            Pid ending = node.spawn(Receiver::receive);
            groups.join("a", ending);
            ending.send("end");
            groups.leave("a", ending);
            Hive.endOf(ending);
            assertThat(groups.members("a")).isEmpty();
        }
    }

    @Test
    void processesOfOtherNodesAreRefused() {
        try (Node other =
                Node.builder("elsewhere").clock(ManualClock.attentive()).start()) {
            Pid stranger = other.spawn(Receiver::receive);
            Pid local = hive.bee().pid;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> groups.join("a", List.of(local, stranger)))
                    .withMessageContaining("lives elsewhere");
            assertThatIllegalArgumentException().isThrownBy(() -> groups.leave("a", stranger));
            assertThat(groups.groups()).isEmpty();
        }
    }

    @Test
    void nullsAreRefused() {
        Pid pid = hive.bee().pid;
        assertThatNullPointerException().isThrownBy(() -> groups.join(null, pid));
        assertThatNullPointerException().isThrownBy(() -> groups.join("a", (Pid) null));
        assertThatNullPointerException().isThrownBy(() -> groups.leave(null, pid));
        assertThatNullPointerException().isThrownBy(() -> groups.members(null));
        assertThatNullPointerException().isThrownBy(() -> groups.send("a", null));
        assertThatNullPointerException().isThrownBy(() -> groups.cast("a", null));
        assertThatNullPointerException().isThrownBy(() -> Groups.scope(null));
        assertThatNullPointerException().isThrownBy(() -> Groups.of(node, null));
    }

    @Test
    void onlyTheProcessItselfJoinsByItsSelf() {
        Self<Object> leaked = hive.bee().run(self -> self);
        assertThatIllegalStateException()
                .isThrownBy(() -> groups.join(leaked, "a"))
                .withMessageContaining("another thread");
        assertThatIllegalStateException().isThrownBy(() -> groups.monitor(leaked, "a"));
        assertThatIllegalStateException().isThrownBy(() -> groups.monitorScope(leaked));
        assertThat(groups.groups()).isEmpty();
    }

    // ---- Telling all ---------------------------------------------------------------------------------------------

    sealed interface CountRpc {
        record Add(int n) implements CountRpc, Cast<CountRpc> {}
    }

    @Test
    void allMembersAreToldOnceForEachMembership() {
        Name<Groups<Integer, CountRpc>> counters = Name.of("counters");
        Groups<Integer, CountRpc> scope = node.start(Groups.scope(counters));
        LinkedBlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        class Counter implements GenServer<Integer, CountRpc> {
            @Override
            public Integer init(Self<CountRpc> self) {
                scope.join(self, 1);
                return 0;
            }

            @Override
            public Next<Integer> handle(CountRpc message, From from, Integer state) {
                heard.add(message);
                return Next.noReply();
            }

            @Override
            public Next<Integer> info(Object message, Integer state) {
                heard.add(message);
                return Next.noReply();
            }
        }
        node.start(GenServer.spec(Counter::new));
        Pid second = node.start(GenServer.spec(Counter::new)).pid().orElseThrow();
        scope.join(1, second);
        assertThat(scope.cast(1, new CountRpc.Add(3))).isEqualTo(3);
        assertThat(scope.send(1, "hello")).isEqualTo(3);
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(Await.next(heard));
        }
        CountRpc.Add add = new CountRpc.Add(3);
        assertThat(all).containsExactlyInAnyOrder(add, add, add, "hello", "hello", "hello");
        assertThat(scope.cast(2, add)).isZero();
        assertThat(scope.send(2, "nobody")).isZero();
    }

    // ---- Scopes --------------------------------------------------------------------------------------------------

    @Test
    void scopesKnowNothingOfEachOther() {
        Name<Groups<String, Object>> name = Name.of("other");
        Groups<String, Object> other = node.start(Groups.scope(name));
        groups.join("a", hive.bee().pid);
        assertThat(other.members("a")).isEmpty();
        assertThat(other).isNotEqualTo(groups).isEqualTo(Groups.of(node, name)).hasToString("other");
        assertThatExceptionOfType(StartException.AlreadyStarted.class).isThrownBy(() -> node.start(Groups.scope(name)));
    }

    @Test
    void aScopeThatDoesNotRunIsAnError() {
        Name<Groups<String, Object>> unknown = Name.of("unknown");
        Groups<String, Object> none = Groups.of(node, unknown);
        Pid pid = hive.bee().pid;
        assertThatIllegalStateException()
                .isThrownBy(() -> none.members("a"))
                .withMessageContaining("no running scope of groups with the name \"unknown\" on node hive");
        assertThatIllegalStateException().isThrownBy(none::groups);
        assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(() -> none.join("a", pid));
        assertThat(none.pid()).isEmpty();
        assertThat(groups.pid().orElseThrow().info().orElseThrow().initialCall())
                .isEqualTo(Groups.class.getName());
    }

    @Test
    void aScopeThatIsRestartedIsEmptyAndItsMembersLiveOn() {
        Name<Groups<String, Object>> name = Name.of("supervised");
        node.start(Supervisor.oneForOne().child(ChildSpec.of("scope", Groups.scope(name))));
        Groups<String, Object> scope = Groups.of(node, name);
        Bee member = hive.bee();
        scope.join("a", member.pid);
        MonitoredGroup<String> before = member.run(self -> scope.monitor(self, "a"));
        Pid first = scope.pid().orElseThrow();
        first.exit(ExitReason.kill());
        Await.until(() -> scope.pid().filter(pid -> !pid.equals(first)).isPresent());
        Await.until(() -> scope.pid().orElseThrow().shared(Object.class).isPresent());
        assertThat(scope.members("a")).isEmpty();
        scope.join("a", member.pid);
        assertThat(scope.members("a")).containsExactly(member.pid);
        assertThat(hasEvents(member)).isFalse();
        assertThat(member.does(self -> scope.demonitor(self, before.monitor()))).isFalse();
    }

    @Test
    void whatIsNotForScopesIsDropped() {
        groups.pid().orElseThrow().send("hello");
        groups.join("a", hive.bee().pid);
        assertThat(groups.groups()).hasSize(1);
    }
}
