package dev.skep.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.CodeChange;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Changing the code of running processes.
class UpgradeTest extends UpgradeFixture {
    // ---- One server ----------------------------------------------------------------------------------------------

    @Test
    void aServerGoesOnAsAnotherImplementationWithItsState() {
        ServerRef<Rpc> server = start("v1");
        server.cast(new Rpc.Add(5));
        assertThat(Upgrade.plan().server(server, new Numbers("v2")).run()).containsExactly(pid(server));
        assertThat(who(server)).isEqualTo("v2 5");
        assertThat(isSuspended(server)).isFalse();
        server.stop();
        assertThat(notes).containsExactly("terminate v2");
    }

    @Test
    void eachImplementationHearsOfTheVersionOfTheOther() {
        ServerRef<Rpc> server = world.node.start(GenServer.spec(() -> new Numbers("v1") {
            @Override
            public Object exportState(Integer total, Optional<String> to) {
                notes.add("export to " + to);
                return "number " + total;
            }
        }));
        server.cast(new Rpc.Add(5));
        Upgrade.plan()
                .server(server, new Numbers("v2") {
                    @Override
                    public Integer codeChange(Object exported, Optional<String> from, Self<Rpc> self) {
                        notes.add("change from " + from + " of " + self.pid().equals(pid(server)));
                        return Integer.valueOf(((String) exported).substring(7)) * 10;
                    }
                })
                .run();
        assertThat(notes).containsExactly("export to Optional[v2]", "change from Optional[v1] of true");
        assertThat(who(server)).isEqualTo("v2 50");
    }

    @Test
    void aConversionOfTheCallerReplacesThatOfTheImplementation() {
        ServerRef<Rpc> server = start("v1");
        server.cast(new Rpc.Add(5));
        Upgrade.plan()
                .process(server, CodeChange.to(new Broken(), (state, version) -> {
                    notes.add("from " + version);
                    return (Integer) state + 1;
                }))
                .run();
        assertThat(notes).containsExactly("from Optional[v1]");
        assertThat(who(server)).isEqualTo("broken 6");
    }

    @Test
    void whatWaitsIsHandledByTheNewCodeInItsOrder() throws Exception {
        ServerRef<Rpc> server = start("v1");
        CountDownLatch converting = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<List<Pid>> upgrade = CompletableFuture.supplyAsync(
                () -> Upgrade.plan()
                        .timeout(Await.LIMIT)
                        .process(server, CodeChange.to(new Numbers("v2"), (state, _) -> {
                            converting.countDown();
                            go.await();
                            return state;
                        }))
                        .run(),
                Thread::startVirtualThread);
        World.await(converting);
        server.cast(new Rpc.Add(1));
        PendingCall<String> between = server.request(new Rpc.Who());
        server.cast(new Rpc.Add(1));
        go.countDown();
        assertThat(between.get(Await.LIMIT)).isEqualTo("v2 1");
        assertThat(upgrade.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).hasSize(1);
        assertThat(who(server)).isEqualTo("v2 2");
    }

    @Test
    void aConversionThatThrowsLeavesEverythingAsItWas() {
        ServerRef<Rpc> server = start("v1");
        server.cast(new Rpc.Add(5));
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan().server(server, new Broken()).run())
                .withMessageContaining("nothing was changed")
                .withMessageContaining("cannot convert 5")
                .withCauseInstanceOf(IllegalStateException.class)
                .satisfies(failure -> assertThat(failure.process()).contains(pid(server)));
        assertThat(who(server)).isEqualTo("v1 5");
        assertThat(isSuspended(server)).isFalse();
    }

    @Test
    void aConversionToNullIsAFailure() {
        ServerRef<Rpc> server = start("v1");
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .process(server, CodeChange.to(new Numbers("v2"), (_, _) -> null))
                        .run())
                .withMessageContaining("made no state");
        assertThat(who(server)).isEqualTo("v1 0");
    }

    @Test
    void aStateOfAnotherClassIsAFailure() {
        ServerRef<Rpc> server = start("v1");
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .process(server, CodeChange.to(new Numbers("v2"), (_, _) -> "a text"))
                        .run())
                .withMessageContaining("has a state of class java.lang.Integer")
                .withMessageContaining("class java.lang.String");
        assertThat(who(server)).isEqualTo("v1 0");
    }

    @Test
    void anImplementationOfAnotherKindOrProtocolIsRefused() {
        ServerRef<Rpc> server = start("v1");
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .process(server, CodeChange.to(Supervisor.oneForOne()))
                        .run())
                .withMessageContaining("another GenServer only");
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .process(server, CodeChange.to(new Accounts.Account(false)))
                        .run())
                .withMessageContaining("a protocol has to be loaded once");
        assertThat(who(server)).isEqualTo("v1 0");
    }

    @Test
    void aDowngradeIsAnUpgradeToTheOldVersion() {
        ServerRef<Rpc> server = start("v1");
        Upgrade.plan().server(server, new Numbers("v2")).run();
        server.cast(new Rpc.Add(1));
        Upgrade.plan().server(server, new Numbers("v1")).run();
        assertThat(who(server)).isEqualTo("v1 1");
    }

    @Test
    void aServerThatWasSuspendedStaysSo() {
        ServerRef<Rpc> server = start("v1");
        Sys.of(server).suspend();
        Upgrade.plan().server(server, new Numbers("v2")).run();
        assertThat(isSuspended(server)).isTrue();
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan().server(server, new Broken()).run());
        assertThat(isSuspended(server)).isTrue();
        Sys.of(server).resume();
        assertThat(who(server)).isEqualTo("v2 0");
    }

    @Test
    void sysChangesTheCodeOfASuspendedServerOnly() {
        ServerRef<Rpc> server = start("v1");
        Sys sys = Sys.of(server);
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> sys.changeCode(CodeChange.to(new Numbers("v2"))))
                .withMessageContaining("suspend it first");
        sys.suspend();
        sys.changeCode(CodeChange.to(new Numbers("v2")));
        assertThatExceptionOfType(SysException.class).isThrownBy(() -> sys.changeCode(CodeChange.to(new Broken())));
        sys.resume();
        assertThat(who(server)).isEqualTo("v2 0");
    }

    // ---- Who cannot be changed -----------------------------------------------------------------------------------

    @Test
    void aServerThatHasEndedFailsTheUpgradeOfAll() {
        ServerRef<Rpc> alive = start("v1");
        ServerRef<Rpc> dead = start("v1");
        dead.stop();
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .server(alive, new Numbers("v2"))
                        .server(dead, new Numbers("v2"))
                        .run())
                .withCauseInstanceOf(CallException.NoProcess.class);
        assertThat(who(alive)).isEqualTo("v1 0");
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .server(world.node.ref(Name.of("nobody")), new Numbers("v2"))
                        .run())
                .withMessageContaining("nobody has the name");
    }

    @Test
    void aBusyServerFailsTheUpgradeAndIsNotSuspendedLater() throws Exception {
        ServerRef<Rpc> other = start("v1");
        ServerRef<Rpc> busy = start("v1");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        busy.cast(new Rpc.Hold(reached, release));
        World.await(reached);
        Upgrade upgrade = Upgrade.plan()
                .timeout(World.SHORT)
                .server(other, new Numbers("v2"))
                .server(busy, new Numbers("v2"));
        CompletableFuture<UpgradeException> failure =
                CompletableFuture.supplyAsync(() -> catchThrowableOfType(UpgradeException.class, upgrade::run));
        Await.until(() -> pid(other).info().orElseThrow().status() == ProcessInfo.Status.SUSPENDED);
        world.clock.passUntil(failure::isDone);
        assertThat(failure.join()).hasCauseInstanceOf(CallException.Timeout.class);
        assertThat(failure.join().process()).contains(pid(busy));
        release.countDown();
        assertThat(who(busy)).isEqualTo("v1 0");
        assertThat(who(other)).isEqualTo("v1 0");
    }

    @Test
    void twoChangesForOneProcessAreRefused() {
        ServerRef<Rpc> server = start("v1");
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .server(server, new Numbers("v2"))
                        .server(server, new Numbers("v3"))
                        .run())
                .withMessageContaining("two changes");
        assertThat(who(server)).isEqualTo("v1 0");
    }

    @Test
    void aProcessCannotUpgradeItself() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        ServerRef<Rpc> server = start("v1");
        world.node.spawn((Receiver<Object> self) -> {
            try {
                Upgrade.plan()
                        .server(server, new Numbers("v2"))
                        .process(self.ref(), CodeChange.to("v2"))
                        .run();
            } catch (UpgradeException e) {
                thrown.complete(e.getCause());
            }
        });
        assertThat(thrown.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(CallException.CallingSelf.class);
        assertThat(who(server)).isEqualTo("v1 0");
    }

    @Test
    void anUpgradeWhoseProcessIsToldToEndIsRolledBack() throws Exception {
        ServerRef<Rpc> server = start("v1");
        ServerRef<Rpc> slow = start("v1");
        CountDownLatch converting = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Pid upgrading = world.node.spawn((Receiver<Object> _) -> Upgrade.plan()
                .timeout(Await.LIMIT)
                .server(server, new Numbers("v2"))
                .process(slow, CodeChange.to(new Numbers("v2"), (state, _) -> {
                    converting.countDown();
                    go.await();
                    return state;
                }))
                .run());
        World.await(converting);
        upgrading.exit(ExitReason.because("enough"));
        assertThat(world.endOf(upgrading)).isEqualTo(ExitReason.because("enough"));
        assertThat(who(server)).isEqualTo("v1 0");
        go.countDown();
        assertThat(who(slow)).isEqualTo("v1 0");
    }

    @Test
    void badInputIsRefused() {
        ServerRef<Rpc> server = start("v1");
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> Upgrade.plan().server(server, null));
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> Upgrade.plan().process(null, CodeChange.to("x")));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Upgrade.plan().timeout(Duration.ofSeconds(-1)));
        assertThat(Upgrade.plan().run()).isEmpty();
    }
}
