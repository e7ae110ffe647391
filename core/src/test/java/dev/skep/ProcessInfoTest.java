package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.ProcessInfo.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessInfoTest {
    @AutoClose
    private final Lab lab = new Lab();

    private static ProcessInfo infoOf(Pid pid) {
        return pid.info().orElseThrow();
    }

    @Test
    void aPlainProcessThatWaitsInAReceiveIsWaiting() {
        Pid idle = lab.idle();
        Await.until(() -> infoOf(idle).status() == Status.WAITING);
        idle.send("one");
        idle.send("two");
        Await.until(() -> infoOf(idle).messagesHandled() == 2);
        assertThat(infoOf(idle).mailboxLength()).isZero();
        assertThat(infoOf(idle).currentHandler()).isEmpty();
    }

    @Test
    void messagesThatAReceivePassedOverAreInTheMailbox() {
        Pid choosy = lab.node.spawn((Receiver<Object> self) -> self.receive(Integer.class));
        for (int i = 0; i < 5; i++) {
            choosy.send("passed over");
        }
        Await.until(() -> infoOf(choosy).mailboxLength() == 5 && infoOf(choosy).status() == Status.WAITING);
        assertThat(infoOf(choosy).messagesHandled()).isZero();
    }

    /// Virtual threads that make nobody ready while they are held.
    private static final class Holding implements RealThreads {
        private final List<Runnable> held = new ArrayList<>();
        private boolean holding;

        synchronized void hold() {
            holding = true;
        }

        synchronized void release() {
            holding = false;
            held.forEach(Runnable::run);
        }

        private synchronized void whenReleased(Runnable action) {
            if (holding) {
                held.add(action);
            } else {
                action.run();
            }
        }

        @Override
        public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
            whenReleased(() -> Scheduler.virtualThreads().start(task));
        }

        @Override
        public void unpark(Thread thread) {
            whenReleased(() -> LockSupport.unpark(thread));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoHasAMessageToLookAtDoesNotWait(boolean plain) {
        Holding scheduler = new Holding();
        try (Lab held = new Lab(settings -> settings.scheduler(scheduler))) {
            Pid pid = plain ? held.idle() : held.start(_ -> new Lab.Echo());
            Process process = (Process) pid;
            Await.until(process::isResting);
            scheduler.hold();
            pid.send("something to do");
            Slot<ProcessInfo> answer = new Slot<>(scheduler);
            process.deliver(new Signal.Look<>(Process::describeSelf, answer));
            scheduler.release();
            Await.until(answer::isDone);
            assertThat(answer.value()).extracting(ProcessInfo::status).isEqualTo(Status.RUNNING);
            Await.until(() -> infoOf(pid).status() == Status.WAITING);
        }
    }

    @Test
    void aProcessThatComputesAnswersAtOnce() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        Pid computing = lab.node.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            busy.countDown();
            Computation.until(release);
        });
        Await.latch(busy);
        computing.send("queued");
        computing.send("queued");
        ProcessInfo info = infoOf(computing);
        assertThat(info.status()).isEqualTo(Status.RUNNING);
        assertThat(info.mailboxLength()).isEqualTo(2);
        assertThat(info.trapExit()).isTrue();
        release.countDown();
    }

    @Test
    void aHandlerThatBlocksIsNamedByItsMessage() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch handling = new CountDownLatch(1);
        Pid server = lab.start(_ -> new Lab.Echo() {
            @Override
            public void call(Object message, From from) {
                handling.countDown();
                Await.latch(release);
                from.reply(message);
            }
        });
        Await.until(() -> infoOf(server).status() == Status.WAITING);
        assertThat(infoOf(server).messagesHandled()).isZero();
        PendingCall<Object> call = ServerRef.<Object>of(server).request(new Lab.Ask(1));
        Await.latch(handling);
        server.send("queued");
        ProcessInfo info = infoOf(server);
        assertThat(info.status()).isEqualTo(Status.RUNNING);
        assertThat(info.currentHandler()).contains(Lab.Ask.class.getName());
        assertThat(info.mailboxLength()).isEqualTo(1);
        assertThat(info.messagesHandled()).isEqualTo(1);
        release.countDown();
        call.get(Await.LIMIT);
        Await.until(
                () -> infoOf(server).messagesHandled() == 2 && infoOf(server).status() == Status.WAITING);
        assertThat(infoOf(server).currentHandler()).isEmpty();
    }

    @Test
    void aBehaviourInItsInitIsStartingWithAnEmptyMailbox() {
        LinkedBlockingQueue<ProcessInfo> seen = new LinkedBlockingQueue<>();
        lab.start(self -> new Lab.Echo() {
            @Override
            public void init() throws InterruptedException {
                seen.add(infoOf(self.pid()));
                Thread.ofVirtual().start(() -> seen.add(infoOf(self.pid()))).join();
            }
        });
        for (ProcessInfo info : List.of(Await.next(seen), Await.next(seen))) {
            assertThat(info.status()).isEqualTo(Status.STARTING);
            assertThat(info.mailboxLength()).isZero();
            assertThat(info.messagesHandled()).isZero();
        }
    }

    @Test
    void aBehaviourThatTerminatesIsExiting() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch terminating = new CountDownLatch(1);
        Pid server = lab.start(_ -> new Lab.Echo() {
            @Override
            public void terminate(ExitReason reason) {
                terminating.countDown();
                Await.latch(release);
            }
        });
        server.exit(ExitReason.shutdown());
        Await.latch(terminating);
        assertThat(infoOf(server).status()).isEqualTo(Status.EXITING);
        assertThat(server.isAlive()).isTrue();
        release.countDown();
        lab.endOf(server);
        assertThat(server.info()).isEmpty();
    }

    @Test
    void linksMonitorsNameAndInitialCallAreThere() {
        lab.inProcess(self -> {
            Pid linked = lab.idle();
            Pid monitored = lab.idle();
            self.link(linked);
            self.monitor(monitored);
            Name<Object> name = Name.of("described");
            lab.node.register(name, self.pid());
            ProcessInfo info = infoOf(self.pid());
            assertThat(info.pid()).isEqualTo(self.pid());
            assertThat(info.name()).contains(name);
            assertThat(info.links()).containsExactly(linked);
            assertThat(info.monitors()).containsExactly(monitored);
            assertThat(info.monitoredBy()).isEmpty();
            assertThat(info.initialCall()).contains(Lab.class.getName());
            assertThat(info.status()).isEqualTo(Status.RUNNING);
            assertThat(infoOf(monitored).monitoredBy()).containsExactly(self.pid());
            assertThat(infoOf(linked).links()).containsExactly(self.pid());
        });
    }

    @Test
    void whoIsLookedAtWhileItWaitsGoesOnWaiting() {
        Pid idle = lab.idle();
        Await.until(() -> infoOf(idle).status() == Status.WAITING);
        for (int round = 0; round < 2_000; round++) {
            assertThat(infoOf(idle).status()).isEqualTo(Status.WAITING);
        }
        Pid patient = lab.node.spawn((Receiver<Object> self) -> self.receive(Await.LIMIT));
        Await.until(() -> infoOf(patient).status() == Status.WAITING);
        for (int round = 0; round < 2_000; round++) {
            assertThat(infoOf(patient).status()).isEqualTo(Status.WAITING);
        }
        patient.send("end");
        assertThat(lab.endOf(patient)).isEqualTo(ExitReason.normal());
    }

    @Test
    void aProcessSaysWhatItIsUntilItEnds() {
        Pid labelled = lab.node.spawn((Receiver<Object> self) -> {
            self.label("first");
            self.label(List.of("worker", 7));
            self.receive();
        });
        Await.until(() -> labelled.label().filter(List.of("worker", 7)::equals).isPresent());
        assertThat(infoOf(labelled).label()).contains(List.of("worker", 7));

        labelled.send("end");
        lab.endOf(labelled);
        assertThat(labelled.label()).isEmpty();
        assertThat(lab.node.labels).isEmpty();

        Pid silent = lab.idle();
        assertThat(silent.label()).isEmpty();
        assertThat(infoOf(silent).label()).isEmpty();
    }

    @Test
    void aBehaviourSaysInItsInitWhatItIsAndItsCrashReportSaysSo() {
        Pid server = lab.start(self -> new Lab.Echo() {
            @Override
            public void init() {
                self.label("the queen");
            }

            @Override
            public void info(Object message) {
                throw new IllegalStateException("on purpose");
            }
        });
        assertThat(server.label()).contains("the queen");

        server.send("crash");
        assertThat(Await.next(lab.reports))
                .isInstanceOfSatisfying(
                        CrashReport.class,
                        crash -> assertThat(crash.info().label()).contains("the queen"))
                .extracting(Report::text)
                .asString()
                .contains("label: the queen");
    }

    @Test
    void whatIsNoLabelIsRefusedAndNobodyLabelsAnother() {
        Receiver<Object> foreign = lab.in(self -> self);
        assertThatThrownBy(() -> foreign.label("foreign")).isInstanceOf(IllegalStateException.class);
        lab.inProcess(self -> {
            assertThatNullPointerException().isThrownBy(() -> self.label(null));
            assertThatThrownBy(() -> self.label(new int[] {1})).isInstanceOf(NotSendableException.class);
        });
    }

    @Test
    void aBehaviourThatCannotSayWhatItIsHurtsNobodyWhoAsks() {
        Pid server = lab.start(_ -> new Lab.Echo() {
            @Override
            public String initialCall() {
                throw new IllegalStateException("on purpose");
            }
        });
        assertThat(infoOf(server).initialCall()).contains("IllegalStateException");
        assertThat(ServerRef.<Object>of(server).call(new Lab.Ask(1))).isEqualTo(new Lab.Ask(1));
    }

    @Test
    void anInfoThatWaitsForItsAnswerCanBeInterruptedByAnExit() {
        CountDownLatch release = new CountDownLatch(1);
        Pid asking = lab.node.spawn((Receiver<Object> self) -> {
            while (release.getCount() > 0) {
                self.pid().info();
            }
            self.receive(Duration.ZERO);
        });
        asking.exit(ExitReason.because("enough"));
        assertThat(lab.endOf(asking)).isEqualTo(ExitReason.because("enough"));
        release.countDown();
    }
}
