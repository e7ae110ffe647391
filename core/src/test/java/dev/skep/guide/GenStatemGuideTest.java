package dev.skep.guide;

import static dev.skep.guide.GenStatemGuideTest.OrderState.CANCELLED;
import static dev.skep.guide.GenStatemGuideTest.OrderState.CHARGING;
import static dev.skep.guide.GenStatemGuideTest.OrderState.OPEN;
import static dev.skep.guide.GenStatemGuideTest.OrderState.PAID;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.CodeChange;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.PendingCall;
import dev.skep.ReplyTo;
import dev.skep.Response;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.statem.Entry;
import dev.skep.statem.Event;
import dev.skep.statem.Event.EventTimeout;
import dev.skep.statem.Event.Info;
import dev.skep.statem.Event.Internal;
import dev.skep.statem.Event.Message;
import dev.skep.statem.Event.NamedTimeout;
import dev.skep.statem.Event.StateTimeout;
import dev.skep.statem.Event.TimedOut;
import dev.skep.statem.GenStatem;
import dev.skep.statem.StateAndData;
import dev.skep.statem.StateFunction;
import dev.skep.statem.StateFunctions;
import dev.skep.statem.Transition;
import dev.skep.sys.Upgrade;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The code of the chapter on GenStatem.
class GenStatemGuideTest {
    private static final Duration LIMIT = ofSeconds(30);

    // ---- An order that is paid -----------------------------------------------------------------------------------

    enum OrderState {
        OPEN,
        CHARGING,
        PAID,
        CANCELLED
    }

    enum PayError {
        BANK_IS_GONE,
        BANK_IS_SILENT,
        NOT_OPEN
    }

    public sealed interface OrderRpc {
        record Pay(String card) implements OrderRpc, Call<OrderRpc, Result<String, PayError>> {}

        record Cancel() implements OrderRpc, Call<OrderRpc, Boolean> {}

        record State() implements OrderRpc, Call<OrderRpc, OrderState> {}
    }

    sealed interface BankRpc {
        record Charge(String card, long cents) implements BankRpc, Call<BankRpc, String> {}
    }

    static final class Order {
        final long cents;
        ReplyTo<Result<String, PayError>> payer;

        Order(long cents) {
            this.cents = cents;
        }
    }

    static final class OrderMachine implements StateFunctions<OrderState, Order, OrderRpc> {
        private final ServerRef<BankRpc> bank;
        private Self<OrderRpc> self;

        OrderMachine(ServerRef<BankRpc> bank) {
            this.bank = bank;
        }

        @Override
        public Transition<OrderState, Order, OrderRpc> init(Self<OrderRpc> self) {
            this.self = self;
            return goTo(OPEN).data(new Order(4_200)).timeout("unpaid", ofMinutes(15), "too late");
        }

        @Override
        public StateFunction<OrderState, Order, OrderRpc> in(OrderState state) {
            return switch (state) {
                case OPEN -> this::open;
                case CHARGING -> this::charging;
                case PAID, CANCELLED -> StateFunction.entering(this::settled, (event, _) -> closed(event, state));
            };
        }

        private Transition<OrderState, Order, OrderRpc> open(Event<OrderRpc> event, Order order) {
            return switch (event) {
                case Message(OrderRpc.Pay m, From from) -> {
                    order.payer = m.replyTo(from);
                    self.request(bank, new BankRpc.Charge(m.card(), order.cents), order.payer);
                    yield goTo(CHARGING).stateTimeout(ofSeconds(30), "no answer");
                }
                case Message(OrderRpc.Cancel m, var _) -> goTo(CANCELLED).reply(m, true);
                case Message(OrderRpc.State m, var _) -> keepState().reply(m, OPEN);
                case NamedTimeout<OrderRpc> _ -> goTo(CANCELLED);
                case StateTimeout<OrderRpc> _, EventTimeout<OrderRpc> _, Info<OrderRpc> _, Internal<OrderRpc> _ ->
                    unhandled();
            };
        }

        private Transition<OrderState, Order, OrderRpc> charging(Event<OrderRpc> event, Order order) {
            return switch (event) {
                case Info(Response(Object payer, Result.Ok(Object receipt)))
                when payer.equals(order.payer) -> goTo(PAID).reply(order.payer, Result.ok(receipt.toString()));
                case Info(Response(Object payer, Result.Err(var _)))
                when payer.equals(order.payer) -> goTo(OPEN).reply(order.payer, Result.err(PayError.BANK_IS_GONE));
                case StateTimeout<OrderRpc> _ -> goTo(OPEN).reply(order.payer, Result.err(PayError.BANK_IS_SILENT));
                case Message(OrderRpc.State m, var _) -> keepState().reply(m, CHARGING);
                case Message(OrderRpc.Pay _, var _), Message(OrderRpc.Cancel _, var _), NamedTimeout<OrderRpc> _ ->
                    postpone();
                case EventTimeout<OrderRpc> _, Info<OrderRpc> _, Internal<OrderRpc> _ -> unhandled();
            };
        }

        private Entry<Order> settled(OrderState previous, Order order) {
            return entered().cancelTimeout("unpaid");
        }

        private Transition<OrderState, Order, OrderRpc> closed(Event<OrderRpc> event, OrderState state) {
            return switch (event) {
                case Message(OrderRpc.Pay m, var _) -> keepState().reply(m, Result.err(PayError.NOT_OPEN));
                case Message(OrderRpc.Cancel m, var _) -> keepState().reply(m, false);
                case Message(OrderRpc.State m, var _) -> keepState().reply(m, state);
                case TimedOut<OrderRpc> _ -> keepState();
                case Info<OrderRpc> _, Internal<OrderRpc> _ -> unhandled();
            };
        }
    }

    /// Answers when the test says so.
    static final class Bank implements GenServer<Deque<ReplyTo<String>>, BankRpc> {
        final Deque<ReplyTo<String>> asked = new ArrayDeque<>();

        @Override
        public Deque<ReplyTo<String>> init(Self<BankRpc> self) {
            return asked;
        }

        @Override
        public Next<Deque<ReplyTo<String>>> handle(BankRpc message, From from, Deque<ReplyTo<String>> open) {
            switch (message) {
                case BankRpc.Charge m -> {
                    synchronized (open) {
                        open.add(m.replyTo(from));
                        open.notifyAll();
                    }
                }
            }
            return Next.noReply();
        }

        void answer(String receipt) throws InterruptedException {
            synchronized (asked) {
                while (asked.isEmpty()) {
                    asked.wait();
                }
                asked.remove().reply(receipt);
            }
        }
    }

    @Test
    void aCancellationWaitsForTheOutcomeOfThePayment() throws Exception {
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            Bank server = new Bank();
            ServerRef<BankRpc> bank = node.start(GenServer.spec(() -> server));

            ServerRef<OrderRpc> order = node.start(GenStatem.spec(() -> new OrderMachine(bank)));
            PendingCall<Result<String, PayError>> payment = order.request(new OrderRpc.Pay("4711"));
            PendingCall<Boolean> cancelled = order.request(new OrderRpc.Cancel());
            server.answer("receipt 1");

            assertThat(payment.get(LIMIT)).isEqualTo(Result.ok("receipt 1"));
            assertThat(cancelled.get(LIMIT)).isFalse();
            assertThat(order.call(new OrderRpc.State())).isEqualTo(PAID);
        }
    }

    @Test
    void aSilentBankLeavesTheOrderOpenAndAnUnpaidOneIsCancelled() {
        ManualClock clock = new ManualClock();
        try (Node node = Node.builder("hive").clock(clock).start()) {
            ServerRef<BankRpc> bank = node.start(GenServer.spec(Bank::new));
            ServerRef<OrderRpc> order = node.start(GenStatem.spec(() -> new OrderMachine(bank)));
            PendingCall<Result<String, PayError>> payment = order.request(new OrderRpc.Pay("4711"));
            assertThat(order.call(new OrderRpc.State())).isEqualTo(CHARGING);
            PendingCall<Boolean> cancelled = order.request(new OrderRpc.Cancel());

            clock.advance(ofSeconds(31));
            assertThat(payment.get(LIMIT)).isEqualTo(Result.err(PayError.BANK_IS_SILENT));
            assertThat(cancelled.get(LIMIT)).isTrue();
            assertThat(order.call(new OrderRpc.State())).isEqualTo(CANCELLED);

            ServerRef<OrderRpc> forgotten = node.start(GenStatem.spec(() -> new OrderMachine(bank)));
            assertThat(forgotten.call(new OrderRpc.State())).isEqualTo(OPEN);
            clock.advance(ofMinutes(16));
            assertThat(forgotten.call(new OrderRpc.Cancel())).isFalse();
            assertThat(forgotten.call(new OrderRpc.State())).isEqualTo(CANCELLED);
        }
    }

    @Test
    void aBankThatIsGoneLeavesTheOrderOpen() {
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            ServerRef<BankRpc> bank = node.ref(Name.of("no bank"));
            ServerRef<OrderRpc> order = node.start(GenStatem.spec(() -> new OrderMachine(bank)));

            assertThat(order.call(new OrderRpc.Pay("4711"))).isEqualTo(Result.err(PayError.BANK_IS_GONE));
            assertThat(order.call(new OrderRpc.Cancel())).isTrue();
        }
    }

    @Test
    void anOpenOrderIsCancelled() throws Exception {
        OrderMachine machine = new OrderMachine(null);
        OrderRpc.Cancel cancel = new OrderRpc.Cancel();

        var next = machine.handle(new Event.Message<>(cancel, From.nobody()), OPEN, new Order(4_200));

        assertThat(next).isEqualTo(machine.goTo(CANCELLED).reply(cancel, true));
    }

    // ---- A circuit breaker ---------------------------------------------------------------------------------------

    enum Circuit {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    public sealed interface BreakerRpc {
        record MayI() implements BreakerRpc, Call<BreakerRpc, Boolean> {}

        record Succeeded() implements BreakerRpc, Cast<BreakerRpc> {}

        record Failed() implements BreakerRpc, Cast<BreakerRpc> {}
    }

    record Failures(int inARow) {}

    static final class Breaker implements GenStatem<Circuit, Failures, BreakerRpc> {
        @Override
        public Transition<Circuit, Failures, BreakerRpc> init(Self<BreakerRpc> self) {
            return goTo(Circuit.CLOSED).data(new Failures(0));
        }

        @Override
        public Entry<Failures> enter(Circuit previous, Circuit state, Failures failures) {
            return switch (state) {
                case CLOSED, HALF_OPEN -> entered();
                case OPEN -> entered().stateTimeout(ofSeconds(10), "try again");
            };
        }

        @Override
        public Transition<Circuit, Failures, BreakerRpc> handle(
                Event<BreakerRpc> event, Circuit state, Failures failures) {
            return switch (event) {
                case Message(BreakerRpc.MayI m, var _) ->
                    switch (state) {
                        case CLOSED -> keepState().reply(m, true);
                        case OPEN -> keepState().reply(m, false);
                        case HALF_OPEN -> goTo(Circuit.OPEN).reply(m, true);
                    };
                case Message(BreakerRpc.Succeeded _, var _) ->
                    goTo(Circuit.CLOSED).data(new Failures(0));
                case Message(BreakerRpc.Failed _, var _) when failures.inARow() == 4 -> goTo(Circuit.OPEN);
                case Message(BreakerRpc.Failed _, var _) -> keepState().data(new Failures(failures.inARow() + 1));
                case TimedOut<BreakerRpc> _ -> goTo(Circuit.HALF_OPEN);
                case Info<BreakerRpc> _, Internal<BreakerRpc> _ -> unhandled();
            };
        }
    }

    record Failed(int inARow, int inAll) {}

    static final class StricterBreaker implements GenStatem<Circuit, Failed, BreakerRpc> {
        @Override
        public Transition<Circuit, Failed, BreakerRpc> init(Self<BreakerRpc> self) {
            return goTo(Circuit.CLOSED).data(new Failed(0, 0));
        }

        @Override
        public Optional<String> version() {
            return Optional.of("2");
        }

        @Override
        public StateAndData<Circuit, Failed> codeChange(
                Object exported, Optional<String> version, Self<BreakerRpc> self) {
            StateAndData<?, ?> old = (StateAndData<?, ?>) exported;
            return new StateAndData<>((Circuit) old.state(), new Failed(((Failures) old.data()).inARow(), 0));
        }

        @Override
        public Transition<Circuit, Failed, BreakerRpc> handle(Event<BreakerRpc> event, Circuit state, Failed failed) {
            return switch (event) {
                case Message(BreakerRpc.MayI m, var _) -> keepState().reply(m, state != Circuit.OPEN);
                case Message(BreakerRpc.Succeeded _, var _) ->
                    goTo(Circuit.CLOSED).data(new Failed(0, failed.inAll()));
                case Message(BreakerRpc.Failed _, var _) ->
                    goTo(failed.inARow() >= 1 ? Circuit.OPEN : Circuit.CLOSED)
                            .data(new Failed(failed.inARow() + 1, failed.inAll() + 1));
                case TimedOut<BreakerRpc> _ -> goTo(Circuit.HALF_OPEN);
                case Info<BreakerRpc> _, Internal<BreakerRpc> _ -> unhandled();
            };
        }
    }

    @Test
    void aMachineGoesOnAsAnotherInItsState() {
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            ServerRef<BreakerRpc> breaker = node.start(GenStatem.spec(Breaker::new));
            breaker.cast(new BreakerRpc.Failed());

            Upgrade.plan()
                    .process(breaker, CodeChange.to(new StricterBreaker()))
                    .run();

            assertThat(breaker.call(new BreakerRpc.MayI())).isTrue();
            breaker.cast(new BreakerRpc.Failed());
            assertThat(breaker.call(new BreakerRpc.MayI())).isFalse();
        }
    }

    @Test
    void theCircuitOpensAndLetsOneThroughAfterAWhile() {
        ManualClock clock = new ManualClock();
        try (Node node = Node.builder("hive").clock(clock).start()) {
            ServerRef<BreakerRpc> breaker = node.start(GenStatem.spec(Breaker::new));
            for (int i = 0; i < 5; i++) {
                assertThat(breaker.call(new BreakerRpc.MayI())).isTrue();
                breaker.cast(new BreakerRpc.Failed());
            }
            assertThat(breaker.call(new BreakerRpc.MayI())).isFalse();
            clock.advance(ofSeconds(11));
            assertThat(breaker.call(new BreakerRpc.MayI())).isTrue();
            assertThat(breaker.call(new BreakerRpc.MayI())).isFalse();
            breaker.cast(new BreakerRpc.Succeeded());
            assertThat(breaker.call(new BreakerRpc.MayI())).isTrue();
        }
    }
}
