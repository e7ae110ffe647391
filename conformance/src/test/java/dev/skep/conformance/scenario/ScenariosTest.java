package dev.skep.conformance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Monitor;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.conformance.scenario.EventPlayer.Happened;
import dev.skep.conformance.scenario.EventPlayer.Question;
import dev.skep.conformance.scenario.ServerPlayer.Rpc;
import dev.skep.event.EventHandler;
import dev.skep.event.HandlerEnd;
import dev.skep.server.GenServer;
import dev.skep.statem.Transition;
import dev.skep.supervisor.Supervisor;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Runs scenarios on both sides; and shows that what is wrong on one of them would be found.
class ScenariosTest {
    private static @Nullable Erlang started;

    @BeforeAll
    static void startErlang() throws Exception {
        try {
            started = Erlang.start();
        } catch (Erlang.Missing e) {
            Assumptions.abort("skipped: " + e.getMessage());
        }
    }

    @AfterAll
    static void endErlang() {
        Erlang running = started;
        if (running != null) {
            running.close();
        }
    }

    private static Erlang erlang() {
        Erlang running = started;
        if (running == null) {
            throw new IllegalStateException("no Erlang was started");
        }
        return running;
    }

    @Test
    void theSameHappensOnErlangAndOnSkep() throws Exception {
        run(300, 20_260_101);
    }

    @Test
    void theSameHappensOnErlangAndOnSkepWithSeedsThatWereNeverTried() throws Exception {
        long seed = new SplittableRandom().nextInt(1_000_000_000);
        System.out.println("ScenariosTest: fresh seed " + seed);
        run(100, seed);
    }

    /// A second server after one that was stopped; a reason by which OTP means that a node is down.
    @Test
    void theSameHappensWithSeedsThatShowedADifferenceOnce() throws Exception {
        for (long seed : List.of(93_132L, 94_672L)) {
            Campaign.Outcome outcome =
                    new Campaign(erlang(), Player::onSkep, List.of(Kind.SERVER), 1).run(1, seed, _ -> {});
            assertThat(outcome.shown()).flatExtracting(Divergence::text).isEmpty();
        }
    }

    private static void run(int scenarios, long seed) throws Exception {
        Campaign.Outcome outcome = new Campaign(erlang(), Player::onSkep, Kind.ALL, 2).run(scenarios, seed, _ -> {});
        assertThat(outcome.shown()).flatExtracting(Divergence::text).isEmpty();
        assertThat(outcome.divergences()).isZero();
        assertThat(outcome.scenarios()).isEqualTo(scenarios);
        assertThat(outcome.counts()).hasSameSizeAs(Kind.ALL);
    }

    // ---- What is wrong is found
    // ----------------------------------------------------------------------------------------

    private static void isFound(Kind kind, Player wrong) throws Exception {
        isFound(kind, wrong, 0);
    }

    /// Within a thousand scenarios.
    private static List<Divergence> isFound(Kind kind, Player wrong, int shrunk) throws Exception {
        for (int seed = 0; seed < 1000; seed += 50) {
            Campaign.Outcome outcome = new Campaign(erlang(), wrong, List.of(kind), shrunk).run(50, seed, _ -> {});
            if (outcome.divergences() > 0) {
                return outcome.shown();
            }
        }
        throw new AssertionError("it was not found within 1000 scenarios");
    }

    @Test
    void aDemonitorThatForgetsToFlushIsFound() throws Exception {
        isFound(
                Kind.PROCESS,
                (scenario, seed) -> Stage.run(
                        seed,
                        stage -> new ProcessPlayer(stage, (ProcessScenario) scenario) {
                            @Override
                            boolean demonitorAndFlush(Self<Object> self, Monitor monitor) {
                                self.demonitor(monitor);
                                return true;
                            }
                        }.play()));
    }

    /// A process that forgets that `normal` is not to end it. The scenario that shows it is made small.
    @Test
    void anExitSignalThatEndsWhomItShouldNotIsFoundAndMadeSmall() throws Exception {
        Player wrong = (scenario, seed) -> Stage.run(
                seed,
                stage -> new ProcessPlayer(stage, (ProcessScenario) scenario) {
                    @Override
                    void signal(Pid target, Reason reason) {
                        super.signal(target, reason == Reason.Plain.NORMAL ? Reason.Plain.SHUTDOWN : reason);
                    }
                }.play());
        Divergence small = isFound(Kind.PROCESS, wrong, 1).getFirst();
        assertThat(small.scenario().steps()).hasSizeLessThanOrEqualTo(3);
        assertThat(small.text().toString()).contains("seed " + small.seed(), "normal", "shutdown");
        assertThat(wrong.play(small.scenario(), small.seed()))
                .isEqualTo(small.onSkep())
                .isNotEqualTo(small.onErlang());
    }

    @Test
    void aSupervisorThatRestartsChildrenThatItShouldLeaveAloneIsFound() throws Exception {
        isFound(
                Kind.SUPERVISOR,
                (scenario, seed) -> Stage.run(
                        seed,
                        stage -> new SupervisorPlayer(stage, (SupervisorScenario) scenario) {
                            @Override
                            Supervisor strategy(SupervisorScenario.Tree tree) {
                                return tree.strategy() == SupervisorScenario.Strategy.REST_FOR_ONE
                                        ? Supervisor.oneForAll()
                                        : super.strategy(tree);
                            }
                        }.play()));
    }

    @Test
    void aServerThatDoesNotContinueAfterItsInitIsFound() throws Exception {
        isFound(
                Kind.SERVER,
                (scenario, seed) -> Stage.run(
                        seed,
                        stage -> new ServerPlayer(stage, (ServerScenario) scenario) {
                            @Override
                            GenServer<String, Rpc> newServer() {
                                return new Server() {
                                    @Override
                                    public Next<String> afterInit(String state) {
                                        return Next.noReply();
                                    }
                                };
                            }
                        }.play()));
    }

    @Test
    void aStateMachineThatLosesPostponedEventsIsFound() throws Exception {
        isFound(
                Kind.STATEM,
                (scenario, seed) -> Stage.run(
                        seed,
                        stage -> new StatemPlayer(stage, (StatemScenario) scenario) {
                            @Override
                            Machine newMachine(Tables tables, StatemScenario.Module module) {
                                return new Machine(tables, module) {
                                    @Override
                                    Transition<StatemScenario.State, Tables, StatemPlayer.Rpc> postponed(
                                            Transition<StatemScenario.State, Tables, StatemPlayer.Rpc> next) {
                                        return next;
                                    }
                                };
                            }
                        }.play()));
    }

    @Test
    void aHandlerThatLeavesNothingToItsSuccessorIsFound() throws Exception {
        isFound(
                Kind.EVENT,
                (scenario, seed) -> Stage.run(
                        seed,
                        stage -> new EventPlayer(stage, (EventScenario) scenario) {
                            @Override
                            EventHandler<String, Happened, Question> newHandler(EventScenario.Handler handler) {
                                return new Playing(handler) {
                                    @Override
                                    public Optional<Object> terminate(HandlerEnd why, String state) {
                                        super.terminate(why, state);
                                        return Optional.empty();
                                    }
                                };
                            }
                        }.play()));
    }
}
