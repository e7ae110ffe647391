package dev.skep.bench.micro;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Self;
import dev.skep.server.GenServer;

/// A server that does nothing but answer.
final class Echo implements GenServer<String, Echo.Rpc> {
    /// What it may be sent.
    sealed interface Rpc {}

    record Ask(String word) implements Rpc, Call<Rpc, String> {}

    record Tell(String word) implements Rpc, Cast<Rpc> {}

    @Override
    public String init(Self<Rpc> self) {
        return "";
    }

    @Override
    public Next<String> handle(Rpc message, From from, String state) {
        return switch (message) {
            case Ask ask -> ask.reply(ask.word());
            case Tell _ -> Next.noReply();
        };
    }
}
