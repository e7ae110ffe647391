package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Lease;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.Via;
import dev.skep.registry.AlreadyRegistered;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.registry.Entry;
import dev.skep.registry.Registry;
import dev.skep.registry.RegistryEvent;
import dev.skep.registry.UniqueRegistry;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The examples of the chapter on registries.
class RegistryGuideTest {
    private final Node node =
            Node.builder("hive").clock(ManualClock.attentive()).start();

    @AfterEach
    void close() {
        node.close();
    }

    sealed interface SessionRpc {
        record Owner() implements SessionRpc, Call<SessionRpc, String> {}

        record Notice(String text) implements SessionRpc, Cast<SessionRpc> {}
    }

    static final class Session implements GenServer<String, SessionRpc> {
        private final String owner;

        Session(String owner) {
            this.owner = owner;
        }

        @Override
        public String init(Self<SessionRpc> self) {
            return owner;
        }

        @Override
        public Next<String> handle(SessionRpc message, From from, String state) {
            return switch (message) {
                case SessionRpc.Owner m -> m.reply(state);
                case SessionRpc.Notice _ -> Next.noReply();
            };
        }
    }

    static final Name<UniqueRegistry<Long, Void, SessionRpc>> SESSIONS = Name.of("sessions");

    @Test
    void serversAreNamedByKeys() {
        node.start(Supervisor.restForOne()
                .intensity(3, Duration.ofSeconds(5))
                .child(ChildSpec.of("sessions", Registry.unique(SESSIONS))));

        UniqueRegistry<Long, Void, SessionRpc> sessions = UniqueRegistry.of(node, SESSIONS);

        node.start(GenServer.spec(() -> new Session("ada")).named(sessions.name(42L)));
        String owner = sessions.ref(42L).call(new SessionRpc.Owner());
        Optional<Pid> session = sessions.whereis(42L);

        assertThat(owner).isEqualTo("ada");
        assertThat(session).isPresent();

        ServerRef<SessionRpc> one = startOrFind(sessions, 42L);
        assertThat(one.pid()).isEqualTo(session);
        assertThat(startOrFind(sessions, 43L).call(new SessionRpc.Owner())).isEqualTo("grace");
    }

    private ServerRef<SessionRpc> startOrFind(UniqueRegistry<Long, Void, SessionRpc> sessions, long key) {
        try {
            return node.start(GenServer.spec(() -> new Session("grace")).named(sessions.name(key)));
        } catch (StartException.AlreadyStarted taken) {
            return ServerRef.of(taken.pid());
        }
    }

    record Desk(int floor) {}

    static final Name<UniqueRegistry<String, Desk, Object>> CLERKS = Name.of("clerks");

    @Test
    void aProcessRegistersItselfWithAValue() throws Exception {
        UniqueRegistry<String, Desk, Object> clerks = node.start(Registry.unique(CLERKS));
        CompletableFuture<String> outcome = new CompletableFuture<>();

        Pid clerk = node.spawn((Receiver<Object> self) -> {
            Result<Entry<String, Desk, Object>, AlreadyRegistered> registered =
                    clerks.register(self, "stamps", new Desk(1));
            clerks.updateValue(self, "stamps", _ -> new Desk(2));
            outcome.complete(registered.isOk() ? "at the desk" : "taken");
            self.receive();
        });

        assertThat(Await.get(outcome)).isEqualTo("at the desk");
        List<Entry<String, Desk, Object>> upstairs = clerks.match("stamps", desk -> desk.floor() > 1);
        assertThat(upstairs).extracting(Entry::pid).containsExactly(clerk);

        String stamped = clerks.lock("stamps", () -> clerks.find("stamps").isPresent() ? "by a clerk" : "by nobody");
        assertThat(stamped).isEqualTo("by a clerk");
    }

    sealed interface FeedRpc {
        record Posted(String text) implements FeedRpc, Cast<FeedRpc> {}
    }

    static final Name<DuplicateRegistry<String, Void, FeedRpc>> TOPICS = Name.of("topics");

    static final class Reader implements GenServer<String, FeedRpc> {
        private final CompletableFuture<String> read;

        Reader(CompletableFuture<String> read) {
            this.read = read;
        }

        @Override
        public String init(Self<FeedRpc> self) {
            DuplicateRegistry.of(self.node(), TOPICS).register(self, "bees");
            return "reading";
        }

        @Override
        public Next<String> handle(FeedRpc message, From from, String state) {
            return switch (message) {
                case FeedRpc.Posted(String text) -> {
                    read.complete(text);
                    yield Next.noReply();
                }
            };
        }
    }

    @Test
    void allSubscribersOfATopicAreTold() throws Exception {
        DuplicateRegistry<String, Void, FeedRpc> topics = node.start(Registry.duplicate(TOPICS));
        CompletableFuture<String> one = new CompletableFuture<>();
        CompletableFuture<String> two = new CompletableFuture<>();
        node.start(GenServer.spec(() -> new Reader(one)));
        node.start(GenServer.spec(() -> new Reader(two)));

        topics.dispatch("bees", entries -> {
            for (Entry<String, Void, FeedRpc> entry : entries) {
                entry.ref().cast(new FeedRpc.Posted("swarm at the old oak"));
            }
        });

        assertThat(Await.get(one)).isEqualTo("swarm at the old oak");
        assertThat(Await.get(two)).isEqualTo("swarm at the old oak");
    }

    static final Name<Object> AUDIT = Name.of("audit");

    @Test
    void aListenerHearsOfChanges() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        Pid audit = node.spawn(self -> {
            while (true) {
                switch (self.receive(RegistryEvent.class)) {
                    case RegistryEvent.Registered event -> {}
                    case RegistryEvent.Unregistered event -> heard.complete(event.key() + " is free");
                }
            }
        });
        node.register(AUDIT, audit);

        UniqueRegistry<Long, Void, SessionRpc> sessions =
                node.start(Registry.unique(SESSIONS).listener(AUDIT));

        node.start(GenServer.spec(() -> new Session("ada")).named(sessions.name(42L)))
                .stop();
        assertThat(Await.get(heard)).isEqualTo("42 is free");
    }

    static final class Phonebook implements Via<Integer> {
        private final ConcurrentMap<Integer, Pid> entries = new ConcurrentHashMap<>();

        @Override
        public Pid register(Integer number, Pid pid) {
            Pid before = entries.putIfAbsent(number, pid);
            return before == null ? pid : before;
        }

        @Override
        public boolean unregister(Integer number, Pid pid) {
            return entries.remove(number, pid);
        }

        @Override
        public Optional<Pid> whereis(Integer number) {
            return Optional.ofNullable(entries.get(number));
        }
    }

    @Test
    void aRegistryOfOnesOwnGivesNames() {
        Phonebook phones = new Phonebook();
        Name<SessionRpc> desk = Name.via(phones, 7);
        node.start(GenServer.spec(() -> new Session("ada")).named(desk));
        String owner = node.ref(desk).call(new SessionRpc.Owner());

        assertThat(owner).isEqualTo("ada");
        node.ref(desk).stop();
        assertThat(phones.whereis(7)).isEmpty();
    }

    @Test
    void aLeaseIsGivenUpAtTheEnd() throws Exception {
        CompletableFuture<ExitReason> freed = new CompletableFuture<>();
        Pid pid = node.spawn(self -> self.receive());

        pid.hold(new Lease() {
            @Override
            protected void lapsed(Pid ended, ExitReason reason) {
                freed.complete(reason);
            }
        });

        pid.exit(ExitReason.shutdown());
        assertThat(Await.get(freed)).isEqualTo(ExitReason.shutdown());
    }
}
