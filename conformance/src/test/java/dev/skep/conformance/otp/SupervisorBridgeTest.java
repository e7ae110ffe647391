package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.StartException;
import dev.skep.Started;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.BridgeSpec;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorBridge;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("supervisor_bridge_SUITE")
class SupervisorBridgeTest {
    private static final Name<Object> BRIDGE = Name.of("bridge");
    private static final ExitReason TESTING = ExitReason.because("testing");
    private static final ExitReason DIED = ExitReason.because("died");

    private final List<String> stops = new CopyOnWriteArrayList<>();
    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
        skep.allowCrashes(crash -> crash.reason() instanceof ExitReason.Killed); // as the subsystem was
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    /// A server that knows nothing of supervision: a process as in OTP's suite, or whatever else.
    private record Server(Pid work) {}

    /// Connects such a server.
    private final class Bridge implements SupervisorBridge<Server> {
        private final Testkit skep;

        Bridge(Testkit skep) {
            this.skep = skep;
        }

        @Override
        public Server start() {
            return new Server(skep.spawn((Receiver<Object> self) -> {
                self.receive(String.class, "die"::equals);
                throw new ProcessExit(DIED);
            }));
        }

        @Override
        public Optional<CompletionStage<?>> ended(Server server) {
            return Optional.of(server.work().exited().thenAccept(reason -> {
                throw new ProcessExit(reason);
            }));
        }

        @Override
        public void stop(ExitReason reason, Server server) {
            stops.add(reason.toString());
            server.work().exit(ExitReason.kill());
        }
    }

    private BridgeSpec bridge(Testkit skep) {
        return SupervisorBridge.spec(() -> new Bridge(skep));
    }

    private Server serverOf(Testkit skep, Pid bridge) {
        skep.await("the bridge has started", () -> bridge.shared(Server.class).isPresent()); // it had its name before
        return bridge.shared(Server.class).orElseThrow();
    }

    private static BridgeSpec failing(Throwable why) {
        return SupervisorBridge.opening(() -> {
            switch (why) {
                case Error error -> throw error;
                case Exception exception -> throw exception;
                default -> throw new AssertionError(why);
            }
        });
    }

    @Test
    @Covers("starting")
    void aBridgeIsIgnoredOrFailsAsItsStartSays() {
        Crew.Refusal<Pid> ignored = crew.refusalOf(failing(new StartException.Ignore()));
        assertThat(ignored.outcome()).isEqualTo(new Started.Ignored<>());
        assertThat(ignored.signal()).isEqualTo(ExitReason.normal());

        Crew.Refusal<Pid> failed = crew.refusalOf(failing(new ProcessExit(TESTING)));
        assertThat(failed.outcome())
                .isInstanceOfSatisfying(
                        Started.Failed.class, why -> assertThat(why.reason()).isEqualTo(TESTING));
        assertThat(failed.signal()).isEqualTo(TESTING);
    }

    @Test
    @Covers("mini_terminate")
    void theEndOfTheSubsystemEndsTheBridgeWithItsReason(Testkit skep) {
        Pid bridge = crew.start(bridge(skep));

        serverOf(skep, bridge).work().exit(ExitReason.kill());

        assertThat(skep.awaitEnd(bridge)).isEqualTo(ExitReason.killed());
        assertThat(stops).containsExactly("killed");
        assertThat(bridge.shared(Server.class)).isEmpty();
    }

    @Test
    @Covers("mini_die")
    void aSubsystemThatDiesByItselfEndsTheBridgeWithItsReason(Testkit skep) {
        Pid bridge = crew.start(bridge(skep));

        serverOf(skep, bridge).work().send("die");

        assertThat(skep.awaitEnd(bridge)).isEqualTo(DIED);
        assertThat(stops).containsExactly("died");
    }

    @Test
    @Covers("badstart")
    void badArgumentsAndATakenNameAreRefused(Testkit skep) {
        assertThatNullPointerException()
                .isThrownBy(() -> SupervisorBridge.spec(null))
                .withMessageContaining("factory");
        assertThatNullPointerException()
                .isThrownBy(() -> SupervisorBridge.opening(null))
                .withMessageContaining("opens");
        assertThatNullPointerException()
                .isThrownBy(() -> bridge(skep).named(null))
                .withMessageContaining("name");

        Pid bridge = crew.start(bridge(skep).named(BRIDGE));
        assertThat(skep.node().tryStart(bridge(skep).named(BRIDGE))).isEqualTo(new Started.AlreadyStarted<>(bridge));

        serverOf(skep, bridge).work().exit(ExitReason.kill());
        assertThat(skep.awaitEnd(bridge)).isEqualTo(ExitReason.killed());
    }

    @Test
    @Covers("simple_global_supervisor")
    void aBridgeIsRestartedUnderItsNameAndEndedWithItsSupervisor(Testkit skep) {
        SupervisorRef sup = crew.start(Supervisor.oneForAll()
                .intensity(10, Duration.ofHours(1))
                .child(ChildSpec.of("bridge", bridge(skep).named(BRIDGE))));
        Pid bridge = skep.awaitRegistered(BRIDGE);
        for (ExitReason reason : List.of(ExitReason.kill(), ExitReason.shutdown())) {
            Pid before = bridge;
            Pid work = serverOf(skep, before).work();
            before.exit(reason);
            bridge = skep.awaitSuccessor(BRIDGE, before);
            work.exit(ExitReason.kill()); // a bridge that is killed stops nothing
        }
        Pid work = serverOf(skep, bridge).work();
        work.send("die");
        skep.awaitSuccessor(BRIDGE, bridge);

        assertThat(sup.terminateChild("bridge").isOk()).isTrue();
        assertThat(skep.node().whereis(BRIDGE)).isEmpty();
        assertThat(sup.restartChild("bridge").isOk()).isTrue();
        work = serverOf(skep, skep.awaitRegistered(BRIDGE)).work();
        crew.shutDown(sup);
        assertThat(skep.awaitEnd(work)).isEqualTo(ExitReason.killed());
        assertThat(stops).containsExactly("shutdown", "died", "shutdown", "shutdown");
    }

    /// Something that is opened, shows itself at length, and fails.
    private record Connection(CompletableFuture<Object> failure, String name) implements SupervisorBridge<Connection> {
        @Override
        public Connection start() {
            return this;
        }

        @Override
        public Optional<CompletionStage<?>> ended(Connection connection) {
            return Optional.of(failure);
        }

        @Override
        public String toString() {
            return "connection to " + name;
        }
    }

    @Test
    @Covers({"format_log_1", "format_log_2"})
    void theFailureOfASubsystemIsReportedInBoundedLength(Testkit skep) {
        for (String name : List.of("a database", "a database ".repeat(100_000))) {
            CompletableFuture<Object> failure = new CompletableFuture<>();
            Pid bridge = crew.start(SupervisorBridge.spec(() -> new Connection(failure, name)));

            failure.completeExceptionally(new IllegalStateException("reset by peer"));

            assertThat(skep.awaitEnd(bridge).toString()).contains("reset by peer");
            CrashReport crash = skep.awaitCrash(IllegalStateException.class);
            assertThat(crash.text())
                    .contains(bridge.toString(), "initial call", Connection.class.getName())
                    .contains("reset by peer", "connection to a database")
                    .hasSizeLessThan(100_000);
        }
    }
}
