package dev.skep.conformance.soak;

import dev.skep.Behaviour;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.StartSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// Faults in the system itself, which the soak has to find: the proof that it would.
final class Plants {
    private static final int EACH_TIME = 40;

    private final Node node;
    private final Options.Plant kind;
    private final List<byte[]> kept = new ArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private int grown;

    Plants(Node node, Options.Plant kind) {
        this.node = node;
        this.kind = kind;
    }

    /// Grows a little.
    void grow() {
        switch (kind) {
            case NONE -> {}
            case NAMES -> {
                for (int i = 0; i < EACH_TIME; i++) {
                    Pid pid = node.spawn((Receiver<Object> self) -> {
                        while (true) {
                            self.receive();
                        }
                    });
                    node.register(Name.of("forgotten " + grown++), pid);
                }
            }
            case TIMERS -> {
                for (int i = 0; i < 100 * EACH_TIME; i++) {
                    node.timers().applyAfter(Duration.ofHours(1), _ -> {});
                }
            }
            case HEAP -> kept.add(new byte[12 << 20]);
            case ASLEEP -> {
                if (grown++ == 0) {
                    node.start(new Mute());
                }
            }
        }
    }

    /// Lets go of who sleeps, so that the node can end.
    void release() {
        released.countDown();
    }

    /// Does not answer to a question: what asks it how it is called never returns.
    private final class Mute extends StartSpec<Pid> {
        @Override
        protected Behaviour behaviour(Self<Object> self) {
            return new Behaviour() {
                @Override
                public void init() {}

                @Override
                public void call(Object message, From from) {}

                @Override
                public void cast(Object message) {}

                @Override
                public void info(Object message) {}

                @Override
                public void terminate(ExitReason reason) {}

                @Override
                public String initialCall() {
                    boolean interrupted = false;
                    while (released.getCount() > 0) {
                        try {
                            released.await();
                        } catch (InterruptedException e) {
                            interrupted = true;
                        }
                    }
                    if (interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    return "mute";
                }
            };
        }

        @Override
        protected Pid reference(Pid pid) {
            return pid;
        }

        @Override
        public Optional<Name<?>> name() {
            return Optional.empty();
        }

        @Override
        public String describe() {
            return "a process that does not answer";
        }
    }
}
