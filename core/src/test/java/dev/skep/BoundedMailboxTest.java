package dev.skep;

import static dev.skep.Lab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("carriers")
class BoundedMailboxTest {
    private static final Duration SHORT = Duration.ofMillis(30);

    @AutoClose
    private final Lab lab = new Lab();

    /// A behaviour that handles its messages one at a time, each when it is let.
    private final class Stepper implements Behaviour {
        final BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
        final BlockingQueue<String> permits = new LinkedBlockingQueue<>();
        final BlockingQueue<Object> begun = new LinkedBlockingQueue<>();
        volatile ExitReason terminated;
        Pid pid;

        Stepper start(Mailbox mailbox) {
            pid = lab.node.start(spec(mailbox, _ -> this));
            return this;
        }

        ServerRef<Object> ref() {
            return ServerRef.of(pid);
        }

        /// Begins to handle a message, and goes on when stepped.
        Stepper busyWith(Object message) {
            pid.send(message);
            assertThat(Lab.next(begun)).isEqualTo(message);
            return this;
        }

        void step() {
            permits.add("go");
        }

        void run() {
            for (int i = 0; i < 10_000; i++) {
                permits.add("go");
            }
        }

        private void handle(Object message) throws InterruptedException {
            begun.add(message);
            permits.take();
            handled.add(message);
        }

        @Override
        public void init() {}

        @Override
        public void call(Object message, From from) throws InterruptedException {
            handle(message);
            from.reply(message);
        }

        @Override
        public void cast(Object message) throws InterruptedException {
            handle(message);
        }

        @Override
        public void info(Object message) throws InterruptedException {
            handle(message);
        }

        @Override
        public void terminate(ExitReason reason) {
            terminated = reason;
        }
    }

    private static ProcessInfo.Load load(Pid pid) {
        return pid.info().orElseThrow().load();
    }

    private static Mailbox.Bounded bounded(int capacity, Overflow overflow) {
        return Mailbox.bounded(capacity, overflow).withoutWaterMarks();
    }

    private static void sendAll(Pid to, Object... messages) {
        for (Object message : messages) {
            to.send(message);
        }
    }

    private static <T> CompletableFuture<T> inThread(java.util.concurrent.Callable<T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(work.call());
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
        });
        return outcome;
    }

    /// Sends in a thread of its own, which is known to wait when this returns.
    private static CompletableFuture<Boolean> sendAndWait(Pid to, Object message) {
        CompletableFuture<Thread> sender = new CompletableFuture<>();
        CompletableFuture<Boolean> sent = inThread(() -> {
            sender.complete(Thread.currentThread());
            to.send(message);
            return true;
        });
        Lab.until(() -> sender.join().getState() == Thread.State.WAITING || sent.isDone());
        assertThat(sent).isNotDone();
        return sent;
    }

    private static CallException failure(Result<?, CallException> outcome) {
        return outcome.mapError(Optional::of)
                .fold(_ -> Optional.<CallException>empty(), e -> e)
                .orElseThrow();
    }

    // ---- Dropping ------------------------------------------------------------------------------------------------

    @Test
    void theNewestIsDroppedWhenThereIsNoRoomAndTheMessageInHandTakesNone() {
        Stepper server = new Stepper().start(bounded(2, Overflow.DROP_NEWEST)).busyWith(0);

        sendAll(server.pid, 1, 2, 3, 4);

        assertThat(load(server.pid)).isEqualTo(new ProcessInfo.Load(bounded(2, Overflow.DROP_NEWEST), false, 2));
        assertThat(server.pid.info().orElseThrow().mailboxLength()).isEqualTo(2);
        server.step();
        assertThat(Lab.next(server.begun)).isEqualTo(1);
        server.pid.send(5); // there is room again
        server.run();
        assertThat(List.of(Lab.next(server.handled), Lab.next(server.handled), Lab.next(server.handled)))
                .containsExactly(0, 1, 2);
        assertThat(Lab.next(server.handled)).isEqualTo(5);
    }

    @Test
    void theOldestIsDroppedWhenThereIsNoRoomAndTheMessageInHandIsNot() {
        Stepper server = new Stepper().start(bounded(2, Overflow.DROP_OLDEST)).busyWith(0);

        sendAll(server.pid, 1, 2, 3, 4);

        assertThat(load(server.pid).dropped()).isEqualTo(2);
        assertThat(server.pid.info().orElseThrow().mailboxLength()).isEqualTo(2);
        server.run();
        assertThat(List.of(Lab.next(server.handled), Lab.next(server.handled), Lab.next(server.handled)))
                .containsExactly(0, 3, 4);
    }

    @Test
    void aMailboxThatDropsTheOldestDoesNotGrowHoweverLongItsProcessIsBusy() {
        Stepper server = new Stepper().start(bounded(3, Overflow.DROP_OLDEST)).busyWith("first");
        for (int i = 0; i < 100_000; i++) {
            server.pid.send(i);
        }

        Inbox inbox = (Inbox) server.pid;
        assertThat(load(server.pid).dropped()).isEqualTo(100_000 - 3);
        assertThat(inbox.bound).isNotNull();
        assertThat(inbox.bound.count()).isEqualTo(3);
        assertThat(inbox.bound.litter()).as("empty envelopes").isLessThan(200);
        server.run();
        assertThat(List.of(
                        Lab.next(server.handled),
                        Lab.next(server.handled),
                        Lab.next(server.handled),
                        Lab.next(server.handled)))
                .containsExactly("first", 99_997, 99_998, 99_999);
        Lab.until(() -> inbox.bound.litter() == 0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Overflow.class,
            names = {"DROP_NEWEST", "DROP_OLDEST", "CRASH"})
    void aCallThatIsDroppedFailsAtOnce(Overflow overflow) {
        Stepper server = new Stepper().start(bounded(1, overflow)).busyWith("first");
        CompletableFuture<Object> first = inThread(() -> server.ref().call(new Lab.Ask("a"), ServerRef.FOREVER));
        Lab.until(() -> ((Inbox) server.pid).bound.count() == 1);
        CompletableFuture<Object> second = inThread(() -> server.ref().call(new Lab.Ask("b"), ServerRef.FOREVER));

        CompletableFuture<Object> dropped = overflow == Overflow.DROP_OLDEST ? first : second;
        assertThatExceptionOfType(CallException.Overloaded.class)
                .isThrownBy(() -> Lab.get(dropped))
                .withMessage("call of Ask to " + server.pid + ": its mailbox is full (capacity 1); it was dropped");
    }

    @Test
    void aPendingCallThatIsDroppedHasFailed() {
        Stepper server = new Stepper().start(bounded(1, Overflow.DROP_NEWEST)).busyWith("first");
        server.pid.send("second");

        assertThat(failure(server.ref()
                        .request(new Lab.Ask("a"))
                        .await(Duration.ZERO)
                        .orElseThrow()))
                .isInstanceOf(CallException.Overloaded.class);
    }

    @Test
    void aRequestOfAProcessThatIsDroppedIsAnsweredWithTheFailure() {
        Stepper server = new Stepper().start(bounded(1, Overflow.DROP_NEWEST)).busyWith("first");
        server.pid.send("second");

        Response response = lab.in(self -> {
            self.request(server.ref(), new Lab.Ask("a"), "label");
            return self.receive(Response.class);
        });

        assertThat(failure(response.outcome())).isInstanceOf(CallException.Overloaded.class);
    }

    @Test
    void ofAMultiCallOnlyTheOverloadedServersFail() {
        Stepper full = new Stepper().start(bounded(1, Overflow.DROP_NEWEST)).busyWith("first");
        full.pid.send("second");
        Stepper free = new Stepper().start(bounded(1, Overflow.DROP_NEWEST));
        free.run();

        MultiCall<Object, Object> outcome =
                ServerRef.multiCall(List.of(full.ref(), free.ref()), new Lab.Ask("a"), Lab.LIMIT);

        assertThat(outcome.replies())
                .singleElement()
                .satisfies(r -> assertThat(r.server()).isEqualTo(free.ref()));
        assertThat(outcome.failures())
                .singleElement()
                .satisfies(f -> assertThat(f.cause()).isInstanceOf(CallException.Overloaded.class));
    }

    @ParameterizedTest
    @EnumSource(
            value = Overflow.class,
            names = {"DROP_NEWEST", "DROP_OLDEST"})
    void whatComesThroughAnAliasCountsOnlyIfItComesThrough(Overflow overflow) {
        BlockingQueue<Alias> aliases = new LinkedBlockingQueue<>();
        BlockingQueue<Object> received = new LinkedBlockingQueue<>();
        CountDownLatch go = new CountDownLatch(1);
        Pid pid = lab.node.spawn(bounded(2, overflow), (Receiver<Object> self) -> {
            aliases.add(self.aliasForOneReply());
            aliases.add(self.alias());
            go.await();
            while (true) {
                received.add(self.receive());
            }
        });
        Alias once = Lab.next(aliases);
        Alias lasting = Lab.next(aliases);
        once.send("a");
        for (int i = 0; i < 5; i++) {
            once.send("not through");
        }
        lasting.send("b");
        assertThat(load(pid).dropped()).isZero();
        lasting.send("c");
        assertThat(load(pid).dropped()).isEqualTo(1);
        go.countDown();

        assertThat(Lab.next(received)).isEqualTo(overflow == Overflow.DROP_NEWEST ? "a" : "b");
        assertThat(Lab.next(received)).isEqualTo(overflow == Overflow.DROP_NEWEST ? "b" : "c");
    }

    // ---- What always gets in -------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void whatTheRuntimeSendsAndWhatTheProcessHasAskedForAlwaysGetsIn(Overflow overflow) {
        BlockingQueue<Object> received = new LinkedBlockingQueue<>();
        CountDownLatch full = new CountDownLatch(1);
        CountDownLatch ready = new CountDownLatch(1);
        CountDownLatch allSent = new CountDownLatch(1);
        Pid watched = lab.idle();
        Pid linked = lab.idle();
        Pid answering = lab.start(_ -> new Lab.Echo());
        Pid pid = lab.node.spawn(bounded(1, overflow), (Receiver<Object> self) -> {
            self.trapExit(true);
            self.monitor(watched);
            self.link(linked);
            ready.countDown();
            full.await();
            self.request(ServerRef.of(answering), new Lab.Ask("asked"), "label");
            self.sendAfter(Duration.ZERO, "own timer");
            self.sendAfter(Duration.ofMillis(1), "own later timer");
            self.startTimer(Duration.ZERO, "own timeout");
            allSent.await();
            while (true) {
                received.add(self.receive());
            }
        });
        Lab.await(ready);
        pid.send("the only one");
        full.countDown();
        watched.exit(ExitReason.kill());
        linked.exit(ExitReason.shutdown());
        pid.exit(ExitReason.because("trapped"));
        CompletableFuture<Boolean> stopped = inThread(() -> {
            ServerRef.of(pid).stop(ExitReason.killed(), ServerRef.FOREVER); // an Exit for a plain process
            return true;
        });
        lab.clock.passUntil(() -> pid.info().orElseThrow().mailboxLength() == 9);
        assertThat(load(pid).dropped()).isZero();
        allSent.countDown();

        List<Object> all = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            all.add(Lab.next(received));
        }
        assertThat(all).contains("the only one", "own timer", "own later timer");
        assertThat(all).hasAtLeastOneElementOfType(Down.class).hasAtLeastOneElementOfType(Response.class);
        assertThat(all).filteredOn(m -> m instanceof Exit).hasSize(3);
        assertThat(all).filteredOn(m -> m instanceof Timeout).hasSize(1);
        pid.exit(ExitReason.kill());
        assertThat(Lab.get(stopped)).isTrue();
    }

    @Test
    void timersOfOthersAreDroppedLikeOtherMessages() {
        Stepper server = new Stepper().start(bounded(1, Overflow.DROP_NEWEST)).busyWith("first");
        server.pid.send("second");

        lab.node.sendAfter(Duration.ofMillis(1), server.pid, "late");
        lab.node.sendAfter(Duration.ZERO, server.pid, "now");

        lab.clock.passUntil(() -> load(server.pid).dropped() == 2);
    }

    // ---- Blocking ------------------------------------------------------------------------------------------------

    @Test
    void aSenderWaitsUntilThereIsRoomAndFirstComesFirst() {
        Stepper server = new Stepper().start(bounded(1, Overflow.BLOCK)).busyWith(0);
        server.pid.send(1);
        CompletableFuture<Boolean> second = sendAndWait(server.pid, 2);
        CompletableFuture<Boolean> third = sendAndWait(server.pid, 3);

        server.step();
        Lab.get(second);
        assertThat(third).isNotDone();
        server.run();

        Lab.get(third);
        for (int i = 0; i < 4; i++) {
            assertThat(Lab.next(server.handled)).isEqualTo(i);
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
        assertThat(Lab.next(server.handled)).isEqualTo("first");
        assertThat(Lab.next(server.handled)).isEqualTo("second");
        server.pid.send("last");
        assertThat(Lab.next(server.handled)).isEqualTo("last");
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
        PendingCall<Object> pending = Lab.get(inThread(() -> {
            Thread.ofVirtual().start(() -> server.pid.exit(ExitReason.because("over")));
            return server.ref().request(new Lab.Ask("b"));
        }));

        assertThat(Lab.get(sent)).isTrue(); // as every message to the dead
        assertThatExceptionOfType(CallException.class).isThrownBy(() -> Lab.get(called));
        assertThat(pending.await(Lab.LIMIT).orElseThrow().isOk()).isFalse();
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
        Lab.until(() -> caller.join().getState() == Thread.State.WAITING);

        server.pid.exit(ExitReason.because("over"));

        assertThatExceptionOfType(CallException.ServerExited.class)
                .isThrownBy(() -> Lab.get(called))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.because("over")));
    }

    @Test
    void anInterruptEndsTheWaitForRoomAndIsKept() {
        Stepper server = new Stepper().start(bounded(1, Overflow.BLOCK)).busyWith("first");
        server.pid.send("second");

        record Outcome(CallException thrown, boolean interrupted) {}
        for (boolean call : List.of(false, true)) {
            Outcome outcome = Lab.get(inThread(() -> {
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
        Lab.await(sending);

        assertThat(sender.exitAndJoin(ExitReason.because("enough"), Lab.LIMIT)).contains(ExitReason.because("enough"));

        server.run();
        assertThat(Lab.next(server.handled)).isEqualTo("first");
        assertThat(Lab.next(server.handled)).isEqualTo("second");
        server.pid.send("fourth"); // the place that it may have got was given back
        assertThat(Lab.next(server.handled)).isEqualTo("fourth");
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
            return Lab.get(outcome);
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
        Lab.get(other);
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

        Lab.await(ran);
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

    // ---- Crashing ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(
            value = Overflow.class,
            names = {"CRASH"})
    void theReceiverEndsWithAReasonThatSaysSoAlsoIfItTrapsExits(Overflow overflow) {
        Stepper server = new Stepper();
        Pid pid = lab.node.start(spec(bounded(2, overflow), self -> {
            self.trapExit(true);
            return server;
        }));
        server.pid = pid;
        server.busyWith("first");

        sendAll(pid, "second", "third", "fourth", "fifth");

        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.because(new MailboxOverflow(2)));
        assertThat(lab.endOf(pid)).hasToString("its mailbox was full (capacity 2)");
        assertThat(server.terminated).isEqualTo(ExitReason.because(new MailboxOverflow(2)));
        assertThat(Lab.next(lab.reports)).isInstanceOfSatisfying(OverloadReport.class, report -> {
            assertThat(report.kind()).isEqualTo(OverloadReport.Kind.CRASHED);
            assertThat(report.text()).contains("told to end, since its mailbox was full", "capacity 2, CRASH");
        });
    }

    // ---- Order, exactness, and nobody left waiting ----------------------------------------------------------------

    private record Numbered(int sender, int number) {}

    @RepeatedTest(3)
    void withManySendersNoneIsLeftWaitingNothingIsLostAndNeverMoreThanTheCapacityIsQueued() throws Exception {
        for (int capacity : new int[] {1, 2, 7, 100}) {
            int senders = 16;
            int each = 3_000;
            AtomicInteger received = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            CompletableFuture<String> wrong = new CompletableFuture<>();
            Map<Integer, Integer> last = new ConcurrentHashMap<>();
            CountDownLatch done = new CountDownLatch(senders * each);
            Pid pid = lab.node.start(spec(
                    bounded(capacity, Overflow.BLOCK).patience(ServerRef.FOREVER), self -> new Lab.Echo() {
                        @Override
                        public void info(Object message) {
                            Numbered numbered = (Numbered) message;
                            int expected = last.merge(numbered.sender(), 1, Integer::sum);
                            if (numbered.number() != expected) {
                                wrong.complete("got " + message + " instead of number " + expected);
                            }
                            most.accumulateAndGet(((Inbox) self.pid()).bound.count(), Math::max);
                            received.incrementAndGet();
                            done.countDown();
                        }
                    }));
            List<Thread> threads = new ArrayList<>();
            for (int s = 0; s < senders; s++) {
                int sender = s;
                Thread.Builder kind = s % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
                threads.add(kind.start(() -> {
                    for (int i = 1; i <= each; i++) {
                        pid.send(new Numbered(sender, i));
                        if (i % 500 == 0) {
                            assertThat(pid.info()).isPresent(); // a signal between the messages
                        }
                    }
                }));
            }
            Lab.await(done);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(wrong).isNotDone();
            assertThat(received).hasValue(senders * each);
            assertThat(most.get()).isLessThanOrEqualTo(capacity);
            Lab.until(() -> ((Inbox) pid).bound.count() == 0);
        }
    }

    @RepeatedTest(3)
    void sendersThatGiveUpTakeNoRoomWithThem() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        Pid pid = lab.node.start(spec(
                bounded(2, Overflow.BLOCK).patience(Duration.ofNanos(1_500_000)), self -> new Lab.Echo() {
                    @Override
                    public void info(Object message) {
                        handled.incrementAndGet();
                        if (handled.get() % 7 == 0) {
                            Thread.yield();
                        }
                    }
                }));
        AtomicInteger sent = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < 12; s++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 1; i <= 2_000; i++) {
                    try {
                        if (ThreadLocalRandom.current().nextInt(50) == 0) {
                            Thread.currentThread().interrupt();
                        }
                        pid.send(i);
                        sent.incrementAndGet();
                    } catch (CallException e) {
                        // not sent
                    } finally {
                        Thread.interrupted();
                    }
                }
            }));
        }
        lab.clock.whilePassing(() -> {
            for (Thread thread : threads) {
                thread.join();
            }
            return true;
        });

        Lab.until(() -> handled.get() == sent.get());
        Lab.until(() -> ((Inbox) pid).bound.count() == 0);
        for (int i = 0; i < 3; i++) { // nobody stands in the line
            assertThat(ServerRef.<Object>of(pid).call(new Lab.Ask(i), ServerRef.FOREVER))
                    .isEqualTo(new Lab.Ask(i));
        }
    }

    @RepeatedTest(3)
    void withManySendersWhatIsDroppedAndWhatIsHandledAreAllThatWasSentInOrder() throws Exception {
        for (Overflow overflow : List.of(Overflow.DROP_NEWEST, Overflow.DROP_OLDEST)) {
            for (boolean plain : List.of(false, true)) {
                floods(overflow, plain);
            }
        }
    }

    private void floods(Overflow overflow, boolean plain) throws Exception {
        int senders = 8;
        int each = 5_000;
        int capacity = 5;
        AtomicInteger received = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CompletableFuture<String> wrong = new CompletableFuture<>();
        Map<Integer, Integer> last = new ConcurrentHashMap<>();
        class Counting {
            void received(Pid pid, Object message) {
                Numbered numbered = (Numbered) message;
                Integer before = last.put(numbered.sender(), numbered.number());
                if (before != null && before >= numbered.number()) {
                    wrong.complete("got " + message + " after " + before);
                }
                most.accumulateAndGet(((Inbox) pid).bound.count(), Math::max);
                received.incrementAndGet();
            }
        }
        Mailbox mailbox = bounded(capacity, overflow);
        Counting counting = new Counting();
        Pid pid = plain
                ? lab.node.spawn(mailbox, (Receiver<Object> self) -> {
                    while (true) { // odd ones first, if there are any
                        Optional<Numbered> odd = self.receive(Numbered.class, n -> n.sender() % 2 == 1, Duration.ZERO);
                        counting.received(self.pid(), odd.isPresent() ? odd.get() : self.receive());
                    }
                })
                : lab.node.start(spec(mailbox, self -> new Lab.Echo() {
                    @Override
                    public void info(Object message) {
                        counting.received(self.pid(), message);
                    }
                }));
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            int sender = s;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 1; i <= each; i++) {
                    pid.send(new Numbered(sender, i));
                    if (i % 1000 == 0) {
                        assertThat(pid.info()).isPresent();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Lab.until(() -> received.get() + load(pid).dropped() == (long) senders * each);
        assertThat(wrong).isNotDone();
        assertThat(most.get()).isLessThanOrEqualTo(capacity);
        Lab.until(() -> pid.info().orElseThrow().mailboxLength() == 0);
        assertThat(((Inbox) pid).bound.litter()).isZero();
        if (overflow == Overflow.DROP_OLDEST) {
            for (int s = 0; s < senders; s++) {
                assertThat(last)
                        .as("the last of one sender is the newest of all")
                        .containsValue(each);
            }
        }
    }

    @Test
    void aReceiveThatWantsOthersDoesNotKeepTheMailboxFromDroppingTheOldest() {
        BlockingQueue<Object> received = new LinkedBlockingQueue<>();
        Pid pid = lab.node.spawn(bounded(3, Overflow.DROP_OLDEST), (Receiver<Object> self) -> {
            received.add(self.receive(String.class));
            while (true) {
                received.add(self.receive());
            }
        });
        for (int i = 0; i < 10_000; i++) {
            pid.send(i);
        }
        Lab.until(() -> pid.info().orElseThrow().status() == ProcessInfo.Status.WAITING);
        assertThat(pid.info().orElseThrow().mailboxLength()).isEqualTo(3);
        assertThat(((Inbox) pid).bound.litter()).isLessThan(200);
        pid.send("wanted");

        assertThat(Lab.next(received)).isEqualTo("wanted");
        assertThat(List.of(Lab.next(received), Lab.next(received))).containsExactly(9_998, 9_999);
        assertThat(load(pid).dropped()).isEqualTo(9_998);
    }

    @Test
    void aMessageThatAReceiveLooksAtIsNotDroppedMeanwhile() {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch flooded = new CountDownLatch(1);
        BlockingQueue<Object> received = new LinkedBlockingQueue<>();
        Pid pid = lab.node.spawn(bounded(2, Overflow.DROP_OLDEST), (Receiver<Object> self) -> {
            Object first = self.select(message -> {
                looking.countDown();
                Lab.await(flooded);
                return Optional.of(message);
            });
            received.add(first);
            received.add(self.receive());
            received.add(self.receive());
        });
        pid.send("looked at");
        Lab.await(looking);
        sendAll(pid, 1, 2, 3, 4);
        assertThat(load(pid).dropped()).isEqualTo(2);
        flooded.countDown();

        assertThat(Lab.next(received)).isEqualTo("looked at");
        assertThat(Lab.next(received)).isEqualTo(3);
        assertThat(Lab.next(received)).isEqualTo(4);
    }

    @Test
    void aReceiveWhoseTestThrowsLeavesTheMessageInItsRoom() {
        BlockingQueue<Object> received = new LinkedBlockingQueue<>();
        Pid pid = lab.node.spawn(bounded(2, Overflow.DROP_OLDEST), (Receiver<Object> self) -> {
            try {
                self.select(_ -> {
                    throw new IllegalStateException("on purpose");
                });
            } catch (IllegalStateException e) {
                received.add("threw");
            }
            while (true) {
                received.add(self.receive());
            }
        });
        pid.send("kept");

        assertThat(Lab.next(received)).isEqualTo("threw");
        assertThat(Lab.next(received)).isEqualTo("kept");
        assertThat(((Inbox) pid).bound.count()).isZero();
    }

    @Test
    void callsOfPlainProcessesAreKeptUntilTheyAreAnsweredAlsoInABoundedMailbox() {
        for (Overflow overflow : Overflow.values()) {
            Pid pid = lab.node.spawn(bounded(3, overflow), (Receiver<Object> self) -> {
                Incoming incoming = self.receive(Incoming.class);
                incoming.from().reply("first");
                self.receive(Incoming.class);
                throw new ProcessExit(ExitReason.because("ended with an open call"));
            });
            ServerRef<Object> ref = ServerRef.of(pid);
            assertThat(ref.call(new Lab.Ask("a"))).isEqualTo("first");
            assertThatExceptionOfType(CallException.ServerExited.class)
                    .isThrownBy(() -> ref.call(new Lab.Ask("b"), ServerRef.FOREVER));
        }
    }

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void theCallsInABoundedMailboxFailWhenItsProcessEnds(Overflow overflow) {
        Stepper server = new Stepper().start(bounded(10, overflow)).busyWith("first");
        PendingCall<Object> a = server.ref().request(new Lab.Ask("a"));
        PendingCall<Object> b = server.ref().request(new Lab.Ask("b"));
        server.pid.exit(ExitReason.kill());

        for (PendingCall<Object> call : List.of(a, b)) {
            assertThat(failure(call.await(Lab.LIMIT).orElseThrow())).isInstanceOf(CallException.ServerExited.class);
        }
        assertThatExceptionOfType(CallException.NoProcess.class)
                .isThrownBy(() -> server.ref().call(new Lab.Ask("c")));
    }

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void theCallsInABoundedMailboxFailWhenItsProcessIsAbandoned(Overflow overflow) {
        try (Lab impatient = new Lab(settings -> settings.clock(Clock.system()).killGrace(SHORT))) {
            CountDownLatch until = new CountDownLatch(1);
            CountDownLatch computing = new CountDownLatch(1);
            Pid pid = impatient.node.start(spec(bounded(10, overflow), _ -> new Lab.Echo() {
                @Override
                public void info(Object message) {
                    computing.countDown();
                    Computation.until(until);
                }
            }));
            pid.send("go");
            Lab.await(computing);
            PendingCall<Object> call = ServerRef.<Object>of(pid).request(new Lab.Ask("a"));
            pid.exit(ExitReason.kill());

            assertThat(failure(call.await(Lab.LIMIT).orElseThrow())).isInstanceOf(CallException.ServerExited.class);
            until.countDown();
        }
    }

    // ---- Bad input -----------------------------------------------------------------------------------------------

    @Test
    void aMailboxThatCannotBeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mailbox.bounded(0, Overflow.BLOCK))
                .withMessage("the capacity of a mailbox must be one or more, but was 0");
        Mailbox.Bounded good = Mailbox.bounded(1, Overflow.BLOCK);
        for (double[] marks :
                new double[][] {{0, 0}, {0.5, 0.5}, {1.1, 0.5}, {0.5, -0.1}, {Double.NaN, 0}, {1, Double.NaN}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> good.waterMarks(marks[0], marks[1]))
                    .withMessageContaining("low " + marks[1] + " and high " + marks[0]);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> good.patience(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> good.patience(Duration.ofSeconds(-1)));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> Mailbox.bounded(1, null));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> lab.node.spawn((Mailbox) null, _ -> {}));
    }

    @Test
    void theErrorOfASpecNamesTheServer() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GenServer.spec(() -> {
                            throw new AssertionError("not made");
                        })
                        .named(Name.of("full"))
                        .mailbox(-1, Overflow.CRASH))
                .withMessage("mailbox of a GenServer made in " + getClass().getName()
                        + " as full: the capacity must be one or more, but was -1");
    }
}
