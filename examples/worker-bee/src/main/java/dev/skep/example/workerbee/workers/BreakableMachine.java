package dev.skep.example.workerbee.workers;

import dev.skep.ExitReason;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.example.workerbee.data.Fault;
import dev.skep.statem.Entry;
import dev.skep.statem.Event;
import dev.skep.statem.GenStatem;
import dev.skep.statem.Transition;
import java.util.function.Supplier;

/// What [Breakable] is for servers, for state machines.
///
/// @param <S> the machine's states
/// @param <D> its data
/// @param <P> its protocol
public final class BreakableMachine<S, D, P> implements GenStatem<S, D, P> {
    private final GenStatem<S, D, P> machine;

    private BreakableMachine(GenStatem<S, D, P> machine) {
        this.machine = machine;
    }

    /// Makes state machines breakable.
    ///
    /// @param <P> their protocol
    /// @param factory makes the machines
    /// @return makes the same machines, each of them breakable
    public static <P> Supplier<GenStatem<?, ?, P>> of(Supplier<? extends GenStatem<?, ?, P>> factory) {
        return () -> wrap(factory.get());
    }

    private static <S, D, P> GenStatem<S, D, P> wrap(GenStatem<S, D, P> machine) {
        return new BreakableMachine<>(machine);
    }

    @Override
    public Transition<S, D, P> handle(Event<P> event, S state, D data) throws Exception {
        if (event instanceof Event.Info(Fault fault)) {
            Breakage.of(fault, data);
            return keepState();
        }
        return machine.handle(event, state, data);
    }

    // ---- The machine that it wraps -------------------------------------------------------------------------------

    @Override
    public Transition<S, D, P> init(Self<P> self) throws Exception {
        return machine.init(self);
    }

    @Override
    public Entry<D> enter(S previous, S state, D data) throws Exception {
        return machine.enter(previous, state, data);
    }

    @Override
    public Result<?, String> health(S state, D data) throws Exception {
        return machine.health(state, data);
    }

    @Override
    public void terminate(ExitReason reason, S state, D data) throws Exception {
        machine.terminate(reason, state, data);
    }

    @Override
    public Object reportedState(S state, D data) {
        return machine.reportedState(state, data);
    }
}
