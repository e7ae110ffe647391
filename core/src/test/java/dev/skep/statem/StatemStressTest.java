package dev.skep.statem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.Node;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.statem.Event.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Many callers at once, real time.
class StatemStressTest {
    private static final int CALLERS = 16;
    private static final int ROUNDS = 500;

    enum Lock {
        FREE,
        TAKEN
    }

    sealed interface LockRpc {
        record Acquire() implements LockRpc, Call<LockRpc, Integer> {}

        record Release() implements LockRpc, Cast<LockRpc> {}
    }

    static final class Count {
        int acquired;
    }

    /// A lock whose queue is what it has postponed.
    static final class Locksmith implements GenStatem<Lock, Count, LockRpc> {
        @Override
        public Transition<Lock, Count, LockRpc> init(Self<LockRpc> self) {
            return goTo(Lock.FREE).data(new Count());
        }

        @Override
        public Transition<Lock, Count, LockRpc> handle(Event<LockRpc> event, Lock state, Count count) {
            return switch (state) {
                case FREE ->
                    switch (event) {
                        case Message<LockRpc>(LockRpc.Acquire m, var _) ->
                            goTo(Lock.TAKEN)
                                    .reply(m, ++count.acquired)
                                    .stateTimeout(Duration.ofHours(1), "forgotten")
                                    .eventTimeout(Duration.ofNanos(1), "idle");
                        case Message<LockRpc>(LockRpc.Release _, var _) -> throw new IllegalStateException("not taken");
                        case Event.TimedOut<LockRpc> _ -> keepState();
                        case Event.Info<LockRpc> _, Event.Internal<LockRpc> _ -> unhandled();
                    };
                case TAKEN ->
                    switch (event) {
                        case Message<LockRpc>(LockRpc.Acquire _, var _) -> postpone();
                        case Message<LockRpc>(LockRpc.Release _, var _) -> goTo(Lock.FREE);
                        case Event.EventTimeout<LockRpc> _ -> keepState();
                        case Event.StateTimeout<LockRpc> _ -> throw new IllegalStateException("an hour is not over");
                        case Event.NamedTimeout<LockRpc> _, Event.Info<LockRpc> _, Event.Internal<LockRpc> _ ->
                            unhandled();
                    };
            };
        }
    }

    @Test
    void everyoneGetsTheLockInTurnAndOnlyOneAtATime() throws Exception {
        try (Node node = Node.start("lab");
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            ServerRef<LockRpc> lock = node.start(GenStatem.spec(Locksmith::new));
            int[] unguarded = {0};
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                all.add(callers.submit((Callable<Boolean>) () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        int number = lock.call(new LockRpc.Acquire(), ServerRef.FOREVER);
                        if (number != ++unguarded[0]) {
                            return false;
                        }
                        lock.cast(new LockRpc.Release());
                    }
                    return true;
                }));
            }
            for (Future<Boolean> each : all) {
                assertThat(each.get()).isTrue();
            }
            assertThat(lock.call(new LockRpc.Acquire())).isEqualTo(CALLERS * ROUNDS + 1);
        }
    }
}
