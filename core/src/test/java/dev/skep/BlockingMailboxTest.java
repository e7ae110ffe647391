package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Senders that wait for room in a mailbox.
@Tag("carriers")
class BlockingMailboxTest extends BoundedMailboxFixture {
    /// Sends in a thread of its own, which is known to wait when this returns.
    private static CompletableFuture<Boolean> sendAndWait(Pid to, Object message) {
        CompletableFuture<Thread> sender = new CompletableFuture<>();
        CompletableFuture<Boolean> sent = inThread(() -> {
            sender.complete(Thread.currentThread());
            to.send(message);
            return true;
        });
        Await.until(() -> sender.join().getState() == Thread.State.WAITING || sent.isDone());
        assertThat(sent).isNotDone();
        return sent;
    }

    @Test
    void aSenderWaitsUntilThereIsRoomAndFirstComesFirst() {
        Stepper server = new Stepper().start(bounded(1, Overflow.BLOCK)).busyWith(0);
        server.pid.send(1);
        CompletableFuture<Boolean> second = sendAndWait(server.pid, 2);
        CompletableFuture<Boolean> third = sendAndWait(server.pid, 3);

        server.step();
        Await.get(second);
        assertThat(third).isNotDone();
        server.run();

        Await.get(third);
        for (int i = 0; i < 4; i++) {
            assertThat(Await.next(server.handled)).isEqualTo(i);
        }
        assertThat(load(server.pid).dropped()).isZero();
    }

    @Test
    void aCastThatHasWaitedForTooLongIsNotSent() {
        Stepper server =
                new Stepper().start(bounded(1, Overflow.BLOCK).patience(SHORT)).busyWith("first");
        server.pid.send("second");

        assertThatExceptionOfType(CallException.Overloaded.class)
                .isThrownBy(() -> lab.clock.whilePassing(() -> {
                    server.pid.send("third");
                    return true;
                }))
                .withMessage("send of String to " + server.pid
                        + ": its mailbox (capacity 1) had no room for it within PT0.03S; it was not sent");
        PendingCall<Object> fourth = lab.clock.whilePassing(() -> server.ref().request(new Lab.Ask("fourth")));
        assertThat(failure(fourth.await(Duration.ZERO).orElseThrow())).isInstanceOf(CallException.Overloaded.class);
        server.run();
        assertThat(Await.next(server.handled)).isEqualTo("first");
        assertThat(Await.next(server.handled)).isEqualTo("second");
        server.pid.send("last");
        assertThat(Await.next(server.handled)).isEqualTo("last");
    }

    @Test
    void theTimeOfACallIncludesTheWaitForRoom() {
        Stepper server = new Stepper().start(bounded(1, Overflow.BLOCK)).busyWith("first");
        server.pid.send("second");

        assertThatExceptionOfType(CallException.Timeout.class)
                .isThrownBy(() -> lab.clock.whilePassing(() -> server.ref().call(new Lab.Ask("third"), SHORT)))
                .withMessage("call of Ask to " + server.pid + " was not answered within PT0.03S");
        assertThatExceptionOfType(CallException.Timeout.class)
                .isThrownBy(() -> server.ref().call(new Lab.Ask("third"), Duration.ZERO));

        server.run();
        assertThat(server.ref().call(new Lab.Ask("fourth"), ServerRef.FOREVER)).isEqualTo(new Lab.Ask("fourth"));
        assertThat(List.copyOf(server.handled)).hasSize(3);
    }

    @Test
    void aMultiCallWaitsForRoomWithinItsTime() {
        Stepper full = new Stepper().start(bounded(1, Overflow.BLOCK)).busyWith("first");
        full.pid.send("second");

        MultiCall<Object, Object> outcome =
                lab.clock.whilePassing(() -> ServerRef.multiCall(List.of(full.ref()), new Lab.Ask("a"), SHORT));

        assertThat(outcome.failures())
                .singleElement()
                .satisfies(f -> assertThat(f.cause()).isInstanceOf(CallException.Timeout.class));
    }

    @Test
    void theEndOfTheReceiverFreesWhoWaitsForRoom() {
        Stepper server = new Stepper()
                .start(bounded(1, Overflow.BLOCK).patience(ServerRef.FOREVER))
                .busyWith("first");
        server.pid.send("second");
        CompletableFuture<Boolean> sent = sendAndWait(server.pid, "third");
        CompletableFuture<Object> called = inThread(() -> server.ref().call(new Lab.Ask("a"), ServerRef.FOREVER));
        PendingCall<Object> pending = Await.get(inThread(() -> {
            Thread.ofVirtual().start(() -> server.pid.exit(ExitReason.because("over")));
            return server.ref().request(new Lab.Ask("b"));
        }));

        assertThat(Await.get(sent)).isTrue(); // as every message to the dead
        assertThatExceptionOfType(CallException.class).isThrownBy(() -> Await.get(called));
        assertThat(pending.await(Await.LIMIT).orElseThrow().isOk()).isFalse();
        server.pid.send("to the dead");
    }

    @Test
    void aCallThatWaitsForRoomHearsWhyTheServerEnded() {
        Stepper server = new Stepper().start(bounded(1, Overflow.BLOCK)).busyWith("first");
        server.pid.send("second");
        CompletableFuture<Thread> caller = new CompletableFuture<>();
        CompletableFuture<Object> called = inThread(() -> {
            caller.complete(Thread.currentThread());
            return server.ref().call(new Lab.Ask("a"), ServerRef.FOREVER);
        });
        Await.until(() -> caller.join().getState() == Thread.State.WAITING);

        server.pid.exit(ExitReason.because("over"));

        assertThatExceptionOfType(CallException.ServerExited.class)
                .isThrownBy(() -> Await.get(called))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.because("over")));
    }

    @Test
    void anInterruptEndsTheWaitForRoomAndIsKept() {
        Stepper server = new Stepper().start(bounded(1, Overflow.BLOCK)).busyWith("first");
        server.pid.send("second");

        record Outcome(CallException thrown, boolean interrupted) {}
        for (boolean call : List.of(false, true)) {
            Outcome outcome = Await.get(inThread(() -> {
                Thread.currentThread().interrupt();
                try {
                    if (call) {
                        server.ref().call(new Lab.Ask("third"));
                    } else {
                        server.pid.send("third");
                    }
                    throw new AssertionError("sent");
                } catch (CallException e) {
                    return new Outcome(e, Thread.interrupted());
                }
            }));
            assertThat(outcome.thrown()).isInstanceOf(CallException.Interrupted.class);
            assertThat(outcome.interrupted()).isTrue();
        }
        server.run();
        assertThat(server.ref().call(new Lab.Ask("last"))).isEqualTo(new Lab.Ask("last"));
        assertThat(List.copyOf(server.handled)).containsExactly("first", "second", new Lab.Ask("last"));
    }

    @Test
    void aSenderThatIsToldToEndWhileItWaitsEnds() {
        Stepper server = new Stepper()
                .start(bounded(1, Overflow.BLOCK).patience(ServerRef.FOREVER))
                .busyWith("first");
        server.pid.send("second");
        CountDownLatch sending = new CountDownLatch(1);
        Pid sender = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                sending.countDown();
                server.pid.send("third");
            }
        });
        sender.send("go");
        Await.latch(sending);

        assertThat(sender.exitAndJoin(ExitReason.because("enough"), Await.LIMIT))
                .contains(ExitReason.because("enough"));

        server.run();
        assertThat(Await.next(server.handled)).isEqualTo("first");
        assertThat(Await.next(server.handled)).isEqualTo("second");
        server.pid.send("fourth"); // the place that it may have got was given back
        assertThat(Await.next(server.handled)).isEqualTo("fourth");
    }

    @Test
    void aProcessThatSendsToItselfDoesNotWaitForItself() {
        List<Object> received = lab.in(self -> {
            CompletableFuture<List<Object>> outcome = new CompletableFuture<>();
            self.spawn(bounded(2, Overflow.BLOCK).patience(ServerRef.FOREVER), (Receiver<Object> own) -> {
                List<Object> all = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    own.pid().send(i);
                }
                for (int i = 0; i < 5; i++) {
                    all.add(own.receive());
                }
                outcome.complete(all);
            });
            return Await.get(outcome);
        });

        assertThat(received).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void theClocksThreadDoesNotWait() {
        Stepper server = new Stepper()
                .start(bounded(1, Overflow.BLOCK).patience(ServerRef.FOREVER))
                .busyWith("first");
        server.pid.send("second");

        lab.node.sendAfter(Duration.ofMillis(1), server.pid, "third");

        lab.clock.passUntil(() -> server.pid.info().orElseThrow().mailboxLength() == 2);
        CompletableFuture<Boolean> other = new CompletableFuture<>();
        lab.node.sendAfter(
                Duration.ofMillis(1),
                lab.node.spawn((Receiver<Object> self) -> {
                    self.receive();
                    other.complete(true);
                }),
                "the clock goes on");
        lab.clock.passUntil(other::isDone);
        Await.get(other);
    }

    @Test
    void aHandlerThatIsAboutToWaitGivesAwayWhatWouldRunNextOnItsThread() {
        Stepper server = new Stepper()
                .start(bounded(1, Overflow.BLOCK).patience(ServerRef.FOREVER))
                .busyWith("first");
        server.pid.send("second");
        CountDownLatch ran = new CountDownLatch(1);
        Pid next = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                ran.countDown();
            }
        });
        Pid sender = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                next.send("go");
                server.pid.send("third");
            }
        });
        sender.send("go");

        Await.latch(ran);
        server.run();
    }

    @Test
    void twoProcessesThatWaitForRoomAtEachOtherAreFreed() {
        Mailbox mailbox = bounded(1, Overflow.BLOCK).patience(SHORT);
        CompletableFuture<Pid> left = new CompletableFuture<>();
        CompletableFuture<Pid> right = new CompletableFuture<>();
        left.complete(lab.node.spawn(mailbox, sendingWithoutEnd(right)));
        right.complete(lab.node.spawn(mailbox, sendingWithoutEnd(left)));

        lab.clock.passUntil(() -> !left.join().isAlive() || !right.join().isAlive());
        assertThat(List.of(lab.endOf(left.join()), lab.endOf(right.join())))
                .anySatisfy(reason -> assertThat(reason)
                        .isInstanceOfSatisfying(
                                ExitReason.Crashed.class,
                                crash -> assertThat(crash.cause()).isInstanceOf(CallException.Overloaded.class)));
    }

    private static Body<Object> sendingWithoutEnd(CompletableFuture<Pid> target) {
        return _ -> {
            Pid other = target.join();
            while (other.isAlive()) { // to the dead it would send for ever
                other.send("no room");
            }
        };
    }
}
