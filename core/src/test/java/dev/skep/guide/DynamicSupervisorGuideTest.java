package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.DynamicSupervisor;
import dev.skep.supervisor.DynamicSupervisorRef;
import dev.skep.supervisor.PartitionSupervisor;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRpc;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The examples about dynamic supervisors and partitions, in the chapter on supervisors.
class DynamicSupervisorGuideTest {
    private final Node node =
            Node.builder("hive").clock(ManualClock.attentive()).start();

    @AfterEach
    void close() {
        node.close();
    }

    // ---- Rooms and games -----------------------------------------------------------------------------------------

    sealed interface RoomRpc {
        record Topic() implements RoomRpc, Call<RoomRpc, String> {}
    }

    record Database(String url) {}

    record Room(Database database, String topic) implements GenServer<String, RoomRpc> {
        @Override
        public String init(Self<RoomRpc> self) {
            return topic + " from " + database.url();
        }

        @Override
        public Next<String> handle(RoomRpc message, From from, String state) {
            return switch (message) {
                case RoomRpc.Topic m -> m.reply(state);
            };
        }
    }

    static final Database DATABASE = new Database("memory");
    static final Name<SupervisorRpc> ROOMS = Name.of("rooms");

    static ChildSpec room(String topic) {
        return ChildSpec.server("room " + topic, () -> new Room(DATABASE, topic))
                .restart(Restart.TRANSIENT)
                .shutdown(Duration.ofSeconds(10));
    }

    @Test
    void roomsComeAndGo() {
        node.start(Supervisor.oneForOne()
                .child(ChildSpec.of(
                        "rooms", DynamicSupervisor.create().maxChildren(1_000).named(ROOMS))));

        DynamicSupervisorRef<ChildSpec> rooms = DynamicSupervisorRef.of(node, ROOMS);
        Result<Optional<Pid>, ChildError> opened = rooms.startChild(room("bees"));
        String outcome = switch (opened) {
            case Result.Ok(var pid) -> "open";
            case Result.Err(ChildError.MaxChildren(int limit)) -> "there are " + limit + " rooms already";
            case Result.Err(ChildError problem) -> "cannot be opened: " + problem;
        };
        assertThat(outcome).isEqualTo("open");

        ServerRef<RoomRpc> bees = ServerRef.of(opened.orElseThrow().orElseThrow());
        String topic = bees.call(new RoomRpc.Topic());
        assertThat(topic).isEqualTo("bees from memory");

        List<ChildSpec> saved =
                Stream.of("hives", "honey", "wax").map(each -> room(each)).toList();
        List<Result<Optional<Pid>, ChildError>> all = rooms.startChildren(saved);
        assertThat(all).allMatch(Result::isOk);
        assertThat(rooms.countChildren().active()).isEqualTo(4);

        boolean ended = rooms.terminateChild(bees.pid().orElseThrow());
        assertThat(ended).isTrue();
    }

    @Test
    void whatIsCommonToAllChildrenIsTheSupervisors() {
        DynamicSupervisorRef<String> rooms = node.start(DynamicSupervisor.of(
                (String topic) -> ChildSpec.server("room " + topic, () -> new Room(DATABASE, topic))));
        Pid bees = rooms.startChild("bees").orElseThrow().orElseThrow();
        assertThat(ServerRef.<RoomRpc>of(bees).call(new RoomRpc.Topic())).isEqualTo("bees from memory");
    }

    // ---- Partitions ----------------------------------------------------------------------------------------------

    sealed interface CacheRpc {
        record Put(String key, String value) implements CacheRpc, Call<CacheRpc, Boolean> {}

        record Get(String key) implements CacheRpc, Call<CacheRpc, Optional<String>> {}
    }

    static final class Cache implements GenServer<Map<String, String>, CacheRpc> {
        @Override
        public Map<String, String> init(Self<CacheRpc> self) {
            return new HashMap<>();
        }

        @Override
        public Next<Map<String, String>> handle(CacheRpc message, From from, Map<String, String> values) {
            return switch (message) {
                case CacheRpc.Put m -> m.reply(values.put(m.key(), m.value()) == null);
                case CacheRpc.Get m -> m.reply(Optional.ofNullable(values.get(m.key())));
            };
        }
    }

    static final PartitionSupervisor<CacheRpc> CACHES = PartitionSupervisor.of(
            "caches", (name, partition) -> GenServer.spec(Cache::new).named(name));

    @Test
    void aCacheInPartitions() {
        node.start(Supervisor.oneForOne().child(ChildSpec.of("caches", CACHES)));

        CACHES.on(node).route("queen").call(new CacheRpc.Put("queen", "beatrix"));
        Optional<String> queen = CACHES.on(node).route("queen").call(new CacheRpc.Get("queen"));
        assertThat(queen).contains("beatrix");

        int known = 0;
        for (ServerRef<CacheRpc> partition : CACHES.on(node).all()) {
            known += partition.call(new CacheRpc.Get("queen")).isPresent() ? 1 : 0;
        }
        assertThat(known).isEqualTo(1);
    }

    static final PartitionSupervisor<SupervisorRpc> SESSIONS = PartitionSupervisor.of(
            "sessions", (name, partition) -> DynamicSupervisor.create().named(name));

    @Test
    void dynamicSupervisorsInPartitions() {
        node.start(SESSIONS);

        var sessions = new DynamicSupervisorRef<ChildSpec>(SESSIONS.on(node).route("ada"));
        sessions.startChild(room("of ada"));
        assertThat(sessions.countChildren().active()).isEqualTo(1);
    }
}
