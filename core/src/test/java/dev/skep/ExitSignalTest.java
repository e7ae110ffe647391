package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExitSignalTest {
    private static final ExitReason BROKEN = ExitReason.because("broken");

    @AutoClose
    private final Lab lab = new Lab();

    /// Every reason that a signal can have, but for `normal` and `kill`, which are special.
    static Stream<ExitReason> ordinaryReasons() {
        return Stream.of(
                ExitReason.shutdown(),
                ExitReason.shutdown("detail"),
                ExitReason.killed(),
                ExitReason.noProcess(),
                ExitReason.noConnection(),
                ExitReason.crashed(new IllegalStateException("on purpose")),
                BROKEN);
    }

    static Stream<ExitReason> reasonsButKill() {
        return Stream.concat(Stream.of(ExitReason.normal()), ordinaryReasons());
    }

    static Stream<ExitReason> allReasons() {
        return Stream.concat(Stream.of(ExitReason.kill()), reasonsButKill());
    }

    // ---- exit/2 --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("ordinaryReasons")
    void aSignalEndsAProcessThatDoesNotTrapExits(ExitReason reason) {
        Pid target = lab.idle();
        target.exit(reason);
        assertThat(lab.endOf(target)).isEqualTo(reason);
    }

    @ParameterizedTest
    @MethodSource("ordinaryReasons")
    void aSignalEndsABehaviourAtRestAfterItHasTerminated(ExitReason reason) {
        LinkedBlockingQueue<ExitReason> terminated = new LinkedBlockingQueue<>();
        Pid target = lab.start(_ -> terminating(terminated));
        target.exit(reason);
        assertThat(lab.endOf(target)).isEqualTo(reason);
        assertThat(terminated).containsExactly(reason);
    }

    @ParameterizedTest
    @MethodSource("reasonsButKill")
    void aSignalIsAMessageToAProcessThatTrapsExits(ExitReason reason) {
        lab.inProcess(self -> {
            self.trapExit(true);
            Pid target = self.pid();
            Pid sender = self.spawn(_ -> target.exit(reason));
            assertThat(self.receive()).isEqualTo(new Exit(sender, reason));
        });
    }

    /// The target runs only when the sender's handler is over, so it takes all of them at once.
    @Test
    void aSignalThatIsTakenAmongMessagesKeepsItsPlace() {
        LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
        Pid target = lab.start(self -> {
            self.trapExit(true);
            return new Lab.Echo() {
                @Override
                public void info(Object message) {
                    received.add(message);
                }
            };
        });
        Pid sender = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                target.send("before");
                target.exit(BROKEN);
                target.send("between");
                target.exit(ExitReason.shutdown());
                target.send("after");
                target.send("last");
            }
        });
        sender.send("go");
        assertThat(Stream.generate(() -> Await.next(received)).limit(6))
                .containsExactly(
                        "before",
                        new Exit(sender, BROKEN),
                        "between",
                        new Exit(sender, ExitReason.shutdown()),
                        "after",
                        "last");
    }

    @Test
    void aThreadsSignalComesFromTheRootOfTheNode() {
        LinkedBlockingQueue<Exit> received = new LinkedBlockingQueue<>();
        CountDownLatch trapping = new CountDownLatch(1);
        Pid target = lab.node.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            trapping.countDown();
            received.add(self.receive(Exit.class));
        });
        Await.latch(trapping);
        target.exit(BROKEN);
        Pid root = Await.next(received).pid();
        assertThat(root.nodeName()).isEqualTo("lab");
        root.send("dropped");
        root.exit(ExitReason.kill());
        assertThat(root.info()).isEmpty();
        assertThat(root.join(Duration.ZERO)).contains(ExitReason.noProcess());
        assertThat(lab.node.process(root.id())).isEmpty();
    }

    @Test
    void normalFromAnotherIsIgnoredUnlessExitsAreTrapped() {
        lab.inProcess(self -> {
            Pid target = self.pid();
            Monitor sender = self.spawnMonitor(_ -> target.exit(ExitReason.normal()));
            assertThat(self.receive(Down.class).monitor()).isSameAs(sender);
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void killEndsAProcessThatTrapsExitsAsKilled() {
        for (boolean trap : List.of(true, false)) {
            CountDownLatch ready = new CountDownLatch(1);
            Pid target = lab.node.spawn((Receiver<Object> self) -> {
                self.trapExit(trap);
                ready.countDown();
                Lab.drop(self);
            });
            Await.latch(ready);
            target.exit(ExitReason.kill());
            assertThat(lab.endOf(target)).isEqualTo(ExitReason.killed());
        }
    }

    @Test
    void killedIsAReasonThatCanBeTrapped() {
        lab.inProcess(self -> {
            self.trapExit(true);
            Pid target = self.pid();
            Pid sender = self.spawn(_ -> target.exit(ExitReason.killed()));
            assertThat(self.receive()).isEqualTo(new Exit(sender, ExitReason.killed()));
        });
    }

    @Test
    void aKilledBehaviourDoesNotTerminate() {
        LinkedBlockingQueue<ExitReason> terminated = new LinkedBlockingQueue<>();
        Pid target = lab.start(_ -> terminating(terminated));
        target.exit(ExitReason.kill());
        assertThat(lab.endOf(target)).isEqualTo(ExitReason.killed());
        assertThat(terminated).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("allReasons")
    void aSignalToTheDeadIsSilent(ExitReason reason) {
        lab.dead().exit(reason);
    }

    @Test
    void theFirstOfTwoSignalsDecidesTheReason() {
        for (int i = 0; i < 100; i++) {
            Pid target = lab.idle();
            target.exit(BROKEN);
            target.exit(ExitReason.because("late"));
            assertThat(lab.endOf(target)).isEqualTo(BROKEN);
        }
    }

    @Test
    void aSignalDoesNotWaitForTheMessagesBeforeIt() {
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        LinkedBlockingQueue<Object> handled = new LinkedBlockingQueue<>();
        Pid target = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                handled.add(message);
                handling.countDown();
                boolean done = false;
                while (!done) {
                    try {
                        done = release.await(2, java.util.concurrent.TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            }
        });
        target.send(1);
        target.send(2);
        Await.latch(handling);
        target.exit(BROKEN);
        assertThat(lab.endOf(target)).isEqualTo(BROKEN);
        assertThat(handled).containsExactly(1);
        release.countDown();
    }

    @Test
    void signalsAndMessagesOfOneSenderKeepTheirOrderWhenTrapped() {
        lab.inProcess(self -> {
            self.trapExit(true);
            Pid target = self.pid();
            Pid sender = self.spawn(_ -> {
                for (int i = 0; i < 500; i++) {
                    target.send(i);
                    target.exit(ExitReason.because(i));
                }
            });
            for (int i = 0; i < 500; i++) {
                assertThat(self.receive()).isEqualTo(i);
                assertThat(self.receive()).isEqualTo(new Exit(sender, ExitReason.because(i)));
            }
        });
    }

    @Test
    void aSignalWakesAProcessThatWaitsInAReceiveWithATimeLimit() {
        Pid target = lab.node.spawn((Receiver<Object> self) ->
                assertThat(self.receive(Duration.ofDays(1))).isEmpty());
        target.exit(BROKEN);
        assertThat(lab.endOf(target)).isEqualTo(BROKEN);
    }

    @Test
    void aSignalInterruptsCodeThatBlocks() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch blocking = new CountDownLatch(1);
        Pid target = lab.node.spawn(_ -> {
            blocking.countDown();
            never.await();
        });
        Await.latch(blocking);
        target.exit(BROKEN);
        assertThat(lab.endOf(target)).isEqualTo(BROKEN);
        assertThat(lab.reports)
                .as("nobody is to blame for an end that was asked for")
                .isEmpty();
    }

    @Test
    void aSignalEndsABehaviourThatIsStarting() {
        CountDownLatch never = new CountDownLatch(1);
        LinkedBlockingQueue<Pid> starting = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<ExitReason> terminated = new LinkedBlockingQueue<>();
        lab.inProcess(self -> {
            Pid tester = self.pid();
            self.spawn((Receiver<Object> starter) -> tester.send(starter.start(Lab.spec(child -> new Lab.Echo() {
                @Override
                public void init() throws InterruptedException {
                    starting.add(child.pid());
                    never.await();
                }

                @Override
                public void terminate(ExitReason reason) {
                    terminated.add(reason);
                }
            }))));
            Await.next(starting).exit(BROKEN);
            assertThat(self.receive(Started.Failed.class).reason()).isEqualTo(BROKEN);
            assertThat(terminated).isEmpty();
        });
    }

    @Test
    void whileABehaviourTerminatesOnlyAKillCounts() {
        CountDownLatch never = new CountDownLatch(1);
        for (ExitReason second : List.of(BROKEN, ExitReason.killed(), ExitReason.shutdown())) {
            CountDownLatch terminating = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            Pid target = lab.start(_ -> new Lab.Echo() {
                @Override
                public void terminate(ExitReason reason) {
                    terminating.countDown();
                    Await.latch(goOn);
                }
            });
            target.exit(ExitReason.because("first"));
            Await.latch(terminating);
            target.exit(second);
            goOn.countDown();
            assertThat(lab.endOf(target)).isEqualTo(ExitReason.because("first"));
        }
        CountDownLatch terminating = new CountDownLatch(1);
        Pid target = lab.start(_ -> new Lab.Echo() {
            @Override
            public void terminate(ExitReason reason) throws InterruptedException {
                terminating.countDown();
                never.await();
            }
        });
        target.exit(BROKEN);
        Await.latch(terminating);
        target.exit(ExitReason.kill());
        assertThat(lab.endOf(target)).isEqualTo(ExitReason.killed());
    }

    // ---- To itself -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("reasonsButKill")
    void aProcessThatSendsItselfASignalEndsThereAndThen(ExitReason reason) {
        LinkedBlockingQueue<String> after = new LinkedBlockingQueue<>();
        Pid target = lab.node.spawn((Receiver<Object> self) -> {
            self.pid().exit(reason);
            after.add("went on");
        });
        assertThat(lab.endOf(target)).isEqualTo(reason);
        assertThat(after).isEmpty();
    }

    @Test
    void aProcessThatKillsItselfEndsAsKilled() {
        Pid target = lab.node.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            self.pid().exit(ExitReason.kill());
        });
        assertThat(lab.endOf(target)).isEqualTo(ExitReason.killed());
    }

    @ParameterizedTest
    @MethodSource("reasonsButKill")
    void aProcessThatTrapsExitsGetsItsOwnSignalAsAMessage(ExitReason reason) {
        lab.inProcess(self -> {
            self.trapExit(true);
            self.pid().exit(reason);
            assertThat(self.receive(Duration.ZERO)).contains(new Exit(self.pid(), reason));
        });
    }

    // ---- exit/1 --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("allReasons")
    void aProcessEndsWithTheReasonThatItThrows(ExitReason reason) {
        lab.inProcess(self -> {
            Monitor monitor = self.spawnMonitor(_ -> {
                throw new ProcessExit(reason);
            });
            assertThat(self.receive(Down.class)).isEqualTo(new Down(monitor, monitor.pid(), reason));
        });
    }

    @ParameterizedTest
    @MethodSource("allReasons")
    void aPlainProcessThatStopsEndsThereAndThen(ExitReason reason) {
        Pid target = lab.node.spawn((Receiver<Object> self) -> self.stop(reason));
        assertThat(lab.endOf(target)).isEqualTo(reason);
    }

    @ParameterizedTest
    @MethodSource("allReasons")
    void aBehaviourThatThrowsAReasonTerminatesAndEndsWithIt(ExitReason reason) {
        LinkedBlockingQueue<ExitReason> terminated = new LinkedBlockingQueue<>();
        Pid target = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                throw new ProcessExit(reason);
            }

            @Override
            public void terminate(ExitReason why) {
                terminated.add(why);
            }
        });
        target.send("go");
        assertThat(lab.endOf(target)).isEqualTo(reason);
        assertThat(terminated).containsExactly(reason);
    }

    @ParameterizedTest
    @MethodSource("allReasons")
    void aBehaviourThatStopsFinishesItsHandlerFirst(ExitReason reason) {
        LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();
        Pid target = lab.start(self -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                self.stop(reason);
                self.stop(ExitReason.because("too late"));
                events.add(message);
            }

            @Override
            public void terminate(ExitReason why) {
                events.add(why);
            }
        });
        target.send("first");
        target.send("second");
        assertThat(lab.endOf(target)).isEqualTo(reason);
        assertThat(events).containsExactly("first", reason);
    }

    @Test
    void aReasonOfTheHandlersOwnYieldsToASignalThatCameBefore() {
        CountDownLatch handling = new CountDownLatch(1);
        Pid target = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) throws Exception {
                handling.countDown();
                new CountDownLatch(1).await();
            }
        });
        target.send("go");
        Await.latch(handling);
        target.exit(BROKEN);
        assertThat(lab.endOf(target)).as("not the InterruptedException").isEqualTo(BROKEN);
    }

    @Test
    void anOperationOfAProcessThatWasToldToEndThrowsTheExit() {
        LinkedBlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        CountDownLatch ready = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        Pid target = lab.node.spawn((Receiver<Object> self) -> {
            ready.countDown();
            Computation.until(told);
            for (Runnable operation : List.<Runnable>of(
                    () -> self.trapExit(true),
                    self::receive,
                    () -> self.link(self.pid()),
                    () -> self.spawn(_ -> {}),
                    () -> self.sendAfter(Duration.ZERO, "x"),
                    () -> self.pid().info())) {
                try {
                    operation.run();
                } catch (Throwable e) {
                    thrown.add(e);
                }
            }
        });
        Await.latch(ready);
        target.exit(BROKEN);
        told.countDown();
        assertThat(lab.endOf(target)).isEqualTo(BROKEN);
        assertThat(thrown).hasSize(6).hasOnlyElementsOfType(ProcessExit.class);
    }

    @Test
    void aSignalNeedsAReason() {
        Pid target = lab.idle();
        assertThatThrownBy(() -> target.exit(null)).isInstanceOf(NullPointerException.class);
        assertThat(target.isAlive()).isTrue();
    }

    private static Behaviour terminating(LinkedBlockingQueue<ExitReason> terminated) {
        return new Lab.Echo() {
            @Override
            public void terminate(ExitReason reason) {
                terminated.add(reason);
            }
        };
    }
}
