package dev.skep.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Overflow;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.Started;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.sys.Accounts.Account;
import dev.skep.sys.Accounts.Balance;
import dev.skep.sys.Accounts.Rpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Suspended processes.
class SuspendTest {
    private final World world = new World();
    private final Account account = new Account(false);
    private final ServerRef<Rpc> server = world.start(account);
    private final Pid pid = server.pid().orElseThrow();
    private final Sys sys = Sys.of(server).timeout(Await.LIMIT);

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aCallOfASuspendedServerTimesOutAndIsNotServedLater() {
        assertThat(sys.suspend()).isTrue();
        assertThatExceptionOfType(CallException.Timeout.class)
                .isThrownBy(() -> world.clock.whilePassing(() -> server.call(new Rpc.Pay(48), World.SHORT)));
        assertThat(sys.resume()).isTrue();
        assertThat(server.call(new Rpc.Pay(1))).isEqualTo(1);
    }

    @Test
    void suspendingTwiceIsSuspendingOnce() {
        assertThat(sys.suspend()).isTrue();
        assertThat(sys.suspend()).isFalse();
        assertThat(sys.resume()).isTrue();
        assertThat(server.call(new Rpc.Pay(1))).isEqualTo(1);
        assertThat(sys.resume()).isFalse();
        assertThat(server.call(new Rpc.Pay(1))).isEqualTo(2);
    }

    @Test
    void whatCameBeforeIsHandledBeforeTheSuspensionAndWhatComesMeanwhileAfterTheResumption() {
        for (long i = 0; i < 3000; i++) { // more than one turn
            server.cast(new Rpc.Give(i));
        }
        sys.suspend();
        for (long i = 3000; i < 6000; i++) {
            server.cast(new Rpc.Give(i));
        }
        PendingCall<Long> call = server.request(new Rpc.Pay(0));
        pid.send("message");
        long before = 2999L * 3000 / 2;
        long all = 5999L * 6000 / 2;
        assertThat(sys.state()).isEqualTo(new Balance(before, "1234"));
        assertThat(account.seen).hasSize(3000);
        sys.resume();
        assertThat(call.get(Await.LIMIT)).isEqualTo(all);
        assertThat(sys.state(Balance.class, Balance::total)).isEqualTo(all);
        List<Object> expected =
                new ArrayList<>(LongStream.range(0, 6000).boxed().toList());
        expected.add("message");
        assertThat(account.seen).isEqualTo(expected);
    }

    @Test
    void aSuspensionBetweenMessagesOfOneBatchStopsBetweenThem() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        server.cast(new Rpc.Hold(reached, release));
        World.await(reached);
        server.cast(new Rpc.Give(1));
        CompletableFuture<Boolean> suspended = CompletableFuture.supplyAsync(sys::suspend, Thread::startVirtualThread);
        Await.until(() -> pid.info().orElseThrow().mailboxLength() == 2);
        server.cast(new Rpc.Give(2));
        server.cast(new Rpc.Give(3));
        release.countDown();
        assertThat(suspended.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(sys.state(Balance.class, Balance::total)).isEqualTo(1);
        assertThat(pid.info().orElseThrow().mailboxLength()).isEqualTo(2);
        sys.resume();
        assertThat(server.call(new Rpc.Pay(0))).isEqualTo(6);
        assertThat(account.seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void theStateOfASuspendedServerCanBeReplaced() {
        sys.suspend();
        server.cast(new Rpc.Give(1));
        sys.replaceState(Balance.class, balance -> balance.add(10));
        sys.resume();
        assertThat(server.call(new Rpc.Pay(0))).isEqualTo(11);
    }

    @Test
    void aSuspendedServerHoldsNoThread() {
        sys.suspend();
        for (int i = 0; i < 100; i++) {
            server.cast(new Rpc.Give(1));
        }
        Await.until(() -> world.threads.get() == 0);
        assertThat(pid.info().orElseThrow().status()).isEqualTo(ProcessInfo.Status.SUSPENDED);
        assertThat(pid.info().orElseThrow().mailboxLength()).isEqualTo(100);
        sys.resume();
        assertThat(server.call(new Rpc.Pay(0))).isEqualTo(100);
        assertThat(pid.info().orElseThrow().status()).isNotEqualTo(ProcessInfo.Status.SUSPENDED);
    }

    // ---- What ends a suspended process ---------------------------------------------------------------------------

    @Test
    void anExitSignalEndsASuspendedServer() {
        sys.suspend();
        PendingCall<Long> waiting = server.request(new Rpc.Pay(1));
        pid.exit(ExitReason.because("enough"));
        assertThat(world.endOf(pid)).isEqualTo(ExitReason.because("enough"));
        assertThat(account.seen).containsExactly("terminate enough");
        assertThatExceptionOfType(CallException.ServerExited.class)
                .isThrownBy(() -> waiting.get(Await.LIMIT))
                .withMessageContaining("enough");
    }

    @Test
    void aKillEndsASuspendedServer() {
        sys.suspend();
        pid.exit(ExitReason.kill());
        assertThat(world.endOf(pid)).isEqualTo(ExitReason.killed());
        assertThat(account.seen).isEmpty();
    }

    @Test
    void aSuspendedServerIsStoppedAheadOfWhatWaits() {
        sys.suspend();
        server.cast(new Rpc.Give(1));
        server.stop(ExitReason.shutdown(), Await.LIMIT);
        assertThat(account.seen).containsExactly("terminate shutdown");
    }

    @Test
    void aSuspendedServerIsTerminatedAheadOfWhatWaits() {
        sys.suspend();
        server.cast(new Rpc.Give(1));
        sys.terminate(ExitReason.because("told"));
        assertThat(world.endOf(pid)).isEqualTo(ExitReason.because("told"));
        assertThat(account.seen).containsExactly("terminate told");
    }

    @Test
    void aRunningServerIsTerminatedInItsTurn() {
        server.cast(new Rpc.Give(1));
        sys.terminate(ExitReason.because("told"));
        server.cast(new Rpc.Give(2));
        assertThat(world.endOf(pid)).isEqualTo(ExitReason.because("told"));
        assertThat(account.seen).containsExactly(1L, "terminate told");
    }

    @Test
    void aSuspendedServerThatTrapsExitsEndsWithItsParentAndLetsOtherExitsWait() throws Exception {
        Account trapping = new Account(true);
        CompletableFuture<ServerRef<Rpc>> started = new CompletableFuture<>();
        CountDownLatch end = new CountDownLatch(1);
        Pid parent = world.node.spawn((Receiver<Object> self) -> {
            started.complete(self.startLink(GenServer.spec(() -> trapping)).orElseThrow());
            end.await();
            self.stop(ExitReason.because("parent"));
        });
        ServerRef<Rpc> child = started.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
        Pid childPid = child.pid().orElseThrow();
        Sys.of(child).suspend();
        childPid.exit(ExitReason.because("somebody")); // a thread, which is not its parent
        child.cast(new Rpc.Give(1));
        assertThat(Sys.of(child).status().suspended()).isTrue();
        assertThat(trapping.seen).isEmpty();
        Sys.of(child).resume();
        child.call(new Rpc.Pay(0));
        assertThat(trapping.seen).containsExactly("exit somebody", 1L);

        Sys.of(child).suspend();
        child.cast(new Rpc.Give(2));
        end.countDown();
        assertThat(world.endOf(parent)).isEqualTo(ExitReason.because("parent"));
        assertThat(world.endOf(childPid)).isEqualTo(ExitReason.because("parent"));
        assertThat(trapping.seen).containsExactly("exit somebody", 1L, "terminate parent");
    }

    @Test
    void aSupervisorShutsASuspendedChildDown() {
        Account child = new Account(true);
        SupervisorRef sup = world.node.start(Supervisor.oneForOne().child(ChildSpec.server("a", () -> child)));
        Pid childPid = sup.whichChildren().getFirst().pid().orElseThrow();
        Sys.of(childPid).suspend();
        ServerRef.<Rpc>of(childPid).cast(new Rpc.Give(1));
        assertThat(sup.terminateChild("a").isOk()).isTrue();
        assertThat(child.seen).containsExactly("terminate shutdown");
    }

    @Test
    void aSuspendedSupervisorRestartsNobodyUntilItIsResumed() {
        SupervisorRef sup =
                world.node.start(Supervisor.oneForOne().child(ChildSpec.server("a", () -> new Account(false))));
        Pid child = sup.whichChildren().getFirst().pid().orElseThrow();
        Sys.of(sup.server()).suspend();
        child.exit(ExitReason.because("crash"));
        assertThat(world.endOf(child)).isEqualTo(ExitReason.because("crash"));
        assertThat(Sys.of(sup.server()).state())
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(ChildInfo.class))
                .extracting(ChildInfo::pid)
                .containsExactly(java.util.Optional.of(child));
        Sys.of(sup.server()).resume();
        assertThat(sup.whichChildren().getFirst().pid()).isPresent().isNotEqualTo(java.util.Optional.of(child));
    }

    @Test
    void aServerThatIsSuspendedBeforeItsFirstMessageStartsAllTheSame() {
        Started<ServerRef<Rpc>> started = world.node.tryStart(GenServer.spec(() -> new Account(false)));
        ServerRef<Rpc> fresh = started.orElseThrow();
        Sys.of(fresh).suspend();
        assertThat(Sys.of(fresh).status().suspended()).isTrue();
        Sys.of(fresh).resume();
        assertThat(fresh.call(new Rpc.Pay(1))).isEqualTo(1);
    }

    @Test
    void aTimedOutCallThatWaitsDoesNotKeepSystemMessagesFromBeingSeen() {
        sys.suspend();
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(CallException.Timeout.class)
                    .isThrownBy(() -> server.call(new Rpc.Pay(1), java.time.Duration.ZERO));
            assertThat(sys.status().suspended()).isTrue();
        }
        sys.resume();
        assertThat(server.call(new Rpc.Pay(0))).isEqualTo(0);
    }

    // ---- Bounded mailboxes ---------------------------------------------------------------------------------------

    @Test
    void aSuspendedServerKeepsToItsCapacityAndSystemMessagesNeedNoRoom() {
        Account bounded = new Account(false);
        ServerRef<Rpc> full =
                world.node.start(GenServer.<Rpc>spec(() -> bounded).mailbox(3, Overflow.DROP_OLDEST));
        Sys its = Sys.of(full).timeout(Await.LIMIT);
        its.suspend();
        for (long i = 0; i < 1000; i++) {
            full.cast(new Rpc.Give(i));
            if (i % 100 == 0) {
                assertThat(its.status().suspended()).isTrue();
            }
        }
        its.resume();
        assertThat(its.state(Balance.class, Balance::total)).isEqualTo(997L + 998 + 999);
        assertThat(bounded.seen).containsExactly(997L, 998L, 999L);
    }

    // ---- Races ---------------------------------------------------------------------------------------------------

    @Test
    void nothingIsLostOrReorderedWhileSeveralSuspendAndResume() throws Exception {
        int senders = 4;
        long each = 5000;
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> operators = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            operators.add(Thread.startVirtualThread(() -> {
                while (!done.get()) {
                    sys.suspend();
                    sys.state();
                    sys.resume();
                }
            }));
        }
        List<Thread> casters = IntStream.range(0, senders)
                .mapToObj(s -> Thread.startVirtualThread(() -> {
                    for (long i = 0; i < each; i++) {
                        server.cast(new Rpc.Give(s * each + i));
                    }
                }))
                .toList();
        for (Thread caster : casters) {
            caster.join();
        }
        done.set(true);
        for (Thread operator : operators) {
            operator.join();
        }
        sys.resume(); // whoever was last may have suspended it
        long sum = senders * each * (senders * each - 1) / 2;
        assertThat(server.call(new Rpc.Pay(0), Await.LIMIT)).isEqualTo(sum);
        assertThat(account.seen).hasSize((int) (senders * each));
        for (int s = 0; s < senders; s++) {
            long from = s * each;
            long to = from + each;
            assertThat(account.seen.stream().map(Long.class::cast).filter(n -> n >= from && n < to))
                    .isEqualTo(LongStream.range(from, to).boxed().toList());
        }
    }

    @Test
    void aKillAmidstSuspensionsEndsTheProcessOnceAndFailsAllCalls() throws Exception {
        for (int round = 0; round < 200; round++) {
            ServerRef<Rpc> victim = world.start(new Account(false));
            Pid its = victim.pid().orElseThrow();
            Thread operator = Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        Sys.of(victim).timeout(Await.LIMIT).suspend();
                        Sys.of(victim).timeout(Await.LIMIT).resume();
                    }
                } catch (CallException.NoProcess | CallException.ServerExited ended) {
                    // what it waits for
                }
            });
            List<PendingCall<Long>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(victim.request(new Rpc.Pay(1)));
            }
            its.exit(ExitReason.kill());
            operator.join();
            assertThat(world.endOf(its)).isEqualTo(ExitReason.killed());
            for (PendingCall<Long> call : calls) {
                assertThat(call.await(Await.LIMIT)).isPresent();
            }
        }
    }
}
