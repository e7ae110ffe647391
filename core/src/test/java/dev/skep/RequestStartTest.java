package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Starts that nobody stands and waits for.
class RequestStartTest {
    private final ManualClock clock = new ManualClock();
    private final Lab lab = new Lab(settings -> settings.clock(clock));

    @AfterEach
    void close() {
        lab.close();
    }

    private interface Init {
        void run() throws Exception;
    }

    private static StartSpec<Pid> spec(Init init) {
        return Lab.spec(_ -> new Lab.Echo() {
            @Override
            public void init() throws Exception {
                init.run();
            }
        });
    }

    private static StartSpec<ServerRef<Object>> named(Name<Object> name, Duration limit, Init init) {
        return ProcessSpec.of((self, ack) -> {
                    init.run();
                    ack.ack();
                    Lab.drop(self);
                })
                .named(name)
                .initTimeout(limit);
    }

    private static Started<?> outcome(Receiver<Object> self, Object label) {
        return (Started<?>)
                self.receive(Response.class, response -> response.label().equals(label))
                        .outcome()
                        .orElseThrow();
    }

    @Test
    void theOutcomeOfEachStartComesAsAMessageWhenItsInitIsDone() {
        CountDownLatch release = new CountDownLatch(1);
        lab.inProcess(self -> {
            Pid slow = self.requestStartLink(spec(release::await), "slow");
            Pid quick = self.requestStartLink(spec(() -> {}), "quick");
            assertThat(outcome(self, "quick")).isEqualTo(new Started.Running<>(quick, quick));
            assertThat(slow.info().orElseThrow().status()).isEqualTo(ProcessInfo.Status.STARTING);
            release.countDown();
            assertThat(outcome(self, "slow")).isEqualTo(new Started.Running<>(slow, slow));
            assertThat(self.pid().info().orElseThrow().links()).contains(slow, quick);
            assertThat(slow.info().orElseThrow().ancestors()).containsExactly(self.pid());
        });
    }

    @Test
    void aStartThatFailsIsAnOutcomeAndAnExitSignal() {
        lab.inProcess(self -> {
            self.trapExit(true);
            RuntimeException thrown = new IllegalStateException("no");
            Pid failed = self.requestStartLink(
                    spec(() -> {
                        throw thrown;
                    }),
                    1);
            assertThat(outcome(self, 1))
                    .isInstanceOfSatisfying(
                            Started.Failed.class, it -> assertThat(it.reason()).isEqualTo(ExitReason.crashed(thrown)));
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(failed, ExitReason.crashed(thrown)));

            Pid ignored = self.requestStartLink(
                    spec(() -> {
                        throw new StartException.Ignore();
                    }),
                    2);
            assertThat(outcome(self, 2)).isEqualTo(new Started.Ignored<>());
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(ignored, ExitReason.normal()));

            Pid plain = self.requestStartLink(
                    ProcessSpec.of((_, ack) -> {
                        throw ack.fail(ExitReason.because("the answer"), ExitReason.because("the end"));
                    }),
                    3);
            assertThat(outcome(self, 3))
                    .isInstanceOfSatisfying(
                            Started.Failed.class,
                            it -> assertThat(it.reason()).isEqualTo(ExitReason.because("the answer")));
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(plain, ExitReason.because("the end")));
        });
    }

    @Test
    void aTakenNameIsAnOutcome() {
        Name<Object> name = Name.of("taken");
        lab.inProcess(self -> {
            self.trapExit(true);
            Pid holder = self.requestStartLink(named(name, ServerRef.FOREVER, () -> {}), 1);
            assertThat(outcome(self, 1)).isEqualTo(new Started.Running<>(holder, ServerRef.of(holder)));
            self.requestStartLink(named(name, ServerRef.FOREVER, () -> {}), 2);
            assertThat(outcome(self, 2)).isEqualTo(new Started.AlreadyStarted<>(holder));
        });
    }

    @Test
    void anInitThatTakesTooLongIsKilled() {
        Name<Object> name = Name.of("late");
        lab.inProcess(self -> {
            self.trapExit(true);
            CountDownLatch begun = new CountDownLatch(1);
            Pid late = self.requestStartLink(
                    named(name, Duration.ofSeconds(2), () -> {
                        begun.countDown();
                        new CountDownLatch(1).await();
                    }),
                    "late");
            Await.latch(begun);
            clock.advance(Duration.ofSeconds(3));
            assertThat(outcome(self, "late").toString()).contains("init took longer than PT2S");
            assertThat(self.receive(Exit.class)).isEqualTo(new Exit(late, ExitReason.killed()));
            assertThat(self.node().whereis(name)).as("the name is free").isEmpty();

            Pid intime = self.requestStartLink(named(name, Duration.ofSeconds(2), () -> {}), "in time");
            assertThat(outcome(self, "in time")).isInstanceOf(Started.Running.class);
            clock.advance(Duration.ofSeconds(3));
            assertThat(intime.info()).as("the limit was for its init").isPresent();
        });
    }

    @Test
    void whatIsBeingStartedEndsWithWhoeverStartsIt() {
        CountDownLatch begun = new CountDownLatch(1);
        BlockingQueue<Pid> started = new LinkedBlockingQueue<>();
        Pid starter = lab.node.spawn((Receiver<Object> self) -> {
            started.add(self.requestStartLink(
                    spec(() -> {
                        begun.countDown();
                        new CountDownLatch(1).await();
                    }),
                    "never"));
            self.receive(Exit.class);
        });
        Await.latch(begun);
        Pid child = Await.next(started);
        starter.exit(ExitReason.because("enough"));
        assertThat(lab.endOf(starter)).isEqualTo(ExitReason.because("enough"));
        assertThat(lab.endOf(child)).isEqualTo(ExitReason.because("enough"));
    }

    @Test
    void aFailureEndsAStarterThatDoesNotTrapExits() {
        Pid starter = lab.node.spawn((Receiver<Object> self) -> {
            self.requestStartLink(
                    spec(() -> {
                        throw new ProcessExit(ExitReason.because("no"));
                    }),
                    "x");
            Lab.drop(self);
        });
        assertThat(lab.endOf(starter)).isEqualTo(ExitReason.because("no"));
    }

    @Test
    void badInputIsRefusedAndLeavesNothingBehind() {
        lab.inProcess(self -> {
            int before = self.node().processes().size();
            assertThatNullPointerException().isThrownBy(() -> self.requestStartLink(null, "x"));
            assertThatNullPointerException().isThrownBy(() -> self.requestStartLink(spec(() -> {}), null));
            StartSpec<Pid> hostile = new StartSpec<>() {
                @Override
                protected Behaviour behaviour(Self<Object> ignored) {
                    return new Lab.Echo();
                }

                @Override
                protected Pid reference(Pid pid) {
                    return pid;
                }

                @Override
                public Optional<Name<?>> name() {
                    return Optional.empty();
                }

                @Override
                public Duration initTimeout() {
                    throw new IllegalStateException("no limit");
                }

                @Override
                public String describe() {
                    return "hostile";
                }
            };
            assertThatIllegalStateException()
                    .isThrownBy(() -> self.requestStartLink(hostile, "x"))
                    .withMessage("no limit");
            assertThat(self.node().processes()).hasSize(before);
            assertThat(self.pid().info().orElseThrow().links()).isEmpty();
        });
    }

    @Test
    void manyAtOnceAllReport() {
        lab.inProcess(self -> {
            self.trapExit(true);
            for (int i = 0; i < 1_000; i++) {
                boolean fails = i % 3 == 0;
                self.requestStartLink(
                        spec(() -> {
                            if (fails) {
                                throw new ProcessExit(ExitReason.because("no"));
                            }
                        }),
                        i);
            }
            int running = 0;
            for (int i = 0; i < 1_000; i++) {
                running += outcome(self, i) instanceof Started.Running ? 1 : 0;
            }
            assertThat(running).isEqualTo(666);
            // A start that has failed is reported before the links of its process are gone.
            Await.until(() -> self.pid().info().orElseThrow().links().size() == 666);
        });
    }
}
