package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.CodeChange;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.event.EventHandler;
import dev.skep.event.EventRpc;
import dev.skep.event.GenEvent;
import dev.skep.event.GenEventRef;
import dev.skep.event.HandlerChange;
import dev.skep.event.HandlerEnd;
import dev.skep.event.HandlerError;
import dev.skep.event.HandlerExit;
import dev.skep.event.HandlerId;
import dev.skep.event.Swap;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.sys.Upgrade;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The examples of the chapter on event managers.
class GenEventGuideTest {
    sealed interface OrderEvent {
        record Placed(long id, long cents) implements OrderEvent {}

        record Cancelled(long id) implements OrderEvent {}
    }

    static final Name<EventRpc<OrderEvent>> ORDERS = Name.of("orders");

    static final class Turnover implements EventHandler<AtomicLong, OrderEvent, Turnover.Rpc> {
        static final HandlerId<Rpc> ID = HandlerId.of("turnover");

        sealed interface Rpc {
            record Total() implements Rpc, Call<Rpc, Long> {}
        }

        @Override
        public AtomicLong init(Self<Object> self) {
            return new AtomicLong();
        }

        @Override
        public Next<AtomicLong> event(OrderEvent event, AtomicLong total) {
            if (event instanceof OrderEvent.Placed(long _, long cents)) {
                total.addAndGet(cents);
            }
            return Next.noReply();
        }

        @Override
        public Next<AtomicLong> call(Rpc message, AtomicLong total) {
            return switch (message) {
                case Rpc.Total m -> m.reply(total.get());
            };
        }

        @Override
        public AtomicLong takeOver(Self<Object> self, Optional<Object> left) {
            return new AtomicLong(left.map(Long.class::cast).orElse(0L));
        }

        @Override
        public Optional<Object> terminate(HandlerEnd why, AtomicLong total) {
            return Optional.of(total.get());
        }
    }

    record Sums(long cents, long orders) {}

    static final class TurnoverAndNumber implements EventHandler<Sums, OrderEvent, Turnover.Rpc> {
        @Override
        public Sums init(Self<Object> self) {
            return new Sums(0, 0);
        }

        @Override
        public Next<Sums> event(OrderEvent event, Sums sums) {
            return event instanceof OrderEvent.Placed(long _, long cents)
                    ? Next.<Sums>noReply().state(new Sums(sums.cents() + cents, sums.orders() + 1))
                    : Next.noReply();
        }

        @Override
        public Next<Sums> call(Turnover.Rpc message, Sums sums) {
            return switch (message) {
                case Turnover.Rpc.Total m -> m.reply(sums.cents());
            };
        }
    }

    @Test
    void aHandlerGoesOnAsAnother() {
        try (Node node = Node.builder("shop").clock(ManualClock.attentive()).start()) {
            GenEventRef<OrderEvent> orders = node.start(GenEvent.<OrderEvent>manager());
            orders.addHandler(Turnover.ID, Turnover::new);
            orders.notify(new OrderEvent.Placed(1, 1250));

            HandlerChange change = new HandlerChange(Turnover.ID, new TurnoverAndNumber());
            Upgrade.plan()
                    .process(
                            orders.server(),
                            CodeChange.to(change, (total, _) -> new Sums(((AtomicLong) total).get(), 0)))
                    .run();

            orders.notify(new OrderEvent.Placed(2, 300));
            assertThat(orders.call(Turnover.ID, new Turnover.Rpc.Total())).isEqualTo(Result.ok(1550L));
        }
    }

    @Test
    void ordersAreCounted() throws Exception {
        try (Node node = Node.builder("shop").clock(ManualClock.attentive()).start()) {
            node.start(Supervisor.oneForOne()
                    .child(ChildSpec.of("orders", GenEvent.<OrderEvent>manager().named(ORDERS))));

            GenEventRef<OrderEvent> orders = GenEventRef.of(node, ORDERS);
            orders.addHandler(Turnover.ID, Turnover::new);
            orders.notify(new OrderEvent.Placed(1, 1250));
            orders.notify(new OrderEvent.Placed(2, 300));
            Result<Long, HandlerError> total = orders.call(Turnover.ID, new Turnover.Rpc.Total());

            assertThat(total).isEqualTo(Result.ok(1550L));

            HandlerId<Turnover.Rpc> better = HandlerId.of("better turnover");
            orders.swapHandler(Turnover.ID, Swap.to(better, Turnover::new));

            assertThat(orders.call(better, new Turnover.Rpc.Total())).isEqualTo(Result.ok(1550L));

            CompletableFuture<ExitReason> heard = new CompletableFuture<>();
            CompletableFuture<Boolean> added = new CompletableFuture<>();
            node.spawn((Receiver<Object> self) -> {
                orders.addSupervisedHandler(self, Turnover.ID, Turnover::new);
                added.complete(true);
                HandlerExit ended = self.receive(HandlerExit.class);
                heard.complete(ended.reason());
            });
            added.get(2, TimeUnit.MINUTES);
            orders.deleteHandler(Turnover.ID);

            assertThat(heard.get(2, TimeUnit.MINUTES)).isEqualTo(ExitReason.normal());
        }
    }
}
