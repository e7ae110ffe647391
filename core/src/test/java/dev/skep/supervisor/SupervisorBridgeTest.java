package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.Await;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.HealthCheck;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Started;
import dev.skep.sys.Sys;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SupervisorBridgeTest {
    private final ManualClock clock = new ManualClock();
    private final Hive hive = new Hive(clock);

    @AfterEach
    void close() {
        hive.close();
    }

    /// Something that is opened and closed.
    private final class Pool implements AutoCloseable {
        Pool() {
            hive.note("opened");
        }

        @Override
        public void close() throws IOException {
            hive.note("closed");
        }
    }

    /// A bridge to nothing in particular, which notes when it is started and stopped.
    private class Bridge implements SupervisorBridge<String> {
        final CompletableFuture<String> end = new CompletableFuture<>();

        @Override
        public String start() throws Exception {
            hive.note("started");
            return "subsystem";
        }

        @Override
        public Optional<CompletionStage<?>> ended(String subsystem) {
            return Optional.of(end);
        }

        @Override
        public void stop(ExitReason reason, String subsystem) throws Exception {
            hive.note("stopped: " + reason);
        }
    }

    private ExitReason endAfter(Consumer<CompletableFuture<String>> what) {
        Bridge bridge = new Bridge();
        Pid pid = hive.node.start(SupervisorBridge.spec(() -> bridge));
        what.accept(bridge.end);
        return hive.heardEndOf(pid);
    }

    @Test
    void whatIsOpenedIsSharedWhileItRunsAndClosedAtTheEnd() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .child(ChildSpec.of("pool", SupervisorBridge.opening(Pool::new)))
                .child(hive.child("user")));
        Pid pool = Hive.pid(sup, "pool");
        assertThat(pool.shared(Pool.class)).isPresent();
        assertThat(pool.shared(String.class)).isEmpty();
        assertThat(Hive.info(sup, "pool").type()).isEqualTo(ChildType.WORKER);

        hive.shutDown(sup);

        assertThat(pool.shared(Pool.class)).isEmpty();
        assertThat(hive.journal()).containsExactly("opened", "+user", "-user", "closed");
        assertThat(hive.crashReports()).isEmpty();
    }

    @Test
    void theEndOfTheSubsystemIsThatOfTheBridge() {
        assertThat(endAfter(end -> end.complete("done"))).isEqualTo(ExitReason.normal());
        IOException failure = new IOException("reset");
        assertThat(endAfter(end -> end.completeExceptionally(failure))).isEqualTo(ExitReason.crashed(failure));
        assertThat(endAfter(end -> end.completeExceptionally(new CompletionException(failure))))
                .isEqualTo(ExitReason.crashed(failure));
        assertThat(hive.journal())
                .containsExactly(
                        "started", "stopped: normal",
                        "started", "stopped: crashed: java.io.IOException: reset",
                        "started", "stopped: crashed: java.io.IOException: reset");
        assertThat(hive.crashReports()).extracting(CrashReport::state).containsOnly(Optional.of("subsystem"));
    }

    @Test
    void aSubsystemThatHasEndedAlreadyEndsTheBridgeAfterItsStart() {
        Bridge bridge = new Bridge();
        bridge.end.complete("at once");

        Pid pid = hive.node.start(SupervisorBridge.spec(() -> bridge));

        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.normal());
    }

    @Test
    void aStopThatFailsIsWhyTheBridgeEnds() {
        IOException failure = new IOException("will not stop");
        Pid pid = hive.node.start(SupervisorBridge.spec(() -> new Bridge() {
            @Override
            public void stop(ExitReason reason, String subsystem) throws IOException {
                throw failure;
            }
        }));

        pid.exit(ExitReason.shutdown());

        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.crashed(failure));
    }

    @Test
    void aStartThatBlocksIsInterruptedByAShutdown() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Thread starter = Thread.ofVirtual()
                .start(() -> hive.node.tryStart(Supervisor.oneForOne()
                        .child(ChildSpec.of(
                                "slow",
                                SupervisorBridge.spec(() -> new Bridge() {
                                            @Override
                                            public String start() throws Exception {
                                                hive.note("starts");
                                                never.await();
                                                return "too late";
                                            }
                                        })
                                        .named(Name.of("slow"))))));
        hive.awaitNote("starts");

        hive.node.whereis(Name.of("slow")).orElseThrow().exit(ExitReason.shutdown());

        assertThat(starter.join(Await.LIMIT)).isTrue();
        assertThat(hive.journal()).as("what has not started is not stopped").containsExactly("starts");
    }

    @Test
    void aSubsystemThatIsNotWellIsRestarted() {
        HealthCheck check = HealthCheck.every(Duration.ofSeconds(10)).callback();
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .child(ChildSpec.of("sick", SupervisorBridge.spec(() -> new Bridge() {
                            @Override
                            public Result<?, String> health(String subsystem) {
                                return Result.err(subsystem + " is sick");
                            }
                        }))
                        .health(check)));
        Pid first = Hive.pid(sup, "sick");

        hive.passTimeUntil(clock, () -> hive.hasEnded(first));

        assertThat(hive.heardEndOf(first).toString()).contains("subsystem is sick");
    }

    @Test
    void messagesAreDroppedAndTheStatusShowsTheSubsystem() {
        Bridge bridge = new Bridge();
        Pid pid = hive.node.start(SupervisorBridge.spec(() -> bridge));

        pid.send("hello");

        assertThat(Sys.of(pid).status().state()).isEqualTo("subsystem");
        assertThat(Sys.of(pid).status().info().initialCall()).isEqualTo(Bridge.class.getName());
        assertThat(pid.isAlive()).isTrue();
    }

    @Test
    void mistakesAreNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> SupervisorBridge.spec(null))
                .withMessageContaining("factory");
        assertThatNullPointerException()
                .isThrownBy(() -> SupervisorBridge.opening(null))
                .withMessageContaining("opens");
        assertThatNullPointerException()
                .isThrownBy(() -> SupervisorBridge.opening(Pool::new).named(null))
                .withMessageContaining("name");
        assertThat(reason(SupervisorBridge.spec(() -> null))).contains("the factory made no bridge");
        assertThat(reason(SupervisorBridge.opening(() -> null))).contains("start returned no subsystem");
        assertThat(reason(SupervisorBridge.spec(() -> new Bridge() {
                    @Override
                    public Optional<CompletionStage<?>> ended(String subsystem) {
                        return null;
                    }
                })))
                .contains("ended returned null");
        assertThat(hive.journal())
                .containsExactly(
                        "started",
                        "stopped: crashed: java.lang.NullPointerException: ended"
                                + " returned null; return Optional.empty()");
        assertThat(SupervisorBridge.opening(Pool::new).named(Name.of("pool")).describe())
                .contains("SupervisorBridge made in " + SupervisorBridgeTest.class.getName(), "as pool");
    }

    private String reason(BridgeSpec bad) {
        return hive.node.tryStart(bad) instanceof Started.Failed<Pid>(String _, ExitReason reason)
                ? reason.toString()
                : "it has started";
    }
}
