package dev.skep.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Call;
import dev.skep.CodeChange;
import dev.skep.Next;
import dev.skep.Self;
import dev.skep.event.EventHandler;
import dev.skep.event.GenEvent;
import dev.skep.event.GenEventRef;
import dev.skep.event.HandlerChange;
import dev.skep.event.HandlerId;
import dev.skep.event.HandlerState;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// What system requests do to an event manager.
class EventSysTest {
    record Ask() implements Call<Ask, String> {}

    static class Counting implements EventHandler<Integer, String, Ask> {
        @Override
        public Integer init(Self<Object> self) {
            return 0;
        }

        @Override
        public Next<Integer> event(String event, Integer count) {
            return Next.noReply().state(count + 1);
        }

        @Override
        public Next<Integer> call(Ask message, Integer count) {
            return message.reply("counted " + count);
        }
    }

    static final class Louder extends Counting {
        @Override
        public Next<Integer> call(Ask message, Integer count) {
            return message.reply("COUNTED " + count);
        }
    }

    static final class Foreign implements EventHandler<Integer, Integer, Ask> {
        @Override
        public Integer init(Self<Object> self) {
            return 0;
        }

        @Override
        public Next<Integer> event(Integer event, Integer count) {
            return Next.noReply();
        }
    }

    private static final HandlerId<Ask> A = HandlerId.of("a");
    private static final HandlerId<Ask> B = HandlerId.of("b");

    @AutoClose
    private final World world = new World();

    private final GenEventRef<String> manager = world.node.start(GenEvent.manager());

    EventSysTest() {
        manager.addHandler(A, Counting::new);
        manager.addHandler(B, Counting::new);
        manager.notify("x");
    }

    @Test
    void theStateIsThatOfAllHandlers() {
        assertThat(Sys.of(manager.server()).state()).isEqualTo(List.of(new HandlerState(B, 1), new HandlerState(A, 1)));
    }

    @Test
    void theStatesAreReplacedAllOrNone() {
        Sys sys = Sys.of(manager.server());

        sys.replaceState(List.class, _ -> List.of(new HandlerState(B, 10), new HandlerState(A, 20)));
        assertThat(manager.call(A, new Ask()).orElseThrow()).isEqualTo("counted 20");

        for (Object bad : List.of(
                "no list",
                List.of(),
                List.of(new HandlerState(A, 1), new HandlerState(B, 1)),
                List.of(new HandlerState(B, 1), new HandlerState(A, "one")))) {
            assertThatThrownBy(() -> sys.replaceState(Object.class, _ -> bad)).isInstanceOf(SysException.class);
        }
        assertThat(sys.state()).isEqualTo(List.of(new HandlerState(B, 10), new HandlerState(A, 20)));
    }

    @Test
    void oneHandlersCodeIsChanged() {
        Upgrade.plan()
                .process(
                        manager.server(),
                        CodeChange.to(new HandlerChange(A, new Louder()), (count, _) -> (Integer) count + 100))
                .run();

        assertThat(manager.call(A, new Ask()).orElseThrow()).isEqualTo("COUNTED 101");
        assertThat(manager.call(B, new Ask()).orElseThrow()).isEqualTo("counted 1");
    }

    @Test
    void whatDoesNotFitIsRefused() {
        for (Object bad : List.of(
                new Louder(),
                new HandlerChange(HandlerId.of("nobody"), new Louder()),
                new HandlerChange(A, new Foreign()))) {
            assertThatThrownBy(() -> Upgrade.plan()
                            .process(manager.server(), CodeChange.to(bad))
                            .run())
                    .isInstanceOf(UpgradeException.class)
                    .rootCause()
                    .hasMessageContainingAll(bad instanceof HandlerChange ? "" : "as a HandlerChange says");
        }
        assertThat(manager.call(A, new Ask()).orElseThrow()).isEqualTo("counted 1");
    }
}
