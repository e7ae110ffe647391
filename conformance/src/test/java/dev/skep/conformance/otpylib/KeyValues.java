package dev.skep.conformance.otpylib;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.server.GenServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A store of values that counts and remembers what it is told; its end is noted where the test sees it.
final class KeyValues implements GenServer<KeyValues.State, KeyValues.Rpc> {
    static final ExitReason STOPPED = ExitReason.because("stopped");

    /// What it is asked and told.
    sealed interface Rpc {
        record Get(String key) implements Rpc, Call<Rpc, Optional<String>> {}

        record Put(String key, String value) implements Rpc, Call<Rpc, Result<String, String>> {}

        record Increment() implements Rpc, Call<Rpc, Integer> {}

        record Events() implements Rpc, Call<Rpc, List<Object>> {}

        /// Is not answered: it ends the server.
        record StopNow() implements Rpc, Call<Rpc, String> {}

        record Remember(String event) implements Rpc, Cast<Rpc> {}

        record Add(int more) implements Rpc, Cast<Rpc> {}

        record StopLater() implements Rpc, Cast<Rpc> {}
    }

    /// What it knows.
    static final class State {
        private final Map<String, String> values = new HashMap<>();
        private final List<Object> events = new ArrayList<>();
        private int counter;
    }

    private final List<ExitReason> ends;

    KeyValues(List<ExitReason> ends) {
        this.ends = ends;
    }

    @Override
    public State init(Self<Rpc> self) {
        return new State();
    }

    @Override
    public Next<State> handle(Rpc message, From from, State state) {
        return switch (message) {
            case Rpc.Get get -> get.reply(Optional.ofNullable(state.values.get(get.key())));
            case Rpc.Put put -> {
                state.values.put(put.key(), put.value());
                yield put.reply(Result.ok(put.value()));
            }
            case Rpc.Increment increment -> increment.reply(++state.counter);
            case Rpc.Events events -> events.reply(List.copyOf(state.events));
            case Rpc.StopNow _, Rpc.StopLater _ -> Next.stop(STOPPED);
            case Rpc.Remember(String event) -> {
                state.events.add(event);
                yield Next.noReply();
            }
            case Rpc.Add(int more) -> {
                state.counter += more;
                yield Next.noReply();
            }
        };
    }

    @Override
    public Next<State> info(Object message, State state) {
        if (message.equals("stop")) {
            return Next.stop(STOPPED);
        }
        state.events.add(message);
        return Next.noReply();
    }

    @Override
    public void terminate(ExitReason reason, State state) {
        ends.add(reason);
    }
}
