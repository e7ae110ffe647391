package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.PendingCall;
import dev.skep.PendingCalls;
import dev.skep.Reportable;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.guide.UserRpc.Create;
import dev.skep.guide.UserRpc.Find;
import dev.skep.guide.UserRpc.Touch;
import dev.skep.server.GenServer;
import dev.skep.server.IdleTimeout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The examples of the chapter on GenServer.
class GenServerGuideTest {
    static final Name<UserRpc> USERS = Name.of("users");

    @Test
    void aServerIsStartedAndUsed() {
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            node.start(GenServer.spec(UserManager::new).named(USERS));
            ServerRef<UserRpc> users = node.ref(USERS);
            Result<User, UserError> ada = users.call(new Create("ada@example.org"));
            users.cast(new Touch(1));

            assertThat(ada).isEqualTo(Result.ok(new User(1, "ada@example.org")));
            assertThat(users.call(new Create("ada@example.org"))).isEqualTo(Result.err(UserError.EMAIL_TAKEN));
            assertThat(users.call(new Find(2))).isEqualTo(Result.err(UserError.NOT_FOUND));
        }
    }

    static String describe(ServerRef<UserRpc> users) {
        try {
            return users.call(new Find(1), Duration.ofSeconds(1)).fold(User::email, UserError::name);
        } catch (CallException failure) {
            return switch (failure) {
                case CallException.Timeout _ -> "busy";
                case CallException.NoProcess _ -> "not running";
                case CallException.ServerExited e -> "ended: " + e.reason();
                case CallException.Overloaded _ -> "overloaded";
                case CallException.CallingSelf _ -> "that is me";
                case CallException.Interrupted _ -> "interrupted";
                case CallException.Cancelled _ -> "given up";
            };
        }
    }

    @Test
    void aFailureSaysWhatHappened() {
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            assertThat(describe(node.ref(USERS))).isEqualTo("not running");
            node.start(GenServer.spec(UserManager::new).named(USERS));
            assertThat(describe(node.ref(USERS))).isEqualTo("NOT_FOUND");
        }
    }

    // ---- Late replies --------------------------------------------------------------------------------------------

    sealed interface QueueRpc {
        record Put(String item) implements QueueRpc, Cast<QueueRpc> {}

        record Take() implements QueueRpc, Call<QueueRpc, String> {}
    }

    static final class Waiting {
        final Deque<String> items = new ArrayDeque<>();
        final Deque<From> takers = new ArrayDeque<>();
    }

    static final class Queue implements GenServer<Waiting, QueueRpc> {
        @Override
        public Waiting init(Self<QueueRpc> self) {
            return new Waiting();
        }

        @Override
        public Next<Waiting> handle(QueueRpc message, From from, Waiting waiting) {
            switch (message) {
                case QueueRpc.Put(String item) -> waiting.items.add(item);
                case QueueRpc.Take _ -> waiting.takers.add(from);
            }
            while (!waiting.items.isEmpty() && !waiting.takers.isEmpty()) {
                From taker = waiting.takers.remove();
                if (taker.reply(waiting.items.peek())) {
                    waiting.items.remove();
                }
            }
            return Next.noReply();
        }
    }

    @Test
    void aReplyMayComeLater() {
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            ServerRef<QueueRpc> queue = node.start(GenServer.spec(Queue::new));
            PendingCall<String> taken = queue.request(new QueueRpc.Take());
            queue.cast(new QueueRpc.Put("honey"));
            assertThat(taken.get(Duration.ofSeconds(30))).isEqualTo("honey");
        }
    }

    // ---- Continue, timeout, ignore -------------------------------------------------------------------------------

    sealed interface CacheRpc {
        record Size() implements CacheRpc, Call<CacheRpc, Integer> {}
    }

    record Entries(List<String> values) {}

    static final class Cache implements GenServer<Entries, CacheRpc> {
        private final boolean enabled;

        Cache(boolean enabled) {
            this.enabled = enabled;
        }

        @Override
        public Entries init(Self<CacheRpc> self) {
            if (!enabled) {
                throw new StartException.Ignore();
            }
            return new Entries(List.of());
        }

        @Override
        public Next<Entries> afterInit(Entries entries) {
            return Next.noReply().continueWith("load");
        }

        @Override
        public Next<Entries> handleContinue(Object argument, Entries entries) {
            return Next.noReply().state(new Entries(List.of("loaded", "slowly")));
        }

        @Override
        public Next<Entries> handle(CacheRpc message, From from, Entries entries) {
            return switch (message) {
                case CacheRpc.Size m -> m.reply(entries.values().size()).timeout(Duration.ofMillis(5));
            };
        }

        @Override
        public Next<Entries> info(Object message, Entries entries) {
            return message instanceof IdleTimeout ? Next.stop(ExitReason.normal()) : Next.unhandled();
        }
    }

    @Test
    void aServerLoadsInTheBackgroundAndEndsWhenNobodyNeedsIt() {
        ManualClock clock = ManualClock.attentive();
        try (Node node = Node.builder("hive").clock(clock).start()) {
            ServerRef<CacheRpc> cache = node.start(GenServer.spec(() -> new Cache(true)));
            var end = cache.pid().orElseThrow().exited();
            assertThat(cache.call(new CacheRpc.Size())).isEqualTo(2);
            clock.passUntil(end::isDone);
            assertThat(end.join()).isEqualTo(ExitReason.normal());
            assertThat(node.tryStart(GenServer.spec(() -> new Cache(false))))
                    .isInstanceOf(dev.skep.Started.Ignored.class);
        }
    }

    // ---- Pending calls -------------------------------------------------------------------------------------------

    @Test
    void manyQuestionsAreAskedAtOnce() {
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            ServerRef<UserRpc> users = node.start(GenServer.spec(UserManager::new));

            PendingCalls<String, Result<User, UserError>> calls = new PendingCalls<>();
            for (String email : List.of("ada@example.org", "joe@example.org", "ada@example.org")) {
                calls.add(email, users.request(new Create(email)));
            }
            int created = 0;
            for (var answer : calls.awaitAll(Duration.ofSeconds(5))) {
                switch (answer.outcome()) {
                    case Result.Ok(Result.Ok<User, UserError> _) -> created++;
                    case Result.Ok(Result.Err(UserError error)) -> System.out.println(answer.label() + ": " + error);
                    case Result.Err(CallException failure) -> System.out.println(failure.getMessage());
                }
            }

            assertThat(created).isEqualTo(2);
        }
    }

    // ---- Secrets -------------------------------------------------------------------------------------------------

    record Login(String user, String password) implements Reportable {
        @Override
        public String toReport() {
            return "login of " + user;
        }
    }

    @Test
    void aReportLeavesOutWhatIsSecret() {
        assertThat(new Login("ada", "secret").toReport()).doesNotContain("secret");
    }

    // ---- Testing -------------------------------------------------------------------------------------------------

    @Test
    void touchingKeepsTheUser() throws Exception {
        UserManager manager = new UserManager();
        Users users = Users.open();
        users.create("ada@example.org");

        Next<Users> next = manager.handle(new Touch(1), From.nobody(), users);

        assertThat(next.reply()).isEmpty();
        assertThat(users.touches()).isEqualTo(1);
    }
}
