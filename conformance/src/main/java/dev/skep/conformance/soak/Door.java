package dev.skep.conformance.soak;

import dev.skep.Call;
import dev.skep.Self;
import dev.skep.statem.Event;
import dev.skep.statem.GenStatem;
import dev.skep.statem.Transition;
import java.time.Duration;

/// A state machine with timers: a door that closes by itself.
final class Door implements GenStatem<Door.Position, Long, Door.Rpc> {
    enum Position {
        OPEN,
        CLOSED
    }

    sealed interface Rpc {
        record Open() implements Rpc, Call<Rpc, Boolean> {}

        record IsOpen() implements Rpc, Call<Rpc, Boolean> {}
    }

    @Override
    public Transition<Position, Long, Rpc> init(Self<Rpc> self) {
        return goTo(Position.CLOSED).data(0L);
    }

    @Override
    public Transition<Position, Long, Rpc> handle(Event<Rpc> event, Position position, Long opened) {
        return switch (event) {
            case Event.Message(Rpc.Open m, var _) ->
                goTo(Position.OPEN)
                        .data(opened + 1)
                        .stateTimeout(Duration.ofMillis(20), "closes")
                        .reply(m, position == Position.CLOSED);
            case Event.Message(Rpc.IsOpen m, var _) -> keepState().reply(m, position == Position.OPEN);
            case Event.StateTimeout<Rpc> _ -> goTo(Position.CLOSED);
            case Event.NamedTimeout<Rpc> _, Event.EventTimeout<Rpc> _, Event.Info<Rpc> _, Event.Internal<Rpc> _ ->
                keepState();
        };
    }
}
