package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.CodeChange;
import dev.skep.ExitReason;
import dev.skep.HealthCheck;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessSpec;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.Started;
import dev.skep.SupervisorReport.Context;
import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.sys.Sys;
import dev.skep.sys.Upgrade;
import dev.skep.sys.UpgradeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DynamicSupervisorTest extends DynamicSupervisorFixture {
    private static final Name<SupervisorRpc> NAME = Name.of("dynamic");

    // ---- The supervisor itself -----------------------------------------------------------------------------------

    @Test
    void startsWithoutChildrenAndStops() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        assertThat(sup.whichChildren()).isEmpty();
        assertThat(sup.countChildren()).isEqualTo(workers(0, 0));
        Pid pid = sup.pid().orElseThrow();
        assertThat(pid.info().orElseThrow().initialCall()).isEqualTo(DynamicSupervisor.class.getName());
        sup.stop();
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.normal());
    }

    @Test
    void stopGivesTheReasonOfTheSupervisorAndItsChildrenShutDown() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        start(sup, hive.child("a"));
        Pid pid = sup.pid().orElseThrow();
        hive.takeJournal();
        sup.stop(ExitReason.because("moving"), Await.LIMIT);
        assertThat(hive.journal()).containsExactly("-a");
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.because("moving"));
    }

    @Test
    void isAChildOfASupervisorUnderAnyKindOfName() {
        UniqueRegistry<String, String, SupervisorRpc> registry = hive.node.start(Registry.unique(Name.of("registry")));
        Name<SupervisorRpc> via = registry.name("sessions");
        SupervisorRef top = hive.start(Supervisor.oneForOne()
                .child(ChildSpec.of("by name", DynamicSupervisor.create().named(NAME)))
                .child(ChildSpec.of("by key", DynamicSupervisor.create().named(via)))
                .child(ChildSpec.of("without a name", DynamicSupervisor.create())));

        assertThat(top.countChildren()).isEqualTo(new ChildCount(3, 3, 3, 0));
        for (DynamicSupervisorRef<ChildSpec> sup : List.of(
                DynamicSupervisorRef.<ChildSpec>of(hive.node, NAME),
                DynamicSupervisorRef.<ChildSpec>of(hive.node, via),
                new DynamicSupervisorRef<ChildSpec>(ServerRef.of(Hive.pid(top, "without a name"))))) {
            start(sup, hive.child("a"));
            assertThat(sup.countChildren()).isEqualTo(workers(1, 1));
        }
        Hive.settle(top);
        Pid before = hive.node.whereis(NAME).orElseThrow();
        before.exitAndJoin(ExitReason.kill(), Await.LIMIT);
        Hive.settle(top);
        DynamicSupervisorRef<ChildSpec> after = DynamicSupervisorRef.of(hive.node, NAME);
        assertThat(after.pid()).isPresent().get().isNotEqualTo(before);
        assertThat(after.whichChildren())
                .as("children do not survive their supervisor")
                .isEmpty();
    }

    @Test
    void asAChildItIsASupervisorWithAllTheTimeItNeeds() {
        assertThat(ChildSpec.of("d", DynamicSupervisor.create()))
                .returns(ChildType.SUPERVISOR, ChildSpec::type)
                .returns(Shutdown.INFINITY, ChildSpec::shutdown);
        assertThat(ChildSpec.of(
                                "p",
                                PartitionSupervisor.<Hive.Ask>of(
                                        "p", (name, _) -> hive.server("p").named(name)))
                        .type())
                .isEqualTo(ChildType.SUPERVISOR);
    }

    @Test
    void aTakenNameIsAnOutcome() {
        DynamicSupervisor<ChildSpec> named = DynamicSupervisor.create().named(NAME);
        Pid first = hive.node.start(named).pid().orElseThrow();
        assertThat(hive.node.tryStart(named)).isEqualTo(new Started.AlreadyStarted<>(first));
    }

    @Test
    void aPartitionSupervisorDividesTheWorkOfStarting() {
        PartitionSupervisor<SupervisorRpc> sessions = PartitionSupervisor.<SupervisorRpc>of(
                        "sessions", (name, _) -> DynamicSupervisor.create().named(name))
                .partitions(3);
        SupervisorRef partitions = hive.node.start(sessions);
        for (int key = 0; key < 6; key++) {
            var sup = new DynamicSupervisorRef<ChildSpec>(sessions.on(hive.node).route(key));
            start(sup, hive.child("child " + key));
        }
        assertThat(partitions.countChildren()).isEqualTo(new ChildCount(3, 3, 3, 0));
        assertThat(sessions.on(hive.node).all())
                .allSatisfy(partition -> assertThat(new DynamicSupervisorRef<ChildSpec>(partition).countChildren())
                        .isEqualTo(workers(2, 2)));
    }

    // ---- Starts --------------------------------------------------------------------------------------------------

    @Test
    void childrenOfDifferentSpecificationsLiveTogetherAndIdsMayBeTheSame() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Pid a = start(sup, hive.child("a"));
        Pid twin = start(sup, hive.child("a").restart(Restart.TEMPORARY));
        Pid loop = start(sup, ChildSpec.loop("loop", () -> {
            new CountDownLatch(1).await();
            return true;
        }));
        Pid plain = start(sup, ChildSpec.process("plain", Receiver<Object>::receive));
        Pid inner =
                start(sup, ChildSpec.supervisor("inner", Supervisor.oneForOne().child(hive.child("b"))));
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(5, 5, 1, 4));
        assertThat(sup.whichChildren()).extracting(ChildInfo::id).containsExactly("inner", "plain", "loop", "a", "a");
        assertThat(pids(sup)).containsExactly(inner, plain, loop, twin, a);
        assertThat(sup.whichChildren().getFirst().type()).isEqualTo(ChildType.SUPERVISOR);
    }

    @Test
    void aStartThatFailsOrIsIgnoredLeavesNoChild() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        hive.fail("a", ExitReason.because("no luck"));
        hive.ignore("b");
        assertThat(sup.startChild(hive.child("a")))
                .isEqualTo(Result.err(new ChildError.StartFailed("a", ExitReason.because("no luck"))));
        assertThat(sup.startChild(hive.child("b"))).isEqualTo(Result.ok(Optional.empty()));
        assertThat(sup.countChildren()).isEqualTo(workers(0, 0));
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void aTakenNameOfAChildIsARefusal() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Name<Hive.Ask> name = Name.of("only");
        Pid first = start(sup, ChildSpec.of("a", hive.server("a").named(name)));
        assertThat(sup.startChild(ChildSpec.of("b", hive.server("b").named(name))))
                .isEqualTo(Result.err(new ChildError.AlreadyStarted(first)));
        assertThat(pids(sup)).containsExactly(first);
    }

    @Test
    void startFunctionsMayReturnAndThrowWhatTheyLike() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        assertThat(sup.startChild(ChildSpec.of("ok", self -> self.startLink(hive.server("ok"))))
                        .isOk())
                .isTrue();
        assertThat(sup.startChild(ChildSpec.of("ignored", _ -> new Started.Ignored<>())))
                .isEqualTo(Result.ok(Optional.empty()));
        assertThat(sup.startChild(
                        ChildSpec.of("failed", _ -> new Started.Failed<>("it", ExitReason.because("no reason")))))
                .isEqualTo(Result.err(new ChildError.StartFailed("failed", ExitReason.because("no reason"))));
        assertThat(sup.startChild(ChildSpec.of("null", _ -> null)).toString()).contains("returned null");
        RuntimeException thrown = new IllegalStateException("broken");
        assertThat(sup.startChild(ChildSpec.of("throws", _ -> {
                    throw thrown;
                })))
                .isEqualTo(Result.err(new ChildError.StartFailed("throws", ExitReason.crashed(thrown))));
        Error error = new LinkageError("no such class");
        assertThat(sup.startChild(ChildSpec.of("error", _ -> {
                    throw error;
                })))
                .isEqualTo(Result.err(new ChildError.StartFailed("error", ExitReason.crashed(error))));
        assertThat(sup.startChild(ChildSpec.of("exits", _ -> {
                    throw new ProcessExit(ExitReason.because("oops"));
                })))
                .isEqualTo(Result.err(new ChildError.StartFailed("exits", ExitReason.because("oops"))));
        assertThat(sup.startChild(ChildSpec.of("ignores", _ -> {
                            throw new StartException.Ignore();
                        }))
                        .isOk())
                .as("a start function ignores by returning Ignored")
                .isFalse();
        assertThat(sup.countChildren()).isEqualTo(workers(1, 1));
    }

    @Test
    void aStartSpecThatThrowsFailsItsStartOnly() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Result<Optional<Pid>, ChildError> result = sup.startChild(ChildSpec.of("a", new Misbehaving()));
        assertThat(result.toString()).contains("StartFailed").contains("no mailbox for you");
        start(sup, hive.child("b"));
        assertThat(sup.countChildren()).isEqualTo(workers(1, 1));
    }

    @Test
    void aSignificantChildIsRefused() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        assertThat(sup.startChild(hive.child("a").restart(Restart.TRANSIENT).significant()))
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.error())
                                .isInstanceOfSatisfying(
                                        ChildError.InvalidSpec.class,
                                        invalid -> assertThat(invalid.problem()).contains("significant")));
        assertThat(sup.whichChildren()).isEmpty();
    }

    // ---- What is common to all children --------------------------------------------------------------------------

    private record Wish(String id, Restart restart) {}

    @Test
    void aFunctionMakesTheSpecificationsAndAddsWhatIsCommon() {
        List<String> made = new ArrayList<>();
        DynamicSupervisorRef<Wish> sup = hive.node.start(DynamicSupervisor.of((Wish wish) -> {
            made.add(wish.id());
            return hive.child("shared " + wish.id()).restart(wish.restart());
        }));
        Pid a = running(sup.startChild(new Wish("a", Restart.TRANSIENT)));
        Pid b = running(sup.startChild(new Wish("b", Restart.TEMPORARY)));
        assertThat(ServerRef.<Hive.Ask>of(a).call(new Hive.Ask.Who())).isEqualTo("shared a");
        Hive.crash(b);
        crash(sup, a);
        assertThat(made).as("a restart asks again").containsExactly("a", "b", "a");
        assertThat(sup.countChildren()).isEqualTo(workers(1, 1));
        assertThat(ServerRef.<Hive.Ask>of(pids(sup).getFirst()).call(new Hive.Ask.Who()))
                .isEqualTo("shared a");
    }

    @Test
    void aFunctionThatThrowsOrMakesNothingFailsTheStart() {
        IllegalStateException thrown = new IllegalStateException("broken");
        DynamicSupervisorRef<String> sup = hive.node.start(DynamicSupervisor.of((String id) -> {
            if (id.isEmpty()) {
                return null;
            }
            throw thrown;
        }));
        assertThat(sup.startChild("a"))
                .isEqualTo(Result.err(new ChildError.StartFailed("(none)", ExitReason.crashed(thrown))));
        assertThat(sup.startChild("").toString()).contains("no specification of a child");
        assertThat(sup.whichChildren()).isEmpty();
    }

    @Test
    void aFunctionThatFailsAtARestartIsTriedAgain() {
        Map<String, Integer> calls = new HashMap<>();
        DynamicSupervisorRef<String> sup = hive.node.start(DynamicSupervisor.of((String id) -> {
                    if (calls.merge(id, 1, Integer::sum) == 2) {
                        throw new IllegalStateException("not now");
                    }
                    return hive.child(id);
                })
                .intensity(5, Await.LIMIT));
        Hive.crash(running(sup.startChild("a")));
        hive.until(() -> hive.journal().equals(List.of("+a", "!a", "+a")));
        assertThat(hive.supervisorReports(Context.START_ERROR)).hasSize(1);
    }

    // ---- How many ------------------------------------------------------------------------------------------------

    @Test
    void thereAreNoMoreChildrenThanAllowed() {
        Result<?, ChildError> full = Result.err(new ChildError.MaxChildren(1));
        var none = hive.node.start(DynamicSupervisor.create().maxChildren(0));
        assertThat(none.startChild(hive.child("a"))).isEqualTo(Result.err(new ChildError.MaxChildren(0)));
        var one = hive.node.start(DynamicSupervisor.create().maxChildren(1));
        Pid a = start(one, hive.child("a"));
        assertThat(one.startChild(hive.child("b"))).isEqualTo(full);
        one.terminateChild(a);
        Pid b = start(one, hive.child("b").restart(Restart.TEMPORARY));
        Hive.crash(b);
        start(one, hive.child("c"));
        assertThat(one.startChild(hive.child("d"))).isEqualTo(full);
    }

    @Test
    void aChildThatIsBeingRestartedCounts() {
        var sup = hive.node.start(DynamicSupervisor.create().maxChildren(1).intensity(100_000, Await.LIMIT));
        crash(sup, start(sup, hive.child("a")));
        assertThat(sup.countChildren()).isEqualTo(workers(1, 1));
        assertThat(sup.startChild(hive.child("b"))).isEqualTo(Result.err(new ChildError.MaxChildren(1)));
        hive.failAlways("a");
        crash(sup, pids(sup).getFirst());
        assertThat(sup.countChildren()).isEqualTo(workers(1, 0));
        assertThat(sup.startChild(hive.child("b"))).isEqualTo(Result.err(new ChildError.MaxChildren(1)));
        hive.healAll();
    }

    @Test
    void aChildWhoseInitRunsCounts() {
        var sup = hive.node.start(DynamicSupervisor.create().maxChildren(1));
        CountDownLatch release = hive.blockAndFail("a");
        var slow = sup.server().request(new SupervisorRpc.StartDynamic(List.of(hive.child("a"))));
        hive.awaitNote("?a");
        assertThat(sup.startChild(hive.child("b"))).isEqualTo(Result.err(new ChildError.MaxChildren(1)));
        release.countDown();
        assertThat(slow.get(Await.LIMIT)).noneMatch(Result::isOk);
        start(sup, hive.child("b"));
    }

    // ---- Many at once --------------------------------------------------------------------------------------------

    @Test
    void initsOfSeveralChildrenRunAtTheSameTimeAndResultsComeInOrder() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        List<CountDownLatch> releases = List.of(hive.block("a"), hive.blockAndFail("b"), hive.block("c"));
        hive.ignore("d");
        var starting = sup.server()
                .request(new SupervisorRpc.StartDynamic(
                        List.of(hive.child("a"), hive.child("b"), hive.child("c"), hive.child("d"))));
        List.of("?a", "?b", "?c", "~d").forEach(hive::awaitNote); // none has waited for another
        assertThat(states(sup)).hasSizeBetween(3, 4).allMatch(state -> state == ChildInfo.State.STARTING);
        releases.reversed().forEach(CountDownLatch::countDown);

        List<Result<Optional<Pid>, ChildError>> results = starting.get(Await.LIMIT);
        assertThat(results).extracting(Result::isOk).containsExactly(true, false, true, true);
        assertThat(ServerRef.<Hive.Ask>of(running(results.get(0))).call(new Hive.Ask.Who()))
                .isEqualTo("a");
        assertThat(results.get(1)).isEqualTo(Result.err(new ChildError.StartFailed("b", ExitReason.because("no b"))));
        assertThat(ServerRef.<Hive.Ask>of(running(results.get(2))).call(new Hive.Ask.Who()))
                .isEqualTo("c");
        assertThat(results.get(3)).isEqualTo(Result.ok(Optional.empty()));
        assertThat(sup.countChildren()).isEqualTo(workers(2, 2));
    }

    @Test
    void severalAtOnceAreRefusedBeyondTheLimit() {
        var sup = hive.node.start(DynamicSupervisor.create().maxChildren(2));
        List<Result<Optional<Pid>, ChildError>> results = sup.startChildren(List.of(
                hive.child("a"),
                ChildSpec.of("b", self -> self.startLink(hive.server("b"))),
                hive.child("c"),
                hive.child("d")));
        assertThat(results).extracting(Result::isOk).containsExactly(true, true, false, false);
        assertThat(results.get(3)).isEqualTo(Result.err(new ChildError.MaxChildren(2)));
        assertThat(sup.countChildren()).isEqualTo(workers(2, 2));
    }

    @Test
    void noneAtOnceIsFine() {
        assertThat(start().startChildren(List.of())).isEmpty();
        var gone = DynamicSupervisorRef.<ChildSpec>of(hive.node, NAME);
        assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(() -> gone.startChildren(List.of()));
    }

    @Test
    void aSlowInitHoldsUpNobodyElse() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        CountDownLatch release = hive.block("slow");
        var slow = sup.server().request(new SupervisorRpc.StartDynamic(List.of(hive.child("slow"))));
        hive.awaitNote("?slow");
        Pid quick = start(sup, hive.child("quick"));
        assertThat(states(sup)).containsExactly(ChildInfo.State.STARTING, ChildInfo.State.RUNNING);
        assertThat(sup.countChildren()).isEqualTo(workers(2, 1));
        assertThat(Sys.of(sup.server()).state().toString()).contains("STARTING");
        assertThat(sup.terminateChild(quick)).isTrue();
        release.countDown();
        assertThat(slow.get(Await.LIMIT)).hasSize(1).allMatch(Result::isOk);
        assertThat(states(sup)).containsExactly(ChildInfo.State.RUNNING);
    }

    @Test
    void theEndOfAChildRightAfterItsStartIsNotMissed() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        for (int i = 0; i < 100; i++) {
            ProcessSpec<Object> brief = ProcessSpec.of((_, ack) -> {
                ack.ack();
                throw new ProcessExit(ExitReason.because("at once"));
            });
            Result<Optional<Pid>, ChildError> started =
                    sup.startChild(ChildSpec.of("p", brief).restart(Restart.TEMPORARY));
            assertThat(started.isOk()).isTrue();
        }
        hive.until(() -> hive.supervisorReports(Context.CHILD_TERMINATED).size() == 100);
        assertThat(sup.whichChildren()).isEmpty();
    }

    @Test
    void aChildWhoseInitRunsCanBeTerminated() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        hive.block("a");
        var starting = sup.server().request(new SupervisorRpc.StartDynamic(List.of(hive.child("a"))));
        hive.awaitNote("?a");
        Pid a = pids(sup).getFirst();
        assertThat(sup.terminateChild(a)).isTrue();
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.shutdown());
        assertThat(starting.get(Await.LIMIT))
                .containsExactly(Result.err(new ChildError.StartFailed("a", ExitReason.shutdown())));
        assertThat(sup.whichChildren()).isEmpty();
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void aChildWhoseInitRunsEndsWithTheSupervisor() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        hive.block("a");
        var starting = sup.server().request(new SupervisorRpc.StartDynamic(List.of(hive.child("a"))));
        hive.awaitNote("?a");
        Pid a = pids(sup).getFirst();
        assertThat(shutDown(sup)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.shutdown());
        assertThatExceptionOfType(CallException.ServerExited.class).isThrownBy(() -> starting.get(Await.LIMIT));
        assertThat(hive.node.processes()).isEmpty();
    }

    @Test
    void aChildWhoseInitTakesTooLongIsKilled() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        hive.block("a");
        var starting = sup.server()
                .request(new SupervisorRpc.StartDynamic(
                        List.of(ChildSpec.of("a", hive.server("a").initTimeout(Duration.ofSeconds(3))))));
        hive.awaitNote("?a");
        Pid a = pids(sup).getFirst();
        hive.passTimeUntil(clock, () -> hive.hasEnded(a));
        assertThat(starting.get(Await.LIMIT).toString()).contains("init took longer than PT3S");
        assertThat(sup.whichChildren()).isEmpty();
    }

    // ---- Restarts ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Restart.class)
    void aChildIsRestartedAsItsOwnTypeSays(Restart restart) {
        DynamicSupervisorRef<ChildSpec> sup = patient();
        Pid bystander = start(sup, hive.child("bystander"));
        for (ExitReason reason : RestartTest.all()) {
            hive.clearReports();
            Hive.end(start(sup, hive.child("a").restart(restart)), reason);
            boolean again = switch (restart) {
                case PERMANENT -> true;
                case TRANSIENT -> !reason.isOrderly();
                case TEMPORARY -> false;
            };
            int expected = again ? 2 : 1;
            assertThat(sup.countChildren()).as("%s", reason).isEqualTo(workers(expected, expected));
            assertThat(hive.supervisorReports()).hasSize(restart == Restart.PERMANENT || !reason.isOrderly() ? 1 : 0);
            assertThat(pids(sup)).contains(bystander);
            pids(sup).stream().filter(pid -> pid != bystander).forEach(sup::terminateChild);
        }
    }

    @Test
    void aRestartThatIsIgnoredForgetsTheChild() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Pid a = start(sup, hive.child("a"));
        hive.ignore("a");
        crash(sup, a);
        assertThat(sup.whichChildren()).isEmpty();
        assertThat(hive.supervisorReports(Context.START_ERROR)).isEmpty();
    }

    @Test
    void aRestartThatFailsIsTriedAgain() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Pid a = start(sup, hive.child("a"));
        hive.fail("a", 2);
        Hive.crash(a);
        hive.until(() -> hive.journal().equals(List.of("+a", "!a", "xa", "xa", "+a")));
        assertThat(hive.supervisorReports())
                .containsExactly("CHILD_TERMINATED a crash", "START_ERROR a no a", "START_ERROR a no a");
        assertThat(sup.whichChildren())
                .singleElement()
                .returns(ChildInfo.State.RUNNING, ChildInfo::state)
                .returns(1L, ChildInfo::restarts);
    }

    @Test
    void aChildWhoseRestartHasFailedIsRestartingAndCanBeTerminated() {
        DynamicSupervisorRef<ChildSpec> sup = patient();
        Pid a = start(sup, hive.child("a"));
        hive.failAlways("a");
        crash(sup, a);
        assertThat(sup.whichChildren())
                .containsExactly(new ChildInfo(
                        "a", ChildInfo.State.RESTARTING, Optional.empty(), ChildType.WORKER, 0, Optional.empty()));
        assertThat(sup.countChildren()).isEqualTo(workers(1, 0));
        assertThat(sup.terminateChild(a)).isTrue();
        assertThat(sup.terminateChild(a)).isFalse();
        assertThat(sup.countChildren()).isEqualTo(workers(0, 0));
    }

    @Test
    void threeRestartsInFiveSecondsAreAllowedByDefault() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Pid pid = sup.pid().orElseThrow();
        start(sup, hive.child("a"));
        Pid b = start(sup, hive.child("b"));
        for (int i = 0; i < 3; i++) {
            crash(sup, pids(sup).getFirst());
        }
        clock.advance(Duration.ofSeconds(6));
        crash(sup, pids(sup).getFirst());
        assertThat(pid.isAlive()).isTrue();
        hive.failAlways("b");
        Hive.crash(pids(sup).getFirst());
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(b.isAlive()).isFalse();
        assertThat(hive.supervisorReports(Context.SHUTDOWN))
                .hasSize(1)
                .allMatch(report -> report.contains("reached_max_restart_intensity"));
        assertThat(hive.journal()).as("the other one is told to end").contains("-a");
        assertThat(hive.node.processes()).isEmpty();
    }

    @Test
    void aRestartThatFailsForEverEndsTheSupervisor() {
        DynamicSupervisorRef<ChildSpec> sup =
                hive.node.start(DynamicSupervisor.create().intensity(10, Await.LIMIT));
        Pid pid = sup.pid().orElseThrow();
        Pid a = start(sup, hive.child("a"));
        hive.failAlways("a");
        Hive.crash(a);
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal().stream().filter("xa"::equals)).hasSize(10);
    }

    @Test
    void aChildWaitsForItsBackoffOrThatOfTheSupervisor() {
        Backoff second = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), 2, 0, Duration.ofSeconds(60));
        Backoff minute = new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(1), 2, 0, Duration.ofMinutes(60));
        DynamicSupervisorRef<ChildSpec> sup =
                hive.node.start(DynamicSupervisor.create().backoff(second).intensity(10, Await.LIMIT));
        Pid own = start(sup, hive.child("own").backoff(minute));
        Pid usual = start(sup, hive.child("usual"));
        Hive.crash(own);
        crash(sup, usual);
        assertThat(states(sup)).containsExactly(ChildInfo.State.WAITING, ChildInfo.State.WAITING);
        hive.takeJournal();
        clock.advance(Duration.ofSeconds(2));
        hive.awaitNote("+usual");
        assertThat(sup.countChildren()).isEqualTo(workers(2, 1));
        assertThat(sup.terminateChild(own)).as("by the pid that it had last").isTrue();
        assertThat(sup.countChildren()).isEqualTo(workers(1, 1));
    }

    // ---- Health --------------------------------------------------------------------------------------------------

    @Test
    void healthChecksAreTheSupervisorsUnlessTheChildSaysOtherwise() {
        HealthCheck check = HealthCheck.every(Duration.ofSeconds(5));
        DynamicSupervisorRef<ChildSpec> sup =
                hive.node.start(DynamicSupervisor.create().health(check));
        start(sup, hive.child("usual"));
        start(sup, hive.child("none").withoutHealth());
        start(sup, hive.child("own").restart(Restart.TEMPORARY).health(HealthCheck.every(Duration.ofSeconds(1))));
        start(sup, ChildSpec.supervisor("inner", Supervisor.oneForOne()));
        assertThat(sup.whichChildren().reversed())
                .extracting(child -> child.health().isPresent())
                .containsExactly(true, false, true, false);
        Hive.crash(pids(sup).getLast());
        assertThat(sup.whichChildren().getFirst().health())
                .as("checked again after a restart")
                .isPresent();
    }

    // ---- Upgrades ------------------------------------------------------------------------------------------------

    @Test
    void anotherDescriptionCountsFromNowOn() {
        DynamicSupervisorRef<String> sup = hive.node.start(DynamicSupervisor.of(hive::child));
        Pid a = running(sup.startChild("a"));
        Upgrade.plan()
                .supervisor(
                        sup,
                        DynamicSupervisor.of((String id) -> hive.child("new " + id))
                                .maxChildren(1)
                                .intensity(1, Await.LIMIT))
                .run();
        assertThat(a.isAlive()).isTrue();
        assertThat(sup.startChild("b")).isEqualTo(Result.err(new ChildError.MaxChildren(1)));
        crash(sup, a);
        assertThat(sup.whichChildren()).extracting(ChildInfo::id).containsExactly("new a");
        Pid pid = sup.pid().orElseThrow();
        Hive.crash(pids(sup).getFirst());
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void aDynamicSupervisorGoesOnAsADynamicSupervisorOnly() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        start(sup, hive.child("a"));
        for (Object other : List.of(Supervisor.oneForOne(), Supervisor.simpleOneForOne(hive::server), "text")) {
            assertThatExceptionOfType(UpgradeException.class)
                    .isThrownBy(() -> Upgrade.plan()
                            .process(sup.server(), CodeChange.to(other))
                            .run())
                    .withMessageContaining("another DynamicSupervisor only");
        }
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .process(sup.server(), CodeChange.to(DynamicSupervisor.create(), (state, _) -> state))
                        .run())
                .withMessageContaining("keeps its children");
        var simple = hive.node.start(Supervisor.simpleOneForOne(hive::server));
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() -> Upgrade.plan()
                        .process(simple.server(), CodeChange.to(DynamicSupervisor.create()))
                        .run())
                .withMessageContaining("another SimpleSupervisor only");
        assertThat(sup.countChildren()).isEqualTo(workers(1, 1));
    }

    // ---- Bad input -----------------------------------------------------------------------------------------------

    @Test
    void badSettingsAreRefusedByTheCallThatMakesThem() {
        DynamicSupervisor<ChildSpec> some = DynamicSupervisor.create();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> some.maxChildren(-1))
                .withMessage("the number of children of a dynamic supervisor must not be negative, but was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> some.intensity(-1, Duration.ofSeconds(1)))
                .withMessage("intensity must not be negative, but was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> some.intensity(1, Duration.ZERO))
                .withMessage("period must be longer than zero, but was PT0S");
        assertThatNullPointerException().isThrownBy(() -> some.named(null)).withMessage("name");
        assertThatNullPointerException().isThrownBy(() -> some.backoff(null)).withMessage("backoff");
        assertThatNullPointerException().isThrownBy(() -> some.health(null)).withMessage("health check of children");
        assertThatNullPointerException()
                .isThrownBy(() -> DynamicSupervisor.of(null))
                .withMessage("function that makes the children");
        assertThatNullPointerException().isThrownBy(() -> new DynamicSupervisorRef<>(null));
    }

    @Test
    void badRequestsAreRefusedInTheCaller() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        assertThatNullPointerException().isThrownBy(() -> sup.startChild(null)).withMessage("child");
        assertThatNullPointerException().isThrownBy(() -> sup.startChildren(null));
        assertThatNullPointerException().isThrownBy(() -> sup.startChildren(Arrays.asList(hive.child("a"), null)));
        assertThatNullPointerException()
                .isThrownBy(() -> sup.terminateChild(null))
                .withMessage("child");
        assertThat(sup.whichChildren()).isEmpty();
    }

    @Test
    void whatIsAskedOfTheOtherKindsOfSupervisorIsRefused() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        SupervisorRef mistaken = new SupervisorRef(sup.server());
        Result<?, ChildError> byId = Result.err(new ChildError.SimpleOneForOne("a"));
        assertThat(mistaken.startChild(hive.child("a"))).isEqualTo(byId);
        assertThat(mistaken.terminateChild("a")).isEqualTo(byId);
        assertThat(mistaken.restartChild("a")).isEqualTo(byId);
        assertThat(mistaken.deleteChild("a")).isEqualTo(byId);
        assertThat(mistaken.childSpec("a")).as("as in OTP").isEqualTo(Result.err(new ChildError.NotFound("a")));
        SimpleSupervisorRef<String, Pid> simple = new SimpleSupervisorRef<>(sup.server());
        assertThat(simple.startChild("a").toString()).contains("is no SimpleSupervisor");
        for (ServerRef<SupervisorRpc> other : List.of(
                hive.start(Supervisor.oneForOne()).server(),
                hive.node.start(Supervisor.simpleOneForOne(hive::server)).server())) {
            DynamicSupervisorRef<ChildSpec> wrong = new DynamicSupervisorRef<>(other);
            assertThat(wrong.startChildren(List.of(hive.child("a"), hive.child("b"))))
                    .hasSize(2)
                    .allSatisfy(result -> assertThat(result.toString()).contains("is no DynamicSupervisor"));
            assertThat(wrong.whichChildren()).isEmpty();
        }
        sup.server().pid().orElseThrow().send("hello");
        ServerRef.<Hive.Ask>of(sup.pid().orElseThrow()).cast(new Hive.Ask.End(ExitReason.normal()));
        assertThat(sup.whichChildren()).isEmpty();
    }
}
