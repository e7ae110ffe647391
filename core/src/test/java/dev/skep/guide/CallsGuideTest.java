package dev.skep.guide;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.IdempotentCall;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Report;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The examples of what the chapter on misbehaving processes says of calls.
class CallsGuideTest {
    static final Name<ShopRpc> SHOP = Name.of("shop");
    static final Name<PriceRpc> PRICES = Name.of("prices");

    sealed interface ShopRpc {
        record Quote(String item) implements ShopRpc, Call<ShopRpc, String> {}

        record Discount(String item) implements ShopRpc, Call<ShopRpc, Integer> {}
    }

    sealed interface PriceRpc {
        record Price(String item) implements PriceRpc, IdempotentCall<PriceRpc, Integer> {}

        record Raise(int percent) implements PriceRpc, Call<PriceRpc, Integer> {}
    }

    /// Asks the prices, and something that is no process.
    static final class Shop implements GenServer<Self<ShopRpc>, ShopRpc> {
        private final CompletableFuture<String> translator;

        Shop(CompletableFuture<String> translator) {
            this.translator = translator;
        }

        @Override
        public Self<ShopRpc> init(Self<ShopRpc> self) {
            return self;
        }

        @Override
        public Next<Self<ShopRpc>> handle(ShopRpc message, From from, Self<ShopRpc> self) throws Exception {
            ServerRef<PriceRpc> prices = self.node().ref(PRICES);
            return switch (message) {
                case ShopRpc.Quote m -> {
                    int price = prices.call(new PriceRpc.Price(m.item()));
                    Duration patience = self.timeLeft().orElse(Duration.ofSeconds(30));
                    String text = translator.get(patience.toNanos(), NANOSECONDS);
                    yield m.reply(text + " " + price);
                }
                case ShopRpc.Discount m -> m.reply(5);
            };
        }
    }

    static final class Prices implements GenServer<Integer, PriceRpc> {
        @Override
        public Integer init(Self<PriceRpc> self) {
            return 100;
        }

        @Override
        public Next<Integer> handle(PriceRpc message, From from, Integer price) {
            return switch (message) {
                case PriceRpc.Price m -> m.reply(price);
                case PriceRpc.Raise m -> m.reply(price + m.percent()).state(price + m.percent());
            };
        }
    }

    /// Asks back.
    static final class FussyPrices implements GenServer<ServerRef<ShopRpc>, PriceRpc> {
        @Override
        public ServerRef<ShopRpc> init(Self<PriceRpc> self) {
            return self.node().ref(SHOP);
        }

        @Override
        public Next<ServerRef<ShopRpc>> handle(PriceRpc message, From from, ServerRef<ShopRpc> shop) {
            return switch (message) {
                case PriceRpc.Price m -> m.reply(100 - shop.call(new ShopRpc.Discount(m.item())));
                case PriceRpc.Raise m -> m.reply(m.percent());
            };
        }
    }

    @Test
    void aHandlerKnowsHowLongItsCallerWaits() {
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            node.start(GenServer.spec(Prices::new).named(PRICES));
            node.start(GenServer.spec(() -> new Shop(CompletableFuture.completedFuture("tea costs")))
                    .named(SHOP));

            assertThat(node.ref(SHOP).call(new ShopRpc.Quote("tea"))).isEqualTo("tea costs 100");
            assertThat(node.expiredRequests()).isZero();
        }
    }

    @Test
    void anIdempotentCallGoesToTheRestartedServer() {
        AtomicInteger started = new AtomicInteger();
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            node.start(Supervisor.oneForOne().child(ChildSpec.server(PRICES, () -> {
                if (started.incrementAndGet() == 1) {
                    return new Crashing();
                }
                return new Prices();
            })));
            ServerRef<PriceRpc> prices = node.ref(PRICES);
            int price = prices.call(new PriceRpc.Price("tea"));

            assertThat(price).isEqualTo(100);
            assertThat(node.retriedCalls()).isEqualTo(1);
        }
    }

    private static final class Crashing implements GenServer<Integer, PriceRpc> {
        @Override
        public Integer init(Self<PriceRpc> self) {
            return 0;
        }

        @Override
        public Next<Integer> handle(PriceRpc message, From from, Integer price) {
            throw new IllegalStateException("price list lost");
        }
    }

    @Test
    void aRingIsNamed() throws Exception {
        ManualClock clock = new ManualClock();
        LinkedBlockingQueue<String> rings = new LinkedBlockingQueue<>();
        NodeListener listener = new NodeListener() {
            @Override
            public void reported(Report report) {
                if (report instanceof CrashReport crash
                        && crash.reason() instanceof ExitReason.Crashed(Throwable cause)) {
                    ringOf(cause).ifPresent(rings::add);
                }
            }
        };
        try (Node node = Node.builder("hive").clock(clock).listener(listener).start()) {
            node.start(GenServer.spec(FussyPrices::new).named(PRICES));
            node.start(GenServer.spec(() -> new Shop(new CompletableFuture<>())).named(SHOP));
            ServerRef<ShopRpc> shop = node.ref(SHOP);
            CompletableFuture<Void> outcome = CompletableFuture.runAsync(() -> {
                try {
                    shop.call(new ShopRpc.Quote("tea"));
                } catch (CallException e) {
                    ringOf(e).ifPresent(rings::add);
                }
            });
            while (!isAskedBack(shop.pid().orElseThrow())) {
                clock.advance(Duration.ZERO);
            }
            while (!outcome.isDone()) {
                clock.advance(Duration.ofSeconds(5));
            }

            // The three deadlines are one. Who is the first to give up sees the ring.
            assertThat(rings.poll(120, SECONDS)).matches("<hive\\.\\d+ (shop|prices)> and 1 other");
        }
    }

    /// Whether the server handles one call while another waits.
    private static boolean isAskedBack(Pid server) {
        ProcessInfo info = server.info().orElseThrow();
        return info.currentHandler().isPresent() && info.mailboxLength() > 0;
    }

    private static Optional<String> ringOf(Throwable thrown) {
        return thrown instanceof CallException.Timeout timeout
                        && !timeout.ring().isEmpty()
                ? Optional.of(
                        timeout.ring().getFirst() + " and " + (timeout.ring().size() - 1) + " other")
                : Optional.empty();
    }
}
