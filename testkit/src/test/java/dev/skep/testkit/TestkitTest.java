package dev.skep.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.testkit.Servers.Rpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What a testkit starts, what it waits for, and what it does not let pass.
class TestkitTest {
    private static final Name<Rpc> NAME = Name.of("server");

    private static final Duration SOON = Duration.ofMillis(50);

    // ---- Starting and ending --------------------------------------------------------------------------------------

    @Test
    void whatWasStartedEndsInReverseOrder() {
        List<String> journal = new CopyOnWriteArrayList<>();
        try (Testkit skep = Testkit.start()) {
            for (String name : List.of("a", "b", "c")) {
                skep.start(GenServer.spec(() -> Servers.noting(name, journal)));
            }
        }
        assertThat(journal).containsExactly("c", "b", "a");
    }

    @Test
    void aStartedServerIsNotRestartedAndAChildIsAsItSays() {
        try (Testkit skep = Testkit.start()) {
            skep.allowCrashes();
            ServerRef<Rpc> once = skep.start(GenServer.spec(Servers::obedient));
            once.cast(new Rpc.Crash());
            skep.awaitEnd(once.pid().orElseThrow());

            Pid first = skep.start(ChildSpec.server(NAME, Servers::obedient));
            for (int i = 0; i < 10; i++) {
                Pid crashing = skep.node().whereis(NAME).orElseThrow();
                skep.node().ref(NAME).cast(new Rpc.Crash());
                skep.awaitSuccessor(NAME, crashing);
            }
            assertThat(skep.awaitEnd(first)).isInstanceOf(ExitReason.Crashed.class);
            skep.settle();
            assertThat(skep.node().processes())
                    .as("the supervisor and the child")
                    .hasSize(2);
        }
    }

    @Test
    void aSupervisorCanBeStartedWithItsTree() {
        try (Testkit skep = Testkit.start()) {
            skep.start(Supervisor.oneForOne().child(ChildSpec.server(NAME, Servers::obedient)));
            assertThat(skep.node().ref(NAME).call(new Rpc.Echo("hello"))).isEqualTo("hello");
        }
    }

    @Test
    void stoppingEndsOneOfThem() {
        List<String> journal = new CopyOnWriteArrayList<>();
        try (Testkit skep = Testkit.start()) {
            ServerRef<Rpc> server = skep.start(GenServer.spec(() -> Servers.noting("a", journal)));
            skep.start(ChildSpec.server(NAME, () -> Servers.noting("b", journal)));
            Pid pid = server.pid().orElseThrow();

            skep.stop(pid);
            skep.stop(NAME.text());
            assertThat(journal).containsExactly("a", "b");
            skep.start(ChildSpec.server(NAME, Servers::obedient)); // its id is free again

            assertThatThrownBy(() -> skep.stop(pid)).hasMessageContaining("none of the living");
            assertThatThrownBy(() -> skep.stop("nobody")).hasMessageContaining("no child nobody");
        }
    }

    @Test
    void aStartThatFailsSaysWhy() {
        try (Testkit skep = Testkit.start()) {
            skep.start(ChildSpec.server(NAME, Servers::obedient));
            assertThatThrownBy(() -> skep.start(ChildSpec.server(NAME, Servers::obedient)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("child server does not run");
            assertThatThrownBy(
                            () -> skep.start(GenServer.spec(Servers::obedient).named(NAME)))
                    .isInstanceOf(StartException.class);
            assertThatThrownBy(() -> skep.start(ChildSpec.of("lazy", _ -> new dev.skep.Started.Ignored<>())))
                    .hasMessageContaining("its start was ignored");
        }
    }

    // ---- Waiting --------------------------------------------------------------------------------------------------

    @Test
    void aNameIsAwaited() {
        try (Testkit skep = Testkit.start()) {
            Pid pid = skep.spawn((Receiver<Object> self) -> {
                self.receive();
                self.node().register(NAME, self.pid());
                self.receive();
            });
            pid.send("register");
            assertThat(skep.awaitRegistered(NAME)).isEqualTo(pid);
        }
    }

    @Test
    void anEndIsAwaitedAlsoWhenItHasBeen() {
        try (Testkit skep = Testkit.start()) {
            Pid pid = skep.spawn(_ -> {
                throw new ProcessExit(ExitReason.shutdown("done"));
            });
            assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown("done"));
            assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown("done"));
        }
    }

    @Test
    void settlingWaitsForChainsOfMessages() {
        try (Testkit skep = Testkit.start()) {
            for (int round = 0; round < 50; round++) {
                List<Integer> arrived = new CopyOnWriteArrayList<>();
                Pid next = skep.spawn((Receiver<Object> self) -> arrived.add(self.receive(Integer.class)));
                for (int i = 0; i < 10; i++) {
                    Pid target = next;
                    next = skep.spawn((Receiver<Object> self) -> target.send(self.receive(Integer.class) + 1));
                }
                next.send(0);
                skep.settle();
                assertThat(arrived).containsExactly(10);
            }
        }
    }

    @Test
    void whoIsNeverAtRestIsNamed() {
        CountDownLatch release = new CountDownLatch(1);
        Testkit hasty = Testkit.settings().limit(SOON).start();
        try (Node _ = hasty.node()) { // it has not the patience to close the testkit
            Servers.spawnBlocked(hasty, release);
            assertThatThrownBy(hasty::settle)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("not at rest within PT0.05S")
                    .hasMessageContaining("CountDownLatch.await")
                    .hasMessageContaining("Servers");
            release.countDown();
        }
    }

    @Test
    void whatIsAwaitedInVainIsNamed() {
        Testkit hasty = Testkit.settings().limit(SOON).start();
        try (Node _ = hasty.node()) {
            Pid pid = hasty.spawn((Receiver<Object> self) -> self.receive());
            assertThatThrownBy(() -> hasty.awaitEnd(pid)).hasMessageContaining(pid + " ends");
            assertThatThrownBy(() -> hasty.awaitRegistered(NAME)).hasMessageContaining("registered as \"server\"");
            assertThatThrownBy(() -> hasty.awaitCrash(IllegalStateException.class))
                    .hasMessageContaining("crashes with java.lang.IllegalStateException");
            assertThatThrownBy(() -> hasty.await("pigs fly", () -> false))
                    .hasMessageContaining("pigs fly")
                    .hasMessageContaining(pid.toString());
        }
    }

    // ---- What is left behind --------------------------------------------------------------------------------------

    @Test
    void aProcessThatWasStartedPastTheTestkitFailsTheTest() {
        Testkit skep = Testkit.start();
        Pid left = skep.node().spawn((Receiver<Object> self) -> self.receive());
        assertThatThrownBy(skep::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("process " + left)
                .hasMessageContaining("is left behind");
        assertThat(left.isAlive()).isFalse();
        skep.close(); // twice is once
    }

    @Test
    void aProcessThatIsJustEndingIsNotLeftBehind() {
        for (int i = 0; i < 100; i++) {
            try (Testkit skep = Testkit.start()) {
                skep.node().spawn(_ -> {});
            }
        }
    }

    @Test
    void anAbandonedThreadFailsTheTest() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Testkit skep = Testkit.settings()
                .node(node -> node.killGrace(Duration.ofMillis(1)))
                .start();
        Pid deaf = skep.spawn(_ -> {
            begun.countDown();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    // on purpose
                }
            }
        });
        begun.await();
        deaf.exit(ExitReason.kill());
        skep.awaitEnd(deaf);
        assertThatThrownBy(skep::close)
                .hasMessageContaining("the thread of process " + deaf)
                .hasMessageContaining("ignores");
        release.countDown();
    }

    @Test
    void aCrashFailsTheTestUnlessItWasExpected() {
        Testkit failing = Testkit.start();
        failing.start(GenServer.spec(Servers::obedient)).cast(new Rpc.Crash());
        failing.settle();
        assertThatThrownBy(failing::close)
                .hasMessageContaining("a crash was not expected")
                .hasMessageContaining("told to crash")
                .hasMessageContaining("last message: Crash[]");

        try (Testkit expecting = Testkit.start()) {
            expecting.expectCrash(IllegalStateException.class);
            expecting.start(GenServer.spec(Servers::obedient)).cast(new Rpc.Crash());
            expecting.settle();
            assertThat(expecting.crashes()).hasSize(1);
        }
        try (Testkit awaiting = Testkit.start()) {
            ServerRef<Rpc> server = awaiting.start(GenServer.spec(Servers::obedient));
            Pid pid = server.pid().orElseThrow();
            server.cast(new Rpc.Crash());
            assertThat(awaiting.awaitCrash(RuntimeException.class).pid()).isEqualTo(pid);
        }
        try (Testkit allowing = Testkit.start()) {
            allowing.start(GenServer.spec(Servers::obedient)).cast(new Rpc.Crash());
            allowing.allowCrashes(crash -> crash.reason().toString().contains("told to crash"));
        }
    }

    @Test
    void anExpectationIsForOneCrashAndMustBeMet() {
        Testkit skep = Testkit.start();
        skep.expectCrash(IllegalStateException.class);
        for (int i = 0; i < 2; i++) {
            skep.start(GenServer.spec(Servers::obedient)).cast(new Rpc.Crash());
        }
        skep.settle();
        skep.expectCrash(ArithmeticException.class);
        assertThatThrownBy(skep::close)
                .hasMessageContaining("a crash was not expected")
                .hasMessageContaining("a crash with java.lang.ArithmeticException was expected, but did not come");
    }

    @Test
    void whoElseListensHearsEverything() {
        List<Pid> spawned = new ArrayList<>();
        dev.skep.NodeListener listener = new dev.skep.NodeListener() {
            @Override
            public void spawned(Pid pid) {
                spawned.add(pid);
            }
        };
        try (Testkit skep = Testkit.settings().listener(listener).start()) {
            Pid pid = skep.start(ChildSpec.process("p", (Receiver<Object> self) -> self.receive())
                    .restart(Restart.TEMPORARY));
            assertThat(spawned).contains(pid);
        }
    }

    @Test
    void badInputIsRefused() {
        assertThatThrownBy(() -> Testkit.settings().limit(Duration.ZERO)).hasMessageContaining("but was PT0S");
        try (Testkit skep = Testkit.start()) {
            assertThatThrownBy(skep::clock)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("real time");
            assertThatThrownBy(() -> skep.start((ChildSpec) null)).isInstanceOf(NullPointerException.class);
        }
    }
}
