package dev.skep.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.Await;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.group.GroupEvent.Joined;
import dev.skep.group.GroupEvent.Left;
import dev.skep.group.Groups.MonitoredGroup;
import dev.skep.group.Groups.MonitoredScope;
import dev.skep.registry.Hive.Bee;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// What those hear who monitor a group, or all groups.
class GroupMonitorTest extends GroupsFixture {
    /// The events of a monitor that have come by now, for an order that the test itself has caused.
    private static List<Object> events(Bee bee, int number) {
        List<Object> events = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            events.add(bee.next(GroupEvent.class));
        }
        return events;
    }

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
