package dev.skep.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.Await;
import dev.skep.CodeChange;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.PartitionSupervisor;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.task.TaskException;
import dev.skep.task.TaskSupervisor;
import dev.skep.task.TaskSupervisorRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Changing the code of supervisors and of their children.
class SupervisorUpgradeTest extends UpgradeFixture {
    // ---- Children ------------------------------------------------------------------------------------------------

    private ChildSpec child(String id, String version) {
        return ChildSpec.server(id, () -> new Numbers(version));
    }

    private static ServerRef<Rpc> childOf(SupervisorRef sup, String id) {
        return ServerRef.of(sup.whichChildren().stream()
                .filter(child -> child.id().equals(id))
                .findAny()
                .flatMap(ChildInfo::pid)
                .orElseThrow());
    }

    private static Function<ChildInfo, Optional<CodeChange>> all(Function<String, Object> implementation) {
        return child -> Optional.of(CodeChange.to(implementation.apply(child.id())));
    }

    @Test
    void allChildrenOfASupervisorAreChangedAndItsSpecificationsToo() {
        SupervisorRef sup =
                world.node.start(Supervisor.oneForOne().child(child("a", "v1")).child(child("b", "v1")));
        ServerRef<Rpc> a = childOf(sup, "a");
        ServerRef<Rpc> b = childOf(sup, "b");
        a.cast(new Rpc.Add(1));
        b.cast(new Rpc.Add(2));
        List<Pid> changed = Upgrade.plan()
                .childrenOf(sup.server(), all(_ -> new Numbers("v2")))
                .supervisor(sup, Supervisor.oneForOne().child(child("a", "v2")).child(child("b", "v2")))
                .run();
        assertThat(changed).containsExactly(pid(b), pid(a), sup.pid().orElseThrow());
        assertThat(who(a)).isEqualTo("v2 1");
        assertThat(who(b)).isEqualTo("v2 2");
        a.cast(new Rpc.Crash());
        world.endOf(pid(a));
        assertThat(who(childOf(sup, "a"))).isEqualTo("v2 0");
        assertThat(isSuspended(sup.server())).isFalse();
    }

    @Test
    void oneChildThatFailsLeavesAllAsTheyWere() {
        SupervisorRef sup =
                world.node.start(Supervisor.oneForOne().child(child("a", "v1")).child(child("b", "v1")));
        ServerRef<Rpc> a = childOf(sup, "a");
        ServerRef<Rpc> b = childOf(sup, "b");
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .supervisor(sup, Supervisor.oneForOne())
                        .childrenOf(sup.server(), all(id -> id.equals("a") ? new Broken() : new Numbers("v2")))
                        .run())
                .satisfies(failure -> assertThat(failure.process()).contains(pid(a)));
        assertThat(who(a)).isEqualTo("v1 0");
        assertThat(who(b)).isEqualTo("v1 0");
        assertThat(sup.startChild(child("c", "v1")).isOk()).isTrue();
        b.cast(new Rpc.Crash());
        world.endOf(pid(b));
        assertThat(who(childOf(sup, "b"))).isEqualTo("v1 0");
    }

    @Test
    void childrenThatAreNotToBeChangedGoOn() throws Exception {
        SupervisorRef sup =
                world.node.start(Supervisor.oneForOne().child(child("a", "v1")).child(child("b", "v1")));
        ServerRef<Rpc> b = childOf(sup, "b");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        b.cast(new Rpc.Hold(reached, release)); // cannot be suspended now
        World.await(reached);
        Upgrade.plan()
                .childrenOf(
                        sup.server(),
                        child -> child.id().equals("a")
                                ? Optional.of(CodeChange.to(new Numbers("v2")))
                                : Optional.empty())
                .run();
        release.countDown();
        assertThat(who(childOf(sup, "a"))).isEqualTo("v2 0");
        assertThat(who(b)).isEqualTo("v1 0");
    }

    @Test
    void aChildThatHasEndedMeanwhileIsRestartedFromTheNewSpecification() {
        SupervisorRef sup =
                world.node.start(Supervisor.oneForOne().child(child("a", "v1")).child(child("b", "v1")));
        Pid a = pid(childOf(sup, "a"));
        List<Pid> changed = Upgrade.plan()
                .supervisor(sup, Supervisor.oneForOne().child(child("a", "v2")).child(child("b", "v2")))
                .childrenOf(sup.server(), child -> {
                    if (child.id().equals("a")) {
                        a.exit(ExitReason.because("at the wrong time"));
                        world.endOf(a);
                    }
                    return Optional.of(CodeChange.to(new Numbers("v2")));
                })
                .run();
        assertThat(changed).doesNotContain(a).hasSize(2);
        assertThat(who(childOf(sup, "a"))).isEqualTo("v2 0");
        assertThat(who(childOf(sup, "b"))).isEqualTo("v2 0");
    }

    @Test
    void aFunctionThatThrowsRollsBack() {
        SupervisorRef sup = world.node.start(Supervisor.oneForOne().child(child("a", "v1")));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .childrenOf(sup.server(), _ -> {
                            throw new IllegalStateException("no idea");
                        })
                        .run())
                .withMessage("no idea");
        assertThat(sup.whichChildren()).hasSize(1);
        assertThat(who(childOf(sup, "a"))).isEqualTo("v1 0");
    }

    // ---- Supervisors: as OTP's code_change -----------------------------------------------------------------------

    @Test
    void aNewDescriptionKeepsPidsTakesTheNewOrderAndStartsNobody() {
        SupervisorRef sup = world.node.start(Supervisor.oneForOne()
                .child(child("a", "v1"))
                .child(child("b", "v1"))
                .child(child("c", "v1")));
        Pid a = pid(childOf(sup, "a"));
        Pid b = pid(childOf(sup, "b"));
        Pid c = pid(childOf(sup, "c"));
        Upgrade.plan()
                .supervisor(
                        sup,
                        Supervisor.oneForOne()
                                .child(child("c", "v2"))
                                .child(child("new", "v2"))
                                .child(child("a", "v2").restart(Restart.TEMPORARY)))
                .run();
        assertThat(sup.whichChildren().reversed()).extracting(ChildInfo::id).containsExactly("c", "new", "a", "b");
        assertThat(sup.whichChildren().reversed())
                .extracting(ChildInfo::pid)
                .containsExactly(Optional.of(c), Optional.empty(), Optional.of(a), Optional.of(b));
        assertThat(sup.whichChildren().get(2).state()).isEqualTo(ChildInfo.State.STOPPED);
        assertThat(sup.restartChild("new").isOk()).isTrue();
        assertThat(who(childOf(sup, "new"))).isEqualTo("v2 0");
        assertThat(sup.childSpec("a").map(ChildSpec::restart)).isEqualTo(dev.skep.Result.ok(Restart.TEMPORARY));
        a.exit(ExitReason.because("end"));
        world.endOf(a);
        assertThat(sup.whichChildren().reversed()).extracting(ChildInfo::id).containsExactly("c", "new", "b");
    }

    @Test
    void aNewDescriptionChangesStrategyAndLimits() {
        SupervisorRef sup = world.node.start(Supervisor.oneForOne()
                .intensity(0, Duration.ofHours(1))
                .child(child("a", "v1"))
                .child(child("b", "v1")));
        Pid a = pid(childOf(sup, "a"));
        Pid b = pid(childOf(sup, "b"));
        Upgrade.plan()
                .supervisor(
                        sup,
                        Supervisor.oneForAll()
                                .intensity(9, Duration.ofHours(1))
                                .child(child("a", "v2"))
                                .child(child("b", "v2")))
                .run();
        a.exit(ExitReason.because("crash"));
        world.endOf(a);
        world.endOf(b); // one for all
        assertThat(who(childOf(sup, "a"))).isEqualTo("v2 0");
        assertThat(who(childOf(sup, "b"))).isEqualTo("v2 0");
    }

    @Test
    void restartsSoFarCountForTheNewLimit() {
        SupervisorRef sup = world.node.start(
                Supervisor.oneForOne().intensity(9, Duration.ofHours(1)).child(child("a", "v1")));
        for (int i = 0; i < 3; i++) {
            Pid a = pid(childOf(sup, "a"));
            a.exit(ExitReason.because("crash"));
            world.endOf(a);
        }
        Pid supervisor = sup.pid().orElseThrow();
        Pid a = pid(childOf(sup, "a"));
        Upgrade.plan()
                .supervisor(
                        sup,
                        Supervisor.oneForOne().intensity(3, Duration.ofHours(1)).child(child("a", "v2")))
                .run();
        a.exit(ExitReason.because("crash"));
        assertThat(world.endOf(supervisor)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void aSupervisorGoesOnAsASupervisorOnly() {
        SupervisorRef sup = world.node.start(Supervisor.oneForOne().child(child("a", "v1")));
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .process(sup.server(), CodeChange.to(new Numbers("v2")))
                        .run())
                .withMessageContaining("another Supervisor only");
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .process(sup.server(), CodeChange.to(Supervisor.oneForOne(), (state, _) -> state))
                        .run())
                .withMessageContaining("keeps its children");
        assertThat(sup.whichChildren()).hasSize(1);
    }

    @Test
    void aSimpleSupervisorStartsAndRestartsFromTheNewTemplate() {
        SimpleSupervisorRef<Integer, ServerRef<Rpc>> sup = world.node.start(
                Supervisor.simpleOneForOne((Integer n) -> GenServer.<Rpc>spec(() -> new Numbers("v1"))));
        ServerRef<Rpc> old = sup.startChild(1).orElseThrow();
        Upgrade.plan()
                .childrenOf(sup.server(), all(_ -> new Numbers("v2")))
                .supervisor(
                        sup,
                        Supervisor.simpleOneForOne((Integer n) -> GenServer.<Rpc>spec(() -> new Numbers("v2 of " + n)))
                                .intensity(9, Duration.ofHours(1)))
                .run();
        assertThat(who(old)).isEqualTo("v2 0");
        assertThat(who(sup.startChild(7).orElseThrow())).isEqualTo("v2 of 7 0");
        Pid oldPid = pid(old);
        oldPid.exit(ExitReason.because("crash"));
        world.endOf(oldPid);
        ServerRef<Rpc> restarted =
                ServerRef.of(sup.whichChildren().getFirst().pid().orElseThrow());
        assertThat(who(restarted)).isEqualTo("v2 of 1 0");
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .process(sup.server(), CodeChange.to(Supervisor.oneForOne()))
                        .run())
                .withMessageContaining("another SimpleSupervisor only");
    }

    @Test
    void partitionsAreRestartedFromTheNewDescription() {
        PartitionSupervisor<Rpc> v1 = partitions("v1");
        SupervisorRef sup = world.node.start(v1);
        ServerRef<Rpc> first = v1.on(world.node).route(0);
        Upgrade.plan()
                .supervisor(sup, partitions("v2").intensity(9, Duration.ofHours(1)))
                .childrenOf(sup.server(), all(_ -> new Numbers("v2")))
                .run();
        assertThat(who(first)).isEqualTo("v2 0");
        Pid before = pid(first);
        first.cast(new Rpc.Add(7));
        first.cast(new Rpc.Crash());
        world.endOf(before);
        Await.until(() -> first.pid().isPresent());
        assertThat(who(first)).isEqualTo("v2 0");
        assertThat(sup.countChildren().active()).isEqualTo(2);
    }

    @Test
    void theNumberOfPartitionsStays() {
        SupervisorRef sup = world.node.start(partitions("v1"));
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .supervisor(sup, partitions("v2").partitions(3))
                        .run())
                .withMessageContaining("[numbers/0, numbers/1], but was given a description of"
                        + " [numbers/0, numbers/1, numbers/2]");
        assertThat(sup.countChildren().active()).isEqualTo(2);
    }

    private PartitionSupervisor<Rpc> partitions(String version) {
        return PartitionSupervisor.<Rpc>of(
                        "numbers",
                        (name, _) -> GenServer.spec(() -> new Numbers(version)).named(name))
                .partitions(2);
    }

    @Test
    void aTaskSupervisorGoesOnWithOtherLimits() throws Exception {
        TaskSupervisorRef tasks =
                world.node.start(TaskSupervisor.create().maxChildren(1).intensity(0, Duration.ofSeconds(1)));
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> begun = new CompletableFuture<>();
        tasks.withRestart(Restart.TRANSIENT).startChild(_ -> {
            if (begun.complete("once")) {
                release.await();
                throw new IllegalStateException("once");
            }
            notes.add("again");
        });
        begun.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThatExceptionOfType(TaskException.TooManyChildren.class).isThrownBy(() -> tasks.startChild(() -> {}));

        Upgrade.plan()
                .supervisor(tasks, TaskSupervisor.create().maxChildren(2).intensity(1, Duration.ofHours(1)))
                .run();

        assertThat(tasks.asyncNolink(() -> "one more").await()).isEqualTo("one more");
        release.countDown();
        assertThat(Await.next(notes)).isEqualTo("again");
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .process(tasks.server(), CodeChange.to(Supervisor.oneForOne()))
                        .run())
                .withMessageContaining("another TaskSupervisor only");
    }

    @Test
    void aChildThatWasTemporaryIsNotRestartedByANewDescriptionEither() {
        SimpleSupervisorRef<Integer, ServerRef<Rpc>> sup =
                world.node.start(Supervisor.simpleOneForOne((Integer n) -> GenServer.<Rpc>spec(() -> new Numbers("v1")))
                        .restart(Restart.TEMPORARY));
        Pid child = pid(sup.startChild(1).orElseThrow());
        Upgrade.plan()
                .supervisor(sup, Supervisor.simpleOneForOne(n -> GenServer.<Rpc>spec(() -> new Numbers("v2 of " + n))))
                .run();
        child.exit(ExitReason.because("crash"));
        world.endOf(child);
        assertThat(sup.whichChildren()).isEmpty();
        Pid later = pid(sup.startChild(2).orElseThrow());
        later.exit(ExitReason.because("crash"));
        world.endOf(later);
        assertThat(sup.whichChildren()).hasSize(1);
    }
}
