package dev.skep.testkit.simulation;

import static dev.skep.testkit.simulation.ReplayTest.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.Cast;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// What a simulation does with processes, time, faults and errors.
@SuppressWarnings({"ModifiedButNotUsed", "FutureReturnValueIgnored"}) // what is run for what it does
class SimulationRunTest {
    private static final Duration HOUR = Duration.ofHours(1);

    sealed interface Rpc {
        record Ask() implements Rpc, Call<Rpc, String> {}

        record Tell(String what) implements Rpc, Cast<Rpc> {}
    }

    interface Handler {
        Next<List<String>> handle(Rpc message, From from, List<String> told) throws Exception;
    }

    private static ServerRef<Rpc> server(Simulation sim, Handler handler) {
        return sim.node().start(GenServer.spec(() -> new GenServer<List<String>, Rpc>() {
            @Override
            public List<String> init(Self<Rpc> self) {
                return new ArrayList<>();
            }

            @Override
            public Next<List<String>> handle(Rpc message, From from, List<String> told) throws Exception {
                return handler.handle(message, from, told);
            }
        }));
    }

    private static void many(int seeds, Simulation.Body body) {
        Simulator.create().runAll(1, seeds, body);
    }

    // ---- Orders --------------------------------------------------------------------------------------------------

    @Test
    void everyOrderOfTwoSendersIsFound() {
        Set<String> orders = new HashSet<>();
        many(300, sim -> {
            StringBuilder got = new StringBuilder();
            Pid receiver = sim.node().spawn((Receiver<String> self) -> {
                for (int i = 0; i < 4; i++) {
                    got.append(self.receive());
                }
            });
            for (String letter : List.of("a", "b")) {
                sim.node().spawn(_ -> {
                    receiver.send(letter);
                    receiver.send(letter.toUpperCase(java.util.Locale.ROOT));
                });
            }
            receiver.join(HOUR);
            orders.add(got.toString());
        });
        assertThat(orders).containsExactlyInAnyOrder("aAbB", "abAB", "abBA", "baAB", "baBA", "bBaA");
    }

    @Test
    void aKillComesBetweenAnyTwoMessages() {
        Set<Integer> handled = new HashSet<>();
        many(300, sim -> {
            AtomicInteger count = new AtomicInteger();
            ServerRef<Rpc> server = server(sim, (_, _, _) -> {
                count.incrementAndGet();
                return Next.noReply();
            });
            Pid pid = server.pid().orElseThrow();
            for (int i = 0; i < 3; i++) {
                server.cast(new Rpc.Tell("x"));
            }
            pid.exit(ExitReason.kill());
            pid.join(HOUR);
            handled.add(count.get());
        });
        assertThat(handled).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void aLookAtANameAndWhatFollowsAreTwoSteps() {
        Name<Object> name = Name.of("leader");
        Set<Integer> leaders = new HashSet<>();
        many(300, sim -> {
            AtomicInteger elected = new AtomicInteger();
            List<Pid> candidates = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                candidates.add(sim.node().spawn((Receiver<Object> self) -> {
                    if (self.node().whereis(name).isEmpty()) {
                        elected.incrementAndGet();
                        self.node().register(name, self.pid()); // fails for the second: the look told nothing
                        self.receive();
                    }
                }));
            }
            sim.settle();
            leaders.add(elected.get());
        });
        assertThat(leaders).containsExactlyInAnyOrder(1, 2);
    }

    // ---- Time ----------------------------------------------------------------------------------------------------

    @Test
    void timePassesOnlyWhenNobodyCanRunAndCostsNothing() {
        Run run = Simulation.run(1, sim -> {
            List<Object> got = new ArrayList<>();
            Pid receiver = sim.node().spawn((Receiver<Object> self) -> {
                self.sendAfter(HOUR.multipliedBy(2), "late");
                self.sendAfter(HOUR, "early");
                got.add(self.receive() + " at " + sim.elapsed());
                got.add(self.receive() + " at " + sim.elapsed());
            });
            receiver.join(ServerRef.FOREVER);
            assertThat(got).containsExactly("early at PT1H", "late at PT2H");
        });
        assertThat(run.time()).isEqualTo(HOUR.multipliedBy(2));
    }

    @Test
    void aCallTimesOutInTheTimeOfTheSimulation() {
        many(50, sim -> {
            ServerRef<Rpc> silent = server(sim, (_, _, _) -> Next.noReply());
            assertThatThrownBy(() -> silent.call(new Rpc.Ask())).isInstanceOf(CallException.Timeout.class);
            assertThat(sim.elapsed()).isEqualTo(ServerRef.DEFAULT_TIMEOUT);
        });
    }

    @Test
    void settlingLetsEverythingHappenButNoTimePass() {
        many(50, sim -> {
            List<String> heard = new ArrayList<>();
            ServerRef<Rpc> server = server(sim, (message, _, _) -> {
                heard.add(((Rpc.Tell) message).what());
                return Next.noReply();
            });
            server.cast(new Rpc.Tell("a"));
            server.cast(new Rpc.Tell("b"));
            sim.node().sendAfter(Duration.ofNanos(1), server.pid().orElseThrow(), "later");
            sim.settle();
            assertThat(heard).containsExactly("a", "b");
            assertThat(sim.elapsed()).isZero();
        });
    }

    @Test
    void delaysLetACallTimeOutNowAndThen() {
        AtomicInteger late = new AtomicInteger();
        many(200, sim -> {
            ServerRef<Rpc> server = server(sim, (message, _, _) -> ((Rpc.Ask) message).reply("hello"));
            sim.delayRandomly(50, Duration.ofSeconds(10));
            try {
                assertThat(server.call(new Rpc.Ask())).isEqualTo("hello");
            } catch (CallException.Timeout timeout) {
                late.incrementAndGet();
            }
        });
        assertThat(late.get()).isBetween(1, 199);
    }

    // ---- Kills and crashes ----------------------------------------------------------------------------------------

    @Test
    void aKillInterruptsWhoSleepsOrWaits() {
        many(100, sim -> {
            AtomicReference<Throwable> interrupted = new AtomicReference<>();
            ServerRef<Rpc> silent = server(sim, (_, _, _) -> Next.noReply());
            ServerRef<Rpc> sleeper = server(sim, (_, _, _) -> {
                try {
                    sim.sleep(HOUR);
                } catch (InterruptedException e) {
                    interrupted.set(e);
                    throw e;
                }
                return Next.noReply();
            });
            ServerRef<Rpc> caller = server(sim, (_, _, _) -> {
                silent.call(new Rpc.Ask(), ServerRef.FOREVER);
                return Next.noReply();
            });
            sleeper.cast(new Rpc.Tell("sleep"));
            caller.cast(new Rpc.Tell("call"));
            sim.settle();
            for (ServerRef<Rpc> each : List.of(sleeper, caller)) {
                Pid pid = each.pid().orElseThrow();
                assertThat(pid.exitAndJoin(ExitReason.kill(), HOUR)).contains(ExitReason.killed());
            }
            assertThat(interrupted.get()).isInstanceOf(InterruptedException.class);
            assertThat(sim.elapsed()).as("nobody waited for anything").isZero();
        });
    }

    @Test
    void faultsHitOnlyWhoIsMeantAndAsOftenAsToldAtMost() {
        AtomicInteger crashes = new AtomicInteger();
        many(100, sim -> {
            List<Pid> meant = new ArrayList<>();
            List<Pid> others = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                meant.add(sim.node().spawn((Receiver<Object> self) -> self.receive()));
                others.add(sim.node().spawn((Receiver<Object> self) -> self.receive()));
            }
            sim.crashRandomly(2, meant::contains);
            for (int i = 0; i < 100; i++) {
                sim.node().processes().getFirst().info(); // something has to happen
            }
            assertThat(others).allMatch(Pid::isAlive);
            sim.settle();
            int crashed = (int) meant.stream().filter(pid -> !pid.isAlive()).count();
            assertThat(crashed).isBetween(0, 2);
            crashes.addAndGet(crashed);
        });
        assertThat(crashes.get()).isPositive();
    }

    @Test
    void reportsAreThereAsValues() {
        Simulation.run(1, sim -> {
            Pid pid = sim.node().spawn(_ -> {
                throw new IllegalStateException("oops");
            });
            pid.join(HOUR);
            sim.settle();
            assertThat(sim.reports())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            CrashReport.class,
                            report -> assertThat(report.pid()).isEqualTo(pid));
        });
    }

    @Test
    void aThreadWithoutAProcessTakesPart() {
        many(50, sim -> {
            ServerRef<Rpc> server = server(sim, (message, _, _) -> ((Rpc.Ask) message).reply("hello"));
            List<String> answers = new ArrayList<>();
            sim.start("client 1", _ -> answers.add(server.call(new Rpc.Ask())));
            sim.start("client 2", _ -> answers.add(server.call(new Rpc.Ask())));
            sim.await(() -> answers.size() == 2);
        });
    }

    @Test
    void severalNodesShareTheTime() {
        many(20, sim -> {
            Node other = sim.startNode(Node.builder("other"));
            List<String> got = new ArrayList<>();
            Pid there = other.spawn((Receiver<Object> self) -> got.add(self.receive(String.class)));
            sim.node().sendAfter(HOUR, there, "hello");
            there.join(HOUR.multipliedBy(2));
            assertThat(got).containsExactly("hello");
            assertThat(sim.elapsed()).isEqualTo(HOUR);
        });
    }

    // ---- What fails ------------------------------------------------------------------------------------------------

    @Test
    void aDeadlockIsReportedWithWhoWaitsWhere() {
        SimulationFailure failure = failureOf(() -> Simulation.run(1, sim -> {
            AtomicReference<ServerRef<Rpc>> second = new AtomicReference<>();
            ServerRef<Rpc> first = server(sim, (_, _, _) -> {
                second.get().call(new Rpc.Ask(), ServerRef.FOREVER);
                return Next.noReply();
            });
            second.set(server(sim, (_, _, _) -> {
                first.call(new Rpc.Ask(), ServerRef.FOREVER);
                return Next.noReply();
            }));
            first.call(new Rpc.Ask(), ServerRef.FOREVER);
        }));
        assertThat(failure)
                .hasMessageContaining("deadlock")
                .hasMessageContaining("the body waits at")
                .hasMessageContaining("<sim.2> waits at")
                .hasMessageContaining("<sim.3> waits at")
                .hasMessageContaining("ServerRef.call");
    }

    @Test
    void whatDoesNotEndExceedsALimit() {
        assertThat(failureOf(() -> Simulator.create().maxSteps(1000).run(1, sim -> {
                    while (true) {
                        sim.settle();
                    }
                })))
                .hasMessageContaining("1000 steps");
        assertThat(failureOf(() -> Simulator.create().maxTime(HOUR).run(1, sim -> {
                    while (true) {
                        sim.sleep(Duration.ofMinutes(1));
                    }
                })))
                .hasMessageContaining("3600 s of its own time");
    }

    @Test
    void aStepThatBlocksOutsideOfTheRuntimeIsReportedWithItsStack() {
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<Thread> blocks = new AtomicReference<>();
        SimulationFailure failure;
        do {
            failure = failureOf(() -> Simulator.create()
                    .stepLimit(Duration.ofSeconds(2))
                    .run(1, sim -> {
                        ServerRef<Rpc> server = server(sim, (_, _, _) -> {
                            blocks.set(Thread.currentThread());
                            never.await();
                            return Next.noReply();
                        });
                        server.call(new Rpc.Ask());
                    }));
        } while (blocks.get() == null); // a step before that one took the machine so long
        assertThat(failure)
                .hasMessageContaining("a step has not ended within PT2S of real time")
                .hasMessageContaining("CountDownLatch.await")
                .hasMessageContaining("SimulationRunTest");
    }

    @Test
    void aThreadFromOutsideIsRefused() {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        SimulationFailure failure = failureOf(() -> Simulation.run(1, sim -> {
            Pid pid = sim.node().spawn((Receiver<Object> self) -> self.receive());
            Thread intruder = Thread.ofPlatform().start(() -> {
                try {
                    pid.send("hello");
                } catch (IllegalStateException e) {
                    refused.set(e);
                }
            });
            intruder.join();
            sim.settle();
        }));
        assertThat(refused.get()).hasMessageContaining("no part of the simulation");
        assertThat(failure).hasMessageContaining("no part of the simulation");
    }

    @Test
    void anInvariantThatBreaksIsNamed() {
        SimulationFailure failure = failureOf(() -> Simulation.run(1, sim -> {
            AtomicInteger count = new AtomicInteger();
            ServerRef<Rpc> server = server(sim, (_, _, _) -> {
                count.incrementAndGet();
                return Next.noReply();
            });
            sim.invariant("two at most", () -> assertThat(count.get()).isLessThan(3));
            for (int i = 0; i < 5; i++) {
                server.cast(new Rpc.Tell("x"));
            }
            sim.settle();
        }));
        assertThat(failure)
                .hasMessageContaining("\"two at most\" does not hold")
                .hasMessageContaining("less than");
    }

    @Test
    void whoIgnoresAKillFailsTheRun() {
        SimulationFailure failure = failureOf(() -> Simulation.run(1, sim -> {
            Pid deaf = sim.node().spawn((Receiver<Object> self) -> {
                for (int i = 0; i < 1_000; i++) {
                    try {
                        sim.sleep(HOUR);
                    } catch (InterruptedException e) {
                        // on purpose
                    }
                }
            });
            sim.settle();
            deaf.exit(ExitReason.kill());
        }));
        assertThat(failure).hasMessageContaining("ignore interruption");
    }

    @Test
    void whatATaskThrowsFailsTheRunAndNothingRunsAfterwards() {
        AtomicInteger cleanedUp = new AtomicInteger();
        SimulationFailure failure = failureOf(() -> Simulation.run(1, sim -> {
            sim.node().spawn((Receiver<Object> self) -> {
                try {
                    self.receive();
                } finally {
                    cleanedUp.incrementAndGet();
                }
            });
            sim.settle();
            sim.start("client", _ -> {
                throw new IllegalStateException("oops");
            });
            sim.sleep(HOUR);
        }));
        assertThat(failure).hasMessageContaining("oops").hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(cleanedUp).as("in the run, and when it was run again").hasValue(2);
    }

    @Test
    void anErrorInsideOfTheRuntimeFailsTheRun() {
        SimulationFailure failure = failureOf(() -> Simulation.run(1, sim -> {
            Pid pid = sim.node().spawn(_ -> {});
            pid.exited().thenRun(() -> {
                throw new IllegalStateException("in a future");
            });
            sim.startNode(Node.builder("listened").listener(new dev.skep.NodeListener() {
                        @Override
                        public void spawned(Pid started) {
                            throw new IllegalStateException("a listener that throws");
                        }
                    }))
                    .spawn(_ -> {});
            sim.settle();
        }));
        assertThat(failure).hasMessageContaining("NodeListener");
    }

    @Test
    void checksMayNotWait() {
        SimulationFailure failure = failureOf(() -> Simulation.run(1, sim -> {
            ServerRef<Rpc> server = server(sim, (message, _, _) -> ((Rpc.Ask) message).reply("hello"));
            sim.invariant("calls", () -> server.call(new Rpc.Ask()));
            sim.settle();
        }));
        assertThat(failure).hasMessageContaining("may look at things, but not wait");
    }

    @Test
    void aProcessThatEndsItselfIsNoFailure() {
        Simulation.run(1, sim -> {
            Pid pid = sim.node().spawn(_ -> {
                throw new ProcessExit(ExitReason.because("enough"));
            });
            assertThat(pid.exitAndJoin(ExitReason.normal(), HOUR)).contains(ExitReason.because("enough"));
        });
    }

    // ---- Bad input -------------------------------------------------------------------------------------------------

    @Test
    void badInputIsRefused() {
        Simulator simulator = Simulator.create();
        assertThatThrownBy(() -> simulator.maxSteps(0)).hasMessageContaining("but was 0");
        assertThatThrownBy(() -> simulator.maxTime(Duration.ZERO)).hasMessageContaining("but was PT0S");
        assertThatThrownBy(() -> simulator.stepLimit(Duration.ofSeconds(-1))).hasMessageContaining("PT-1S");
        assertThatThrownBy(() -> simulator.runAll(1, 0, _ -> {})).hasMessageContaining("but was 0");
        assertThatThrownBy(() -> simulator.run(1, null)).isInstanceOf(NullPointerException.class);
        Simulation.run(1, sim -> {
            assertThatThrownBy(() -> sim.sleep(Duration.ofSeconds(-1))).hasMessageContaining("PT-1S");
            assertThatThrownBy(() -> sim.killRandomly(-1, _ -> true)).hasMessageContaining("but was -1");
            assertThatThrownBy(() -> sim.delayRandomly(101, HOUR)).hasMessageContaining("but was 101");
            assertThatThrownBy(() -> sim.delayRandomly(1, Duration.ZERO)).hasMessageContaining("PT0S");
        });
    }
}
