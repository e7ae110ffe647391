package dev.skep.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.CodeChange;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.statem.Event;
import dev.skep.statem.GenStatem;
import dev.skep.statem.StateAndData;
import dev.skep.statem.Transition;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// What system requests do to a state machine.
class StatemSysTest {
    enum Door {
        OPEN,
        SHUT
    }

    sealed interface DoorRpc {
        record Push() implements DoorRpc, Cast<DoorRpc> {}

        record Count() implements DoorRpc, Call<DoorRpc, String> {}
    }

    /// Counts how often it is pushed open; what is asked of an open door is answered once it is shut.
    static class V1 implements GenStatem<Door, Integer, DoorRpc> {
        @Override
        public Transition<Door, Integer, DoorRpc> init(Self<DoorRpc> self) {
            return goTo(Door.SHUT).data(0);
        }

        @Override
        public Transition<Door, Integer, DoorRpc> handle(Event<DoorRpc> event, Door door, Integer count) {
            return switch (event) {
                case Event.Message<DoorRpc>(DoorRpc.Push _, var _) ->
                    door == Door.SHUT ? goTo(Door.OPEN).data(count + 1) : goTo(Door.SHUT);
                case Event.Message<DoorRpc>(DoorRpc.Count ask, var _) ->
                    door == Door.OPEN ? postpone() : keepState().reply(ask, text(count));
                case Event.Info<DoorRpc> _, Event.TimedOut<DoorRpc> _, Event.Internal<DoorRpc> _ -> unhandled();
            };
        }

        String text(int count) {
            return "v1: " + count;
        }
    }

    static final class V2 extends V1 {
        @Override
        String text(int count) {
            return "v2: " + count;
        }

        @Override
        public Optional<String> version() {
            return Optional.of("2");
        }

        @Override
        public StateAndData<Door, Integer> codeChange(Object exported, Optional<String> version, Self<DoorRpc> self) {
            StateAndData<?, ?> both = (StateAndData<?, ?>) exported;
            return new StateAndData<>((Door) both.state(), (Integer) both.data() * 10);
        }
    }

    static final class Failing extends V1 {
        @Override
        public StateAndData<Door, Integer> codeChange(Object exported, Optional<String> version, Self<DoorRpc> self) {
            throw new IllegalStateException("cannot convert");
        }
    }

    @AutoClose
    private final World world = new World();

    private final ServerRef<DoorRpc> door = world.node.start(GenStatem.spec(V1::new));

    private String count() {
        return door.call(new DoorRpc.Count(), Await.LIMIT);
    }

    @Test
    void stateAndDataAreSeenAndReplaced() {
        door.cast(new DoorRpc.Push());

        assertThat(Sys.of(door).state()).isEqualTo(new StateAndData<>(Door.OPEN, 1));
        Sys.of(door).replaceState(StateAndData.class, _ -> new StateAndData<>(Door.SHUT, 7));

        assertThat(count()).isEqualTo("v1: 7");
    }

    @Test
    void aStateOfAnotherKindIsRefusedAndTheOldOneStays() {
        assertThatThrownBy(() -> Sys.of(door).replaceState(Object.class, _ -> "open"))
                .isInstanceOf(SysException.class)
                .hasMessageContaining("StateAndData");
        assertThatThrownBy(() -> Sys.of(door).replaceState(Object.class, _ -> new StateAndData<>("open", 1)))
                .isInstanceOf(SysException.class)
                .hasMessageContaining("has a state of");

        assertThat(count()).isEqualTo("v1: 0");
    }

    @Test
    void theCodeIsChangedWithWhatIsPostponed() {
        door.cast(new DoorRpc.Push());
        var pending = door.request(new DoorRpc.Count());

        Upgrade.plan().process(door, CodeChange.to(new V2())).run();

        assertThat(Sys.of(door).state()).isEqualTo(new StateAndData<>(Door.OPEN, 10));
        door.cast(new DoorRpc.Push());
        assertThat(pending.get(Await.LIMIT)).isEqualTo("v2: 10");
    }

    @Test
    void aConversionThatFailsChangesNothing() {
        door.cast(new DoorRpc.Push());
        door.cast(new DoorRpc.Push());

        assertThatThrownBy(() -> Upgrade.plan()
                        .process(door, CodeChange.to(new Failing()))
                        .run())
                .isInstanceOf(UpgradeException.class)
                .hasStackTraceContaining("cannot convert");
        assertThatThrownBy(() ->
                        Upgrade.plan().process(door, CodeChange.to("no statem")).run())
                .isInstanceOf(UpgradeException.class)
                .hasStackTraceContaining("GenStatem can go on as another GenStatem only");

        assertThat(count()).isEqualTo("v1: 1");
    }

    @Test
    void aConversionMayBeGiven() {
        Upgrade.plan()
                .process(
                        door,
                        CodeChange.to(
                                new V1() {
                                    @Override
                                    String text(int count) {
                                        return "given: " + count;
                                    }
                                },
                                (old, _) -> new StateAndData<>(((StateAndData<?, ?>) old).state(), 5)))
                .run();

        assertThat(count()).isEqualTo("given: 5");
    }

    @Test
    void whileItIsSuspendedEventsWait() {
        Sys.of(door).suspend();
        door.cast(new DoorRpc.Push());
        assertThat(Sys.of(door).state()).isEqualTo(new StateAndData<>(Door.SHUT, 0));

        Sys.of(door).resume();

        assertThat(Sys.of(door).state()).isEqualTo(new StateAndData<>(Door.OPEN, 1));
    }
}
