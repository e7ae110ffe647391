package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.CodeChange;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.sys.Upgrade;
import dev.skep.sys.UpgradeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The examples of the chapter on hot upgrades. Its two versions are two classes here; in a program they are one
/// class in two jars.
class UpgradeGuideTest {
    static final Name<StockRpc> STOCK = Name.of("stock");

    // In the jar that all versions share:

    public sealed interface StockRpc {
        record Add(String item, int number) implements StockRpc, Cast<StockRpc> {}

        record Count(String item) implements StockRpc, Call<StockRpc, Integer> {}

        non-sealed interface Extension extends StockRpc {}
    }

    // Version 1:

    static class Stock implements GenServer<Map<String, Integer>, StockRpc> {
        @Override
        public Map<String, Integer> init(Self<StockRpc> self) {
            return new TreeMap<>();
        }

        @Override
        public Next<Map<String, Integer>> handle(StockRpc message, From from, Map<String, Integer> items) {
            return switch (message) {
                case StockRpc.Add(String item, int number) -> {
                    items.merge(item, number, Integer::sum);
                    yield Next.noReply();
                }
                case StockRpc.Count m -> m.reply(items.getOrDefault(m.item(), 0));
                case StockRpc.Extension _ -> Next.unhandled(); // of a later version
            };
        }

        @Override
        public Optional<String> version() {
            return Optional.of("1");
        }
    }

    // Version 2:

    record Entry(int number, long changes) {}

    record Changes(String item) implements StockRpc.Extension, Call<StockRpc, Long> {}

    static final class StockV2 implements GenServer<StockV2.State, StockRpc> {
        static final class State {
            private final Map<String, Entry> items = new TreeMap<>();
        }

        @Override
        public State init(Self<StockRpc> self) {
            return new State();
        }

        @Override
        public Next<State> handle(StockRpc message, From from, State state) {
            return switch (message) {
                case StockRpc.Add(String item, int number) -> {
                    Entry before = entry(state, item);
                    state.items.put(item, new Entry(before.number() + number, before.changes() + 1));
                    yield Next.noReply();
                }
                case StockRpc.Count m -> m.reply(entry(state, m.item()).number());
                case Changes m -> m.reply(entry(state, m.item()).changes());
                case StockRpc.Extension _ -> Next.unhandled();
            };
        }

        private static Entry entry(State state, String item) {
            return state.items.getOrDefault(item, new Entry(0, 0));
        }

        @Override
        public Optional<String> version() {
            return Optional.of("2");
        }

        @Override
        public State codeChange(Object exported, Optional<String> version, Self<StockRpc> self) {
            State state = new State();
            ((Map<?, ?>) exported)
                    .forEach((item, number) -> state.items.put((String) item, new Entry((Integer) number, 0)));
            return state;
        }

        @Override
        public Object exportState(State state, Optional<String> version) {
            TreeMap<String, Integer> items = new TreeMap<>();
            state.items.forEach((item, entry) -> items.put(item, entry.number()));
            return items;
        }
    }

    private final Node node =
            Node.builder("hive").clock(ManualClock.attentive()).start();
    private SupervisorRef sup;
    private ServerRef<StockRpc> stock;

    @BeforeEach
    void startVersionOne() {
        sup = node.start(Supervisor.oneForOne().child(ChildSpec.server(STOCK, Stock::new)));
        stock = node.ref(STOCK);
        stock.cast(new StockRpc.Add("nails", 100));
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aServerAndItsSpecificationAreUpgradedAndDowngraded() {
        Upgrade.plan()
                .server(stock, new StockV2())
                .supervisor(sup, Supervisor.oneForOne().child(ChildSpec.server(STOCK, StockV2::new)))
                .run();

        stock.cast(new StockRpc.Add("nails", 1));
        assertThat(stock.call(new StockRpc.Count("nails"))).isEqualTo(101);
        assertThat(stock.call(new Changes("nails"))).isEqualTo(1);

        Upgrade.plan()
                .server(stock, new Stock())
                .supervisor(sup, Supervisor.oneForOne().child(ChildSpec.server(STOCK, Stock::new)))
                .run();
        assertThat(stock.call(new StockRpc.Count("nails"))).isEqualTo(101);
    }

    @Test
    void allChildrenAreChangedOrNone() {
        String outcome;
        try {
            Upgrade.plan()
                    .timeout(Duration.ofSeconds(2))
                    .childrenOf(
                            sup.server(),
                            child -> Optional.of(CodeChange.to(new StockV2(), (state, version) -> {
                                throw new IllegalStateException("no way from version " + version.orElse("?"));
                            })))
                    .run();
            outcome = "done";
        } catch (UpgradeException failure) {
            outcome = failure.getMessage(); // every child goes on as it was
        }

        assertThat(outcome).startsWith("nothing was changed").contains("no way from version 1");
        assertThat(stock.call(new StockRpc.Count("nails"))).isEqualTo(100);
    }
}
