package dev.skep.conformance.soak;

import dev.skep.Call;
import dev.skep.Next;
import dev.skep.Self;
import dev.skep.event.EventHandler;
import dev.skep.event.HandlerId;
import java.util.concurrent.atomic.AtomicLong;

/// A handler of the event managers.
final class Tally implements EventHandler<AtomicLong, Tally.Happened, Tally.Rpc> {
    static final HandlerId<Rpc> ID = HandlerId.of("tally");

    /// An event; some crash the handler.
    record Happened(boolean crashes) {}

    sealed interface Rpc {
        record Total() implements Rpc, Call<Rpc, Long> {}
    }

    @Override
    public AtomicLong init(Self<Object> self) {
        return new AtomicLong();
    }

    @Override
    public Next<AtomicLong> event(Happened event, AtomicLong total) {
        if (event.crashes()) {
            throw new Worker.Fault();
        }
        total.incrementAndGet();
        return Next.noReply();
    }

    @Override
    public Next<AtomicLong> call(Rpc message, AtomicLong total) {
        return switch (message) {
            case Rpc.Total m -> m.reply(total.get());
        };
    }
}
