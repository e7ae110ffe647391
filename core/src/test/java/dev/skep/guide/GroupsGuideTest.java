package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.group.GroupEvent;
import dev.skep.group.Groups;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The examples of the chapter on process groups.
class GroupsGuideTest {
    private final Node node =
            Node.builder("hive").clock(ManualClock.attentive()).start();

    @AfterEach
    void close() {
        node.close();
    }

    sealed interface RoomRpc {
        record Dinner(String when) implements RoomRpc, Cast<RoomRpc> {}
    }

    static final Name<Groups<String, RoomRpc>> ROOMS = Name.of("rooms");

    static final class Guest implements GenServer<String, RoomRpc> {
        private final CompletableFuture<String> called;

        Guest(CompletableFuture<String> called) {
            this.called = called;
        }

        @Override
        public String init(Self<RoomRpc> self) {
            Groups.of(self.node(), ROOMS).join(self, "kitchen");
            return "hungry";
        }

        @Override
        public Next<String> handle(RoomRpc message, From from, String state) {
            return switch (message) {
                case RoomRpc.Dinner(String when) -> {
                    called.complete(when);
                    yield Next.noReply();
                }
            };
        }
    }

    @Test
    void allMembersAreTold() throws Exception {
        node.start(Supervisor.oneForOne().child(ChildSpec.of("rooms", Groups.scope(ROOMS))));
        Groups<String, RoomRpc> rooms = Groups.of(node, ROOMS);

        CompletableFuture<String> called = new CompletableFuture<>();
        Pid guest = node.start(GenServer.spec(() -> new Guest(called))).pid().orElseThrow();

        rooms.join("garden", List.of(guest, guest)); // a process may join more than once
        rooms.leave("garden", guest);
        List<Pid> garden = rooms.members("garden");
        int told = rooms.cast("kitchen", new RoomRpc.Dinner("at eight"));

        assertThat(garden).containsExactly(guest);
        assertThat(told).isOne();
        assertThat(Await.get(called)).isEqualTo("at eight");
    }

    @Test
    void aMonitorKnowsTheMembers() throws Exception {
        Groups<String, RoomRpc> rooms = node.start(Groups.scope(ROOMS));
        CompletableFuture<String> called = new CompletableFuture<>();
        Pid guest = node.start(GenServer.spec(() -> new Guest(called))).pid().orElseThrow();
        CompletableFuture<String> empty = new CompletableFuture<>();
        CompletableFuture<Boolean> watching = new CompletableFuture<>();

        Pid waiter = node.spawn(self -> {
            Groups.MonitoredGroup<String> kitchen = rooms.monitor(self, "kitchen");
            Set<Pid> present = new HashSet<>(kitchen.members());
            watching.complete(true);
            while (!present.isEmpty()) {
                switch (self.receive(GroupEvent.class)) {
                    case GroupEvent.Joined<?> event -> present.addAll(event.pids());
                    case GroupEvent.Left<?> event -> present.removeAll(event.pids());
                }
            }
            rooms.demonitor(self, kitchen.monitor());
            empty.complete("lights out");
        });

        Await.get(watching);
        guest.exit(ExitReason.shutdown());
        assertThat(Await.get(empty)).isEqualTo("lights out");
        assertThat(waiter).isNotNull();
    }
}
