package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Plain processes that acknowledge their start.
class ProcessSpecTest {
    private static final Name<Object> NAME = Name.of("listener");

    private final Lab lab = new Lab();
    private final CompletableFuture<Pid> pid = new CompletableFuture<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        lab.close();
    }

    /// Tells its pid, waits until it is released, acknowledges, and drops what it receives.
    private ProcessSpec<Object> patient() {
        return ProcessSpec.of((self, ack) -> {
            pid.complete(self.pid());
            release.await();
            ack.ack();
            Lab.drop(self);
        });
    }

    private Pid ended(ProcessSpec<Object> spec, ExitReason answer) {
        assertThat(lab.node.tryStart(spec))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(answer));
        return Await.get(pid);
    }

    // ---- Starting ------------------------------------------------------------------------------------------------

    @Test
    void whoStartsItWaitsForTheAcknowledgement() {
        CompletableFuture<ServerRef<Object>> started =
                CompletableFuture.supplyAsync(() -> lab.node.start(patient()), Thread::startVirtualThread);
        Pid starting = Await.get(pid);
        assertThat(starting.info().orElseThrow().status()).isEqualTo(ProcessInfo.Status.STARTING);
        assertThat(started).isNotDone();
        release.countDown();
        assertThat(Await.get(started).pid()).contains(starting);
        Await.until(() -> starting.info().orElseThrow().status() == ProcessInfo.Status.WAITING);
    }

    @Test
    void aLinkedStartLinks() {
        release.countDown();
        Pid parent = lab.node.spawn((Receiver<Object> self) -> {
            self.startLink(patient()).orElseThrow();
            self.receive();
            self.stop(ExitReason.because("parent"));
        });
        Pid child = Await.get(pid);
        Await.until(() -> child.info().orElseThrow().status() == ProcessInfo.Status.WAITING);
        ProcessInfo info = child.info().orElseThrow();
        assertThat(info.links()).containsExactly(parent);
        assertThat(info.ancestors()).containsExactly(parent);
        assertThat(info.initialCall()).startsWith(ProcessSpecTest.class.getName());
        parent.send("end");
        assertThat(lab.endOf(child)).isEqualTo(ExitReason.because("parent"));
    }

    @Test
    void aMonitoredStartMonitors() {
        release.countDown();
        ExitReason seen = lab.in(self -> {
            Self.StartedMonitored<ServerRef<Object>> started = self.startMonitor(patient());
            Pid child = started.started().orElseThrow().pid().orElseThrow();
            child.exit(ExitReason.because("enough"));
            Down down = self.receive(Down.class);
            assertThat(down.monitor()).isEqualTo(started.monitor().orElseThrow());
            return down.reason();
        });
        assertThat(seen).isEqualTo(ExitReason.because("enough"));
    }

    @Test
    void itHasTheMailboxThatItIsGiven() {
        ProcessSpec<Object> spec = ProcessSpec.of((_, _) -> {});
        assertThat(spec.mailbox()).isEqualTo(Mailbox.unbounded());
        assertThat(spec.mailbox(3, Overflow.DROP_OLDEST).mailbox()).isEqualTo(Mailbox.bounded(3, Overflow.DROP_OLDEST));
        release.countDown();
        ServerRef<Object> ref = lab.node.start(patient().mailbox(3, Overflow.DROP_OLDEST));
        assertThat(ref.pid().orElseThrow().info().orElseThrow().load().mailbox())
                .isEqualTo(Mailbox.bounded(3, Overflow.DROP_OLDEST));
    }

    @Test
    void itIsCalledByItsReference() {
        ServerRef<Object> echo = lab.node.start(ProcessSpec.of((self, ack) -> {
            ack.ack();
            while (true) {
                Incoming call = self.receive(Incoming.class);
                call.from().reply(call.message());
            }
        }));
        assertThat(echo.call(new Lab.Ask("x"))).isEqualTo(new Lab.Ask("x"));
    }

    @Test
    void itsReferenceMayBeMapped() {
        record Listener(ServerRef<Object> ref) {}
        release.countDown();
        Listener listener = lab.node.start(patient().map(Listener::new));
        assertThat(listener.ref().pid()).contains(Await.get(pid));
    }

    // ---- Names ---------------------------------------------------------------------------------------------------

    @Test
    void itsNameIsRegisteredBeforeItsCodeRuns() {
        AtomicReference<Optional<Pid>> found = new AtomicReference<>();
        Pid started = lab.node
                .start(ProcessSpec.of((Receiver<Object> self, InitAck ack) -> {
                            found.set(self.node().whereis(NAME));
                            ack.ack();
                            Lab.drop(self);
                        })
                        .named(NAME))
                .pid()
                .orElseThrow();
        assertThat(found.get()).contains(started);
    }

    @Test
    void aTakenNameRefusesTheStartBeforeItsCodeRuns() {
        release.countDown();
        Pid holder = lab.node.start(patient().named(NAME)).pid().orElseThrow();
        assertThat(lab.node.tryStart(ProcessSpec.of((Receiver<Object> _, InitAck _) -> {
                            throw new AssertionError("must not run");
                        })
                        .named(NAME)))
                .isEqualTo(new Started.AlreadyStarted<>(holder));
        assertThat(lab.reports).isEmpty();
    }

    @Test
    void theNameOfAFailedStartIsFree() {
        ended(
                ProcessSpec.of((Receiver<Object> self, InitAck _) -> {
                            pid.complete(self.pid());
                            throw new ProcessExit(ExitReason.because("no luck"));
                        })
                        .named(NAME),
                ExitReason.because("no luck"));
        assertThat(lab.node.whereis(NAME)).isEmpty();
    }

    // ---- Failing -------------------------------------------------------------------------------------------------

    @Test
    void codeThatThrowsBeforeTheAcknowledgementFailsTheStart() {
        IllegalStateException thrown = new IllegalStateException("bad init");
        Pid failed = ended(
                ProcessSpec.of((self, _) -> {
                    pid.complete(self.pid());
                    throw thrown;
                }),
                ExitReason.crashed(thrown));
        assertThat(lab.endOf(failed)).isEqualTo(ExitReason.crashed(thrown));
        assertThat(Await.next(lab.reports)).isInstanceOf(CrashReport.class);
        assertThatExceptionOfType(StartException.Failed.class)
                .isThrownBy(() -> lab.node.start(ProcessSpec.of((_, _) -> {
                    throw thrown;
                })))
                .withMessageContaining(ProcessSpecTest.class.getName())
                .withCause(thrown);
    }

    @Test
    void codeThatReturnsBeforeTheAcknowledgementFailsTheStart() {
        assertThatExceptionOfType(StartException.Failed.class)
                .isThrownBy(() -> lab.node.start(ProcessSpec.of((_, _) -> {})))
                .withMessageContaining("ended without acknowledging its start")
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(ExitReason.normal()));
    }

    @Test
    void aProcessThatIsKilledBeforeTheAcknowledgementFailsTheStart() {
        CompletableFuture<Started<ServerRef<Object>>> started =
                CompletableFuture.supplyAsync(() -> lab.node.tryStart(patient()), Thread::startVirtualThread);
        Await.get(pid).exit(ExitReason.kill());
        assertThat(Await.get(started))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ExitReason.killed()));
    }

    @Test
    void aProcessCanAskToBeIgnored() {
        assertThat(lab.node.tryStart(ProcessSpec.of((_, _) -> {
                    throw new StartException.Ignore();
                })))
                .isEqualTo(new Started.Ignored<>());
        assertThat(lab.reports).isEmpty();
    }

    @Test
    void whatIsToldAndHowItEndsMayDiffer() {
        Pid failed = ended(
                ProcessSpec.of((self, ack) -> {
                    pid.complete(self.pid());
                    throw ack.fail(ExitReason.because("port taken"), ExitReason.normal());
                }),
                ExitReason.because("port taken"));
        assertThat(lab.endOf(failed)).isEqualTo(ExitReason.normal());
        assertThat(lab.reports).isEmpty();
    }

    @Test
    void aFailureIsToldWhenTheProcessHasEnded() {
        CountDownLatch cleaning = new CountDownLatch(1);
        CompletableFuture<Started<ServerRef<Object>>> started = CompletableFuture.supplyAsync(
                () -> lab.node.tryStart(ProcessSpec.of((self, ack) -> {
                    pid.complete(self.pid());
                    try {
                        throw ack.fail(ExitReason.because("port taken"), ExitReason.shutdown());
                    } finally {
                        cleaning.await();
                    }
                })),
                Thread::startVirtualThread);
        Pid failing = Await.get(pid);
        assertThat(failing.isAlive()).isTrue();
        assertThat(started).isNotDone();
        cleaning.countDown();
        assertThat(Await.get(started)).isInstanceOf(Started.Failed.class);
        assertThat(failing.isAlive()).isFalse();
    }

    @Test
    void anAcknowledgementIsGivenOnce() {
        CompletableFuture<List<Throwable>> thrown = new CompletableFuture<>();
        lab.node.start(ProcessSpec.of((self, ack) -> {
            ack.ack();
            thrown.complete(List.of(
                    catchThrowable(ack::ack),
                    catchThrowable(() -> ack.fail(ExitReason.normal(), ExitReason.normal()))));
            Lab.drop(self);
        }));
        assertThat(Await.get(thrown))
                .hasSize(2)
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("acknowledged already"));
    }

    private static Throwable catchThrowable(Runnable code) {
        return org.assertj.core.api.Assertions.catchThrowable(code::run);
    }

    @Test
    void onlyTheProcessItselfAcknowledges() {
        CompletableFuture<InitAck> leaked = new CompletableFuture<>();
        CompletableFuture<ServerRef<Object>> started = CompletableFuture.supplyAsync(
                () -> lab.node.start(ProcessSpec.of((self, ack) -> {
                    leaked.complete(ack);
                    release.await();
                    ack.ack();
                    Lab.drop(self);
                })),
                Thread::startVirtualThread);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Await.get(leaked).ack())
                .withMessageContaining("another thread");
        release.countDown();
        assertThat(Await.get(started).pid()).isPresent();
    }

    // ---- Time limits ---------------------------------------------------------------------------------------------

    @Test
    void aProcessThatDoesNotAcknowledgeInTimeIsKilled() {
        Started<ServerRef<Object>> started = outcomeInTime(() -> lab.node.tryStart(impatient()));
        assertThat(started)
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).hasToString("init took longer than PT0.02S"));
        assertThat(lab.endOf(Await.get(pid))).isEqualTo(ExitReason.killed());
    }

    @Test
    void whoStartsWithALinkDoesNotEndByATimeout() {
        Started<ServerRef<Object>> started = outcomeInTime(() -> lab.in(self -> self.startLink(impatient())));
        assertThat(started).isInstanceOf(Started.Failed.class);
        assertThat(lab.endOf(Await.get(pid))).isEqualTo(ExitReason.killed());
    }

    @Test
    void whoTrapsExitsHearsNothingOfATimeout() {
        Optional<Object> heard = outcomeInTime(() -> lab.in(self -> {
            self.trapExit(true);
            self.startLink(impatient());
            lab.endOf(Await.get(pid));
            return self.receive(Duration.ZERO);
        }));
        assertThat(heard).isEmpty();
    }

    private ProcessSpec<Object> impatient() {
        return patient().initTimeout(Duration.ofMillis(20));
    }

    /// Does something that starts a process, with time passing as soon as that one runs.
    private <T> T outcomeInTime(Supplier<T> starting) {
        CompletableFuture<T> outcome = CompletableFuture.supplyAsync(starting);
        Await.get(pid);
        lab.clock.passUntil(outcome::isDone);
        return Await.get(outcome);
    }

    @Test
    void badInputIsRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> patient().initTimeout(Duration.ZERO))
                .withMessageContaining("init timeout");
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> ProcessSpec.of(null));
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> patient().named(null));
        assertThat(patient().named(NAME).describe()).contains(ProcessSpecTest.class.getName(), "as listener");
    }

    // ---- Later ---------------------------------------------------------------------------------------------------

    @Test
    void afterTheAcknowledgementItIsLikeAnyPlainProcess() {
        ServerRef<Object> ref = lab.node.start(ProcessSpec.of((self, ack) -> {
            ack.ack();
            throw new ProcessExit(self.receive(ExitReason.class));
        }));
        Pid started = ref.pid().orElseThrow();
        ref.send(ExitReason.because("later"));
        assertThat(lab.endOf(started)).isEqualTo(ExitReason.because("later"));
        assertThat(Await.next(lab.reports))
                .isInstanceOfSatisfying(
                        CrashReport.class, report -> assertThat(report.pid()).isEqualTo(started));
    }
}
