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
import dev.skep.group.GroupEvent.Joined;
import dev.skep.group.GroupEvent.Left;
import dev.skep.group.Groups.MonitoredGroup;
import dev.skep.group.Groups.MonitoredScope;
import dev.skep.registry.Hive;
import dev.skep.registry.Hive.Bee;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class GroupsTest {
    private static final Name<Groups<String, Object>> NAME = Name.of("groups");

    @AutoClose
    private final Hive hive = new Hive();

    private final Node node = hive.node;
    private final Groups<String, Object> groups = node.start(Groups.scope(NAME));

    /// The events of a monitor that have come by now, for an order that the test itself has caused.
    private static List<Object> events(Bee bee, int number) {
        List<Object> events = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            events.add(bee.next(GroupEvent.class));
        }
        return events;
    }

    private static boolean hasEvents(Bee bee) {
        return bee.does(
                self -> self.receive(GroupEvent.class, _ -> true, Duration.ZERO).isPresent());
    }

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

    // ---- Monitoring ----------------------------------------------------------------------------------------------

    @Test
    void aMonitoredGroupTellsOfItsChanges() {
        Pid one = hive.bee().pid;
        Bee two = hive.bee();
        groups.join("a", one);
        Bee watcher = hive.bee();
        MonitoredGroup<String> monitored = watcher.run(self -> groups.monitor(self, "a"));
        GroupMonitor<String> monitor = monitored.monitor();
        assertThat(monitored.members()).containsExactly(one);
        assertThat(monitor.pid()).isEqualTo(watcher.pid);
        groups.join("a", List.of(two.pid, two.pid));
        groups.join("b", two.pid);
        groups.leave("a", one);
        groups.leave("a", one);
        two.end();
        assertThat(events(watcher, 3))
                .containsExactly(
                        new Joined<>(monitor, "a", List.of(two.pid, two.pid)),
                        new Left<>(monitor, "a", List.of(one)),
                        new Left<>(monitor, "a", List.of(two.pid, two.pid)));
        assertThat(hasEvents(watcher)).isFalse();
    }

    @Test
    void aMonitoredScopeTellsOfAllChanges() {
        Pid one = hive.bee().pid;
        Bee two = hive.bee();
        groups.join("a", List.of(one, one));
        groups.join("b", one);
        Bee watcher = hive.bee();
        MonitoredScope<String> monitored = watcher.run(groups::monitorScope);
        assertThat(monitored.groups()).isEqualTo(Map.of("a", List.of(one, one), "b", List.of(one)));
        groups.join("c", two.pid);
        groups.leave("b", one);
        two.end();
        assertThat(events(watcher, 3))
                .containsExactly(
                        new Joined<>(monitored.monitor(), "c", List.of(two.pid)),
                        new Left<>(monitored.monitor(), "b", List.of(one)),
                        new Left<>(monitored.monitor(), "c", List.of(two.pid)));
    }

    @Test
    void aListThatBeginsAMonitorHasNoDead() {
        for (int i = 0; i < 100; i++) {
            Bee dying = hive.bee();
            groups.join("a", dying.pid);
            dying.end();
            Bee watcher = hive.bee();
            MonitoredGroup<String> monitored = watcher.run(self -> groups.monitor(self, "a"));
            MonitoredScope<String> scope = watcher.run(groups::monitorScope);
            assertThat(monitored.members()).isEmpty();
            assertThat(scope.groups()).isEmpty();
            groups.join("a", watcher.pid);
            assertThat(events(watcher, 2)).as("nobody has left").allMatch(Joined.class::isInstance);
            watcher.end();
        }
    }

    @Test
    void aMonitorThatIsWithdrawnIsHeardOfNoMore() {
        Bee watcher = hive.bee();
        Pid member = hive.bee().pid;
        MonitoredGroup<String> group = watcher.run(self -> groups.monitor(self, "a"));
        MonitoredScope<String> scope = watcher.run(groups::monitorScope);
        groups.join("a", member);
        assertThat(watcher.does(self -> groups.demonitor(self, group.monitor())))
                .isTrue();
        assertThat(watcher.does(self -> groups.demonitor(self, group.monitor())))
                .isFalse();
        groups.leave("a", member);
        assertThat(events(watcher, 2))
                .containsExactly(
                        new Joined<>(scope.monitor(), "a", List.of(member)),
                        new Left<>(scope.monitor(), "a", List.of(member)));
        assertThat(watcher.does(self -> groups.demonitor(self, scope.monitor())))
                .isTrue();
        groups.join("a", member);
        assertThat(hasEvents(watcher)).isFalse();
        hive.in(self -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> groups.demonitor(self, scope.monitor()))
                    .withMessageContaining("does not belong");
            return true;
        });
    }

    @Test
    void eachMonitorHasItsOwnEvents() {
        Bee watcher = hive.bee();
        GroupMonitor<String> first =
                watcher.run(self -> groups.monitor(self, "a")).monitor();
        GroupMonitor<String> second =
                watcher.run(self -> groups.monitor(self, "a")).monitor();
        Pid member = hive.bee().pid;
        groups.join("a", member);
        assertThat(events(watcher, 2))
                .containsExactly(new Joined<>(first, "a", List.of(member)), new Joined<>(second, "a", List.of(member)));
    }

    @Test
    void aWatcherThatEndsIsForgotten() {
        Bee watcher = hive.bee();
        watcher.run(self -> groups.monitor(self, "a"));
        watcher.run(groups::monitorScope);
        Pid scope = groups.pid().orElseThrow();
        assertThat(scope.info().orElseThrow().monitors()).hasSize(2);
        watcher.end();
        Await.until(() -> scope.info().orElseThrow().monitors().isEmpty());
        groups.join("a", hive.bee().pid);
        assertThat(groups.members("a")).hasSize(1);
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

    // ---- All at once ---------------------------------------------------------------------------------------------

    @Test
    void aWatcherKnowsTheMembersAtAnyTimeAndNothingIsLeftBehind() {
        Bee watcher = hive.bee();
        MonitoredScope<String> scope = watcher.run(groups::monitorScope);
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Boolean>> breeders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SplittableRandom random = new SplittableRandom(i);
            breeders.add(hive.bee().later(self -> breed(self, random)));
        }
        CompletableFuture<Boolean> reading = hive.bee().later(_ -> {
            while (!over.get()) {
                groups.groups().forEach(groups::members);
                Thread.yield();
            }
            return true;
        });
        breeders.forEach(Await::get);
        over.set(true);
        Await.get(reading);
        assertThat(groups.groups()).isEmpty();
        Bee last = hive.bee();
        groups.join("last", last.pid);
        Map<String, List<Pid>> known = watcher.run(self -> {
            Map<String, List<Pid>> view = new HashMap<>();
            while (!view.containsKey("last")) {
                GroupEvent<?> event = self.receive(GroupEvent.class, e -> e.monitor() == scope.monitor());
                apply(event, view);
            }
            return view;
        });
        // the last event of the dead may come after that of the last one
        watcher.run(self -> {
            while (known.size() > 1) {
                apply(self.receive(GroupEvent.class), known);
            }
            return true;
        });
        assertThat(known).isEqualTo(Map.of("last", List.of(last.pid)));
        last.end();
        Await.until(
                () -> groups.pid().orElseThrow().info().orElseThrow().monitors().equals(List.of(watcher.pid)));
    }

    private static void apply(GroupEvent<?> event, Map<String, List<Pid>> view) {
        String group = (String) event.group();
        switch (event) {
            case Joined<?> joined ->
                view.computeIfAbsent(group, _ -> new ArrayList<>()).addAll(joined.pids());
            case Left<?> left -> {
                for (Pid pid : left.pids()) {
                    assertThat(view.get(group).remove(pid)).as("was in").isTrue();
                }
                if (view.get(group).isEmpty()) {
                    view.remove(group);
                }
            }
        }
    }

    private boolean breed(Receiver<Object> self, SplittableRandom random) {
        for (int round = 0; round < 150; round++) {
            Monitor monitor = self.spawnMonitor((Receiver<Object> child) -> {
                groups.join(child, "g" + child.pid().id() % 4);
                child.receive();
            });
            Pid child = monitor.pid();
            for (int i = random.nextInt(4); i >= 0; i--) {
                String group = "g" + random.nextInt(4);
                if (random.nextBoolean()) {
                    groups.join(group, List.of(child, child));
                } else {
                    groups.leave(group, child);
                }
            }
            if (random.nextBoolean()) {
                child.exit(ExitReason.kill());
            } else {
                child.send("end");
            }
            self.receive(Down.class, down -> down.monitor() == monitor);
            for (int g = 0; g < 4; g++) {
                assertThat(groups.members("g" + g)).doesNotContain(child);
            }
        }
        return true;
    }
}
