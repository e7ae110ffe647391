package dev.skep.bench.skep;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Self;
import dev.skep.server.GenServer;

/// The server of most workloads: it adds up what it is sent.
final class Counter implements GenServer<Counter.Count, Counter.Rpc> {
    /// What it may be sent.
    sealed interface Rpc {}

    record Add(int amount) implements Rpc, Cast<Rpc> {}

    record Increase(int amount) implements Rpc, Call<Rpc, Long> {}

    record Total() implements Rpc, Call<Rpc, Long> {}

    /// The state.
    static final class Count {
        long value;
    }

    @Override
    public Count init(Self<Rpc> self) {
        return new Count();
    }

    @Override
    public Next<Count> handle(Rpc message, From from, Count count) {
        return switch (message) {
            case Add(int amount) -> {
                count.value += amount;
                yield Next.noReply();
            }
            case Increase increase -> increase.reply(count.value += increase.amount());
            case Total total -> total.reply(count.value);
        };
    }
}
