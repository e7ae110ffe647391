package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// What a process holds for as long as it lives.
class LeaseTest {
    @AutoClose
    private final Lab lab = new Lab();

    private final Node node = lab.node;

    private record Lapsed(Object what, ExitReason reason) {}

    /// A lease that notes what happens to it.
    private static final class Note extends Lease {
        private final LinkedBlockingQueue<Object> notes;
        private final Object what;

        Note(LinkedBlockingQueue<Object> notes, Object what) {
            this.notes = notes;
            this.what = what;
        }

        @Override
        protected void lapsed(Pid pid, ExitReason reason) {
            assertThat(pid.isAlive()).isFalse();
            notes.add(new Lapsed(what, reason));
        }
    }

    private final LinkedBlockingQueue<Object> notes = new LinkedBlockingQueue<>();

    @Test
    void aLeaseLapsesWithTheReasonOfTheEnd() {
        for (ExitReason reason :
                List.of(ExitReason.normal(), ExitReason.shutdown(), ExitReason.because("x"), ExitReason.noProcess())) {
            Pid pid = lab.obedient();
            pid.hold(new Note(notes, "seat"));
            pid.send(reason);
            assertThat(Await.next(notes)).isEqualTo(new Lapsed("seat", reason));
        }
        Pid killed = lab.idle();
        killed.hold(new Note(notes, "seat"));
        killed.exit(ExitReason.kill());
        assertThat(Await.next(notes)).isEqualTo(new Lapsed("seat", ExitReason.killed()));
    }

    @Test
    void theProcessItselfMayHoldSomething() {
        Pid pid = node.spawn((Receiver<Object> self) -> {
            self.pid().hold(new Note(notes, 1));
            self.pid().hold(new Note(notes, 2));
            Note third = new Note(notes, 3);
            self.pid().hold(third);
            assertThat(self.pid().release(third)).isTrue();
            assertThat(self.pid().release(third)).isFalse();
        });
        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.normal());
        assertThat(notes).containsExactly(new Lapsed(2, ExitReason.normal()), new Lapsed(1, ExitReason.normal()));
    }

    @Test
    void aLeaseOfTheDeadLapsesAtOnce() {
        lab.dead().hold(new Note(notes, "late"));
        assertThat(notes).containsExactly(new Lapsed("late", ExitReason.normal()));
    }

    @Test
    void whoHearsOfTheEndFindsEverythingGivenUp() {
        lab.inProcess(self -> {
            self.trapExit(true);
            for (int i = 0; i < 300; i++) {
                AtomicInteger held = new AtomicInteger(1);
                boolean byItself = i % 2 == 0;
                CountDownLatch holding = new CountDownLatch(1);
                Lease seat = new Lease() {
                    @Override
                    protected void lapsed(Pid pid, ExitReason reason) {
                        held.decrementAndGet();
                    }
                };
                Pid child = self.spawnLink((Receiver<Object> itself) -> {
                    if (byItself) {
                        itself.pid().hold(seat);
                    }
                    holding.countDown();
                    itself.receive();
                });
                if (!byItself) {
                    child.hold(seat);
                }
                Await.latch(holding);
                Monitor monitor = self.monitor(child);
                child.send("go");
                if (i % 3 == 0) {
                    self.receive(Exit.class, exit -> exit.pid().equals(child));
                } else {
                    self.receive(Down.class, down -> down.monitor() == monitor);
                }
                assertThat(held).hasValue(0);
            }
        });
    }

    @Test
    void aPendingCallFailsAfterTheLeasesHaveLapsed() {
        Pid server = lab.start(_ -> new Lab.Echo() {
            @Override
            public void call(Object message, From from) {
                throw new ProcessExit(ExitReason.because("gone"));
            }
        });
        server.hold(new Note(notes, "seat"));
        Result<Object, Exception> outcome =
                Result.of(() -> ServerRef.<Object>of(server).call(new Lab.Ask("x")));
        assertThat(outcome.isOk()).isFalse();
        assertThat(notes).hasSize(1);
    }

    @Test
    void aLeaseIsToldWhenLinksAndMonitorsHaveBeen() {
        LinkedBlockingQueue<Object> order = new LinkedBlockingQueue<>();
        Pid pid = lab.obedient();
        Watch watch = ((Process) pid).watch();
        pid.hold(new Lease() {
            @Override
            protected void lapsed(Pid ended, ExitReason reason) {
                order.add("lapsed, told: " + watch.slot.isDone());
            }

            @Override
            protected void announced(Pid ended, ExitReason reason) {
                order.add("announced " + reason + ", told: " + watch.slot.isDone());
            }
        });
        pid.send(ExitReason.shutdown());
        assertThat(Await.next(order)).isEqualTo("lapsed, told: false");
        assertThat(Await.next(order)).isEqualTo("announced shutdown, told: true");
    }

    @Test
    void aLeaseThatIsTakenBackDoesNotLapse() {
        Pid pid = lab.idle();
        Note first = new Note(notes, 1);
        Note second = new Note(notes, 2);
        Note third = new Note(notes, 3);
        List.of(first, second, third).forEach(pid::hold);
        assertThat(pid.release(second)).isTrue();
        assertThat(pid.release(second)).isFalse();
        assertThat(lab.idle().release(first)).isFalse();
        assertThat(pid.release(new Note(notes, 4))).isFalse();
        pid.exit(ExitReason.kill());
        lab.endOf(pid);
        assertThat(notes).extracting(note -> ((Lapsed) note).what()).containsExactlyInAnyOrder(1, 3);
        assertThat(pid.release(first)).isFalse();
    }

    @Test
    void aLeaseIsHeldOnce() {
        Note once = new Note(notes, "x");
        lab.idle().hold(once);
        assertThatIllegalStateException()
                .isThrownBy(() -> lab.idle().hold(once))
                .withMessageContaining("make a new one");
        lab.inProcess(self -> {
            assertThatIllegalStateException().isThrownBy(() -> self.pid().hold(once));
            assertThat(self.receive(Duration.ZERO)).as("it goes on as before").isEmpty();
        });
        assertThatNullPointerException().isThrownBy(() -> lab.idle().hold(null));
    }

    @Test
    void whatALeaseThrowsKeepsNobodyFromEnding() {
        Pid pid = lab.idle();
        pid.hold(new Note(notes, 1));
        pid.hold(new Lease() {
            @Override
            protected void lapsed(Pid ended, ExitReason reason) {
                throw new StackOverflowError("on purpose");
            }
        });
        pid.hold(new Note(notes, 2));
        pid.exit(ExitReason.kill());
        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.killed());
        assertThat(notes).hasSize(2);
    }

    @Test
    void aLeaseHandedOverInTheMiddleOfTheEndLapses() {
        Pid pid = lab.idle();
        pid.hold(new Lease() {
            @Override
            protected void lapsed(Pid ended, ExitReason reason) {
                ended.hold(new Note(notes, "late"));
            }
        });
        pid.exit(ExitReason.kill());
        lab.endOf(pid);
        assertThat(notes).containsExactly(new Lapsed("late", ExitReason.killed()));
    }

    @Test
    void anAbandonedProcessGivesUpItsLeasesAndGetsNoMore() {
        CountDownLatch released = new CountDownLatch(1);
        LinkedBlockingQueue<Object> afterwards = new LinkedBlockingQueue<>();
        try (Lab impatient = new Lab(settings -> settings.clock(Clock.system()).killGrace(Duration.ofMillis(20)))) {
            CountDownLatch computing = new CountDownLatch(1);
            Pid stuck = impatient.node.spawn((Receiver<Object> self) -> {
                self.pid().hold(new Note(notes, "seat"));
                computing.countDown();
                Computation.until(released);
                try {
                    self.pid().hold(new Note(notes, "another"));
                } catch (ProcessExit refused) {
                    afterwards.add(refused.reason());
                }
            });
            Await.latch(computing);
            stuck.exit(ExitReason.kill());
            assertThat(Await.next(notes)).isEqualTo(new Lapsed("seat", ExitReason.killed()));
            assertThat(impatient.endOf(stuck)).isEqualTo(ExitReason.killed());
            released.countDown();
            assertThat(Await.next(afterwards)).isEqualTo(ExitReason.killed());
            assertThat(notes).isEmpty();
        }
    }

    @Test
    void nothingIsLeftBehindHoweverHoldingAndEndingRace() {
        AtomicInteger held = new AtomicInteger();
        List<Pid> all = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            Pid dying = node.spawn(Receiver::receive);
            all.add(dying);
            dying.send("go");
            held.incrementAndGet();
            Lease seat = new Lease() {
                @Override
                protected void lapsed(Pid pid, ExitReason reason) {
                    held.decrementAndGet();
                }
            };
            dying.hold(seat);
            if (i % 2 == 0 && dying.release(seat)) {
                held.decrementAndGet();
            }
        }
        all.forEach(lab::endOf);
        assertThat(held).hasValue(0);
    }

    @Test
    void whatABehaviourSharesIsReadWithoutAskingIt() {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Pid server = lab.start(_ -> new Lab.Echo() {
            @Override
            public Optional<Object> shared() {
                return Optional.of("a table");
            }

            @Override
            public void info(Object message) {
                blocked.countDown();
                Await.latch(goOn);
            }
        });
        server.send("block");
        Await.latch(blocked);
        assertThat(server.shared(String.class)).contains("a table");
        assertThat(server.shared(Integer.class)).isEmpty();
        goOn.countDown();
        server.exit(ExitReason.shutdown());
        lab.endOf(server);
        assertThat(server.shared(String.class)).isEmpty();
        assertThat(lab.start(_ -> new Lab.Echo()).shared(Object.class)).isEmpty();
        assertThat(lab.idle().shared(Object.class)).isEmpty();
        assertThatNullPointerException().isThrownBy(() -> server.shared(null));
    }

    /// The first lease lapses in the middle of the death. Meanwhile another thread monitors the process, and hands it
    /// a second lease.
    @Test
    void whoHearsOfTheEndFindsALeaseLapsedThatWasHandedToAProcessJustAsItDied() {
        Process process = (Process) lab.idle();
        Slot<ExitReason> end = new Slot<>(node.scheduler) {
            @Override
            public void completed() {
                notes.add("the end is told");
            }
        };
        process.hold(new Lease() {
            @Override
            protected void lapsed(Pid pid, ExitReason reason) {
                Thread other = new Thread(() -> {
                    process.deliver(new Signal.MonitorRequest(new Watch(process, end)));
                    process.hold(new Note(notes, "second"));
                });
                other.start();
                try {
                    other.join();
                } catch (InterruptedException e) {
                    notes.add(e);
                }
            }
        });
        process.exit(ExitReason.shutdown());
        assertThat(Await.next(notes)).isEqualTo(new Lapsed("second", ExitReason.shutdown()));
        assertThat(Await.next(notes)).isEqualTo("the end is told");
    }

    @Test
    void aLibraryCanInsistOnTheProcesssOwnThread() {
        lab.inProcess(self -> {
            self.requireInside("something");
            Thread other = new Thread(() -> assertThatIllegalStateException()
                    .isThrownBy(() -> self.requireInside("something"))
                    .withMessageContaining("something of")
                    .withMessageContaining("from another thread"));
            LinkedBlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
            other.setUncaughtExceptionHandler((_, failure) -> failures.add(failure));
            other.start();
            other.join();
            assertThat(failures).isEmpty();
        });
    }
}
