package dev.skep.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.Await;
import dev.skep.Behaviour;
import dev.skep.CallException;
import dev.skep.CodeChange;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.NotSendableException;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import dev.skep.SystemStatus;
import dev.skep.group.Groups;
import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.sys.Accounts.Account;
import dev.skep.sys.Accounts.Balance;
import dev.skep.sys.Accounts.Rpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Looking at the state of a process, and replacing it; and whom one can ask.
class SysStateTest {
    private final World world = new World();
    private final Account account = new Account(false);
    private final ServerRef<Rpc> server = world.start(account);
    private final Sys sys = Sys.of(server);

    @AfterEach
    void close() {
        world.close();
    }

    // ---- The state -----------------------------------------------------------------------------------------------

    @Test
    void theStateIsThatAfterEarlierCasts() {
        for (int i = 1; i <= 100; i++) {
            server.cast(new Rpc.Give(i));
        }
        assertThat(sys.state()).isEqualTo(new Balance(5050, "1234"));
    }

    @Test
    void aViewIsMadeInTheProcess() {
        Thread here = Thread.currentThread();
        String seen = sys.state(Balance.class, balance -> balance.total() + " " + (Thread.currentThread() == here));
        assertThat(seen).isEqualTo("0 false");
    }

    @Test
    void aViewThatThrowsHurtsNobody() {
        IllegalStateException thrown = new IllegalStateException("no view");
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> sys.state(Balance.class, _ -> {
                    throw thrown;
                }))
                .withCause(thrown)
                .withMessageContaining("GetState of " + server)
                .withMessageContaining("no view");
        assertThat(server.call(new Rpc.Pay(1))).isEqualTo(1);
    }

    @Test
    void aViewThatMakesNullIsAFailure() {
        assertThatExceptionOfType(SysException.class).isThrownBy(() -> sys.state(Balance.class, _ -> null));
    }

    @Test
    void aStateOfAnotherClassIsAFailure() {
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> sys.state(String.class, String::length))
                .withCauseInstanceOf(ClassCastException.class);
    }

    @Test
    void theStateIsReplaced() {
        server.cast(new Rpc.Give(3));
        assertThat(sys.replaceState(Balance.class, balance -> balance.add(4))).isEqualTo(new Balance(7, "1234"));
        assertThat(server.call(new Rpc.Pay(1))).isEqualTo(8);
    }

    @Test
    void aReplacementThatThrowsLeavesTheState() {
        server.cast(new Rpc.Give(3));
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> sys.replaceState(Balance.class, _ -> {
                    throw new IllegalStateException("no replacement");
                }))
                .withCauseInstanceOf(IllegalStateException.class);
        assertThat(server.call(new Rpc.Pay(1))).isEqualTo(4);
    }

    @Test
    void anErrorOfAReplacementLeavesTheStateToo() {
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> sys.replaceState(Balance.class, _ -> {
                    throw new StackOverflowError();
                }))
                .withCauseInstanceOf(StackOverflowError.class);
        assertThat(server.call(new Rpc.Pay(1))).isEqualTo(1);
    }

    @Test
    void aReplacementByNullLeavesTheState() {
        assertThatExceptionOfType(SysException.class).isThrownBy(() -> sys.replaceState(Balance.class, _ -> null));
        assertThat(server.call(new Rpc.Pay(1))).isEqualTo(1);
    }

    @Test
    void aReplacementOfAnotherClassIsRefusedByTheServer() {
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> sys.replaceState(Object.class, _ -> "a text"))
                .withMessageContaining("has a state of class dev.skep.sys.Accounts$Balance")
                .withMessageContaining("java.lang.String");
        assertThat(server.call(new Rpc.Pay(1))).isEqualTo(1);
    }

    @Test
    void theStateOfASupervisorIsWhatItKnowsOfItsChildren() {
        SupervisorRef sup =
                world.node.start(Supervisor.oneForOne().child(ChildSpec.server("a", () -> new Account(false))));
        assertThat(Sys.of(sup.server()).state()).isEqualTo(sup.whichChildren());
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> Sys.of(sup.server()).replaceState(List.class, _ -> List.of()))
                .withCauseInstanceOf(UnsupportedOperationException.class);
        assertThat(sup.whichChildren()).extracting(ChildInfo::state).containsExactly(ChildInfo.State.RUNNING);
    }

    @Test
    void theStateOfARegistryIsItsEntriesAndThatOfAScopeItsGroups() {
        Name<UniqueRegistry<String, Integer, Rpc>> accounts = Name.of("accounts");
        Name<Groups<String, Rpc>> branches = Name.of("branches");
        UniqueRegistry<String, Integer, Rpc> registry = world.node.start(Registry.unique(accounts));
        Groups<String, Rpc> groups = world.node.start(Groups.scope(branches));
        Pid ada = world.node
                .start(GenServer.<Rpc>spec(() -> new Account(false)).named(registry.name("ada", 7)))
                .pid()
                .orElseThrow();
        groups.join("north", ada);

        assertThat(Sys.of(registry.pid().orElseThrow()).state())
                .isEqualTo(List.of(registry.find("ada").orElseThrow()));
        assertThat(Sys.of(groups.pid().orElseThrow()).state()).isEqualTo(Map.of("north", List.of(ada)));
    }

    @Test
    void theStateOfASimpleSupervisorIsWhatItKnowsOfItsChildren() {
        var sup = world.node.start(
                Supervisor.simpleOneForOne((Boolean traps) -> GenServer.<Rpc>spec(() -> new Account(traps))));
        sup.startChild(false);
        sup.startChild(true);
        assertThat(Sys.of(sup.server()).state())
                .isEqualTo(List.copyOf(sup.whichChildren().reversed()));
    }

    // ---- The status ----------------------------------------------------------------------------------------------

    @Test
    void theStatusTellsAllThatIsKnown() {
        server.cast(new Rpc.Give(3));
        sys.startLog(1);
        SystemStatus status = sys.status();
        assertThat(status.info().pid()).isEqualTo(server.pid().orElseThrow());
        assertThat(status.info().status()).isEqualTo(ProcessInfo.Status.RUNNING);
        assertThat(status.suspended()).isFalse();
        assertThat(status.version()).contains("v1");
        assertThat(status.debug()).extracting(Object::toString).containsExactly("LOG");
        assertThat(status.state()).isEqualTo("balance 3");
        assertThat(status.text())
                .contains(Account.class.getName() + " v1", "is: running", "debug: LOG", "state: balance 3")
                .doesNotContain("1234");
    }

    @Test
    void theStatusOfASuspendedProcessSaysSo() {
        sys.suspend();
        server.cast(new Rpc.Give(3));
        assertThat(sys.status().suspended()).isTrue();
        assertThat(sys.status().text()).contains("is: suspended", "mailbox length: 1");
        sys.resume();
        assertThat(sys.status().suspended()).isFalse();
    }

    @Test
    void aStateThatCannotBeShownIsNoFailure() {
        Pid pid = world.node.start(plain(new Bare() {
            @Override
            public Object reportedState() {
                throw new IllegalStateException("secret");
            }
        }));
        assertThat(Sys.of(pid).status().state()).contains("cannot be shown").doesNotContain("secret");
    }

    // ---- A behaviour that says nothing ---------------------------------------------------------------------------

    private static class Bare implements Behaviour {
        @Override
        public void init() throws Exception {}

        @Override
        public void call(Object message, From from) throws Exception {
            from.reply(message);
        }

        @Override
        public void cast(Object message) throws Exception {}

        @Override
        public void info(Object message) throws Exception {}

        @Override
        public void terminate(ExitReason reason) throws Exception {}

        @Override
        public String toString() {
            return "bare";
        }
    }

    private static StartSpec<Pid> plain(Behaviour behaviour) {
        return new StartSpec<>() {
            @Override
            protected Behaviour behaviour(Self<Object> self) {
                return behaviour;
            }

            @Override
            protected Pid reference(Pid pid) {
                return pid;
            }

            @Override
            public Optional<? extends Name<?>> name() {
                return Optional.empty();
            }

            @Override
            public String describe() {
                return "a behaviour";
            }
        };
    }

    @Test
    void aBehaviourThatOverridesNothingCanBeLookedAtAndSuspendedButNotChanged() {
        Behaviour bare = new Bare();
        Sys its = Sys.of(world.node.start(plain(bare)));
        assertThat(its.state()).isSameAs(bare);
        assertThat(its.status().state()).isEqualTo("bare");
        assertThat(its.status().version()).isEmpty();
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> its.replaceState(Object.class, state -> state))
                .withMessageContaining("does not override replaceState");
        assertThat(its.suspend()).isTrue();
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> its.changeCode(CodeChange.to("other")))
                .withMessageContaining("does not override changeCode");
        assertThat(its.resume()).isTrue();
    }

    // ---- Who cannot be asked -------------------------------------------------------------------------------------

    @Test
    void theDeadAreNotThere() {
        server.stop();
        assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(sys::state);
        assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(sys::suspend);
        assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(() -> sys.terminate(ExitReason.normal()));
    }

    @Test
    void aNameThatNobodyHasIsNotThere() {
        assertThatExceptionOfType(CallException.NoProcess.class)
                .isThrownBy(() -> Sys.of(world.node.ref(Name.of("nobody"))).status());
    }

    @Test
    void whoAsksIsToldWhenTheProcessEndsBeforeItAnswers() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        server.cast(new Rpc.Hold(reached, new CountDownLatch(1)));
        World.await(reached);
        CompletableFuture<Object> asked = CompletableFuture.supplyAsync(sys::state, Thread::startVirtualThread);
        Pid pid = server.pid().orElseThrow();
        Await.until(() -> pid.info().orElseThrow().mailboxLength() == 1);
        pid.exit(ExitReason.because("enough"));
        assertThat(asked)
                .failsWithin(Await.LIMIT)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(CallException.ServerExited.class)
                .withMessageContaining("enough");
    }

    @Test
    void aRequestThatABusyProcessDoesNotGetToNeverTakesEffect() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        server.cast(new Rpc.Hold(reached, release));
        World.await(reached);
        Sys hasty = sys.timeout(World.SHORT);
        assertThatExceptionOfType(CallException.Timeout.class)
                .isThrownBy(() -> world.clock.whilePassing(hasty::suspend));
        assertThatExceptionOfType(CallException.Timeout.class)
                .isThrownBy(() ->
                        world.clock.whilePassing(() -> hasty.replaceState(Balance.class, balance -> balance.add(1))));
        release.countDown();
        assertThat(server.call(new Rpc.Pay(0))).isEqualTo(0);
        assertThat(sys.status().suspended()).isFalse();
    }

    @Test
    void aProcessCannotAskItself() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        world.node.spawn((dev.skep.Receiver<Object> self) -> {
            try {
                Sys.of(self.pid()).status();
            } catch (Throwable failure) {
                thrown.complete(failure);
            }
        });
        assertThat(thrown.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(CallException.CallingSelf.class);
    }

    @Test
    void anInterruptedThreadStopsWaiting() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        server.cast(new Rpc.Hold(reached, release));
        World.await(reached);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread asking = Thread.startVirtualThread(() -> {
            try {
                sys.suspend();
                interrupted.complete(false);
            } catch (CallException.Interrupted e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        asking.interrupt();
        assertThat(interrupted.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        release.countDown();
        assertThat(sys.status().suspended()).isFalse();
    }

    @Test
    void badInputIsRefusedBeforeAnythingIsSent() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> sys.timeout(Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> Sys.of((Pid) null));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> Sys.of((ServerRef<?>) null));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> sys.replaceState(Balance.class, null));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> sys.terminate(null));
        assertThat(server.pid().orElseThrow().info().orElseThrow().messagesHandled())
                .isZero();
    }

    @Test
    void aStrictNodeRefusesAMutableReasonBeforeItIsSent() {
        try (Node strict = Node.builder("strict")
                .clock(ManualClock.attentive())
                .strict(true)
                .start()) {
            ServerRef<Rpc> its = strict.start(GenServer.spec(() -> new Account(false)));
            assertThatExceptionOfType(NotSendableException.class)
                    .isThrownBy(() -> Sys.of(its).terminate(ExitReason.because(new ArrayList<>())));
            assertThat(its.call(new Rpc.Pay(1))).isEqualTo(1);
        }
    }

    @Test
    void concurrentReplacementsAreOneAfterTheOther() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        Thread[] threads = new Thread[8];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = Thread.startVirtualThread(() -> {
                for (int i = 0; i < 100; i++) {
                    try {
                        sys.timeout(Await.LIMIT).replaceState(Balance.class, balance -> balance.add(1));
                    } catch (RuntimeException e) {
                        failures.incrementAndGet();
                    }
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).hasValue(0);
        assertThat(server.call(new Rpc.Pay(0))).isEqualTo(800);
    }
}
