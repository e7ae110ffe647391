package dev.skep;

import static dev.skep.Lab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What becomes of a message that finds a mailbox full, unless its sender waits: [BlockingMailboxTest].
@Tag("carriers")
class BoundedMailboxTest extends BoundedMailboxFixture {
    // ---- Dropping ------------------------------------------------------------------------------------------------

    @Test
    void theNewestIsDroppedWhenThereIsNoRoomAndTheMessageInHandTakesNone() {
        Stepper server = new Stepper().start(bounded(2, Overflow.DROP_NEWEST)).busyWith(0);

        sendAll(server.pid, 1, 2, 3, 4);

        assertThat(load(server.pid)).isEqualTo(new ProcessInfo.Load(bounded(2, Overflow.DROP_NEWEST), false, 2));
        assertThat(server.pid.info().orElseThrow().mailboxLength()).isEqualTo(2);
        server.step();
        assertThat(Await.next(server.begun)).isEqualTo(1);
        server.pid.send(5); // there is room again
        server.run();
        assertThat(List.of(Await.next(server.handled), Await.next(server.handled), Await.next(server.handled)))
                .containsExactly(0, 1, 2);
        assertThat(Await.next(server.handled)).isEqualTo(5);
    }

    @Test
    void theOldestIsDroppedWhenThereIsNoRoomAndTheMessageInHandIsNot() {
        Stepper server = new Stepper().start(bounded(2, Overflow.DROP_OLDEST)).busyWith(0);

        sendAll(server.pid, 1, 2, 3, 4);

        assertThat(load(server.pid).dropped()).isEqualTo(2);
        assertThat(server.pid.info().orElseThrow().mailboxLength()).isEqualTo(2);
        server.run();
        assertThat(List.of(Await.next(server.handled), Await.next(server.handled), Await.next(server.handled)))
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
                        Await.next(server.handled),
                        Await.next(server.handled),
                        Await.next(server.handled),
                        Await.next(server.handled)))
                .containsExactly("first", 99_997, 99_998, 99_999);
        Await.until(() -> inbox.bound.litter() == 0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Overflow.class,
            names = {"DROP_NEWEST", "DROP_OLDEST", "CRASH"})
    void aCallThatIsDroppedFailsAtOnce(Overflow overflow) {
        Stepper server = new Stepper().start(bounded(1, overflow)).busyWith("first");
        CompletableFuture<Object> first = inThread(() -> server.ref().call(new Lab.Ask("a"), ServerRef.FOREVER));
        Await.until(() -> ((Inbox) server.pid).bound.count() == 1);
        CompletableFuture<Object> second = inThread(() -> server.ref().call(new Lab.Ask("b"), ServerRef.FOREVER));

        CompletableFuture<Object> dropped = overflow == Overflow.DROP_OLDEST ? first : second;
        assertThatExceptionOfType(CallException.Overloaded.class)
                .isThrownBy(() -> Await.get(dropped))
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
                ServerRef.multiCall(List.of(full.ref(), free.ref()), new Lab.Ask("a"), Await.LIMIT);

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
        Alias once = Await.next(aliases);
        Alias lasting = Await.next(aliases);
        once.send("a");
        for (int i = 0; i < 5; i++) {
            once.send("not through");
        }
        lasting.send("b");
        assertThat(load(pid).dropped()).isZero();
        lasting.send("c");
        assertThat(load(pid).dropped()).isEqualTo(1);
        go.countDown();

        assertThat(Await.next(received)).isEqualTo(overflow == Overflow.DROP_NEWEST ? "a" : "b");
        assertThat(Await.next(received)).isEqualTo(overflow == Overflow.DROP_NEWEST ? "b" : "c");
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
        Await.latch(ready);
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
            all.add(Await.next(received));
        }
        assertThat(all).contains("the only one", "own timer", "own later timer");
        assertThat(all).hasAtLeastOneElementOfType(Down.class).hasAtLeastOneElementOfType(Response.class);
        assertThat(all).filteredOn(m -> m instanceof Exit).hasSize(3);
        assertThat(all).filteredOn(m -> m instanceof Timeout).hasSize(1);
        pid.exit(ExitReason.kill());
        assertThat(Await.get(stopped)).isTrue();
    }

    @Test
    void timersOfOthersAreDroppedLikeOtherMessages() {
        Stepper server = new Stepper().start(bounded(1, Overflow.DROP_NEWEST)).busyWith("first");
        server.pid.send("second");

        lab.node.sendAfter(Duration.ofMillis(1), server.pid, "late");
        lab.node.sendAfter(Duration.ZERO, server.pid, "now");

        lab.clock.passUntil(() -> load(server.pid).dropped() == 2);
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
        assertThat(Await.next(lab.reports)).isInstanceOfSatisfying(OverloadReport.class, report -> {
            assertThat(report.kind()).isEqualTo(OverloadReport.Kind.CRASHED);
            assertThat(report.text()).contains("told to end, since its mailbox was full", "capacity 2, CRASH");
        });
    }

    // ---- What is looked at, and what is open ---------------------------------------------------------------------

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
        Await.until(() -> pid.info().orElseThrow().status() == ProcessInfo.Status.WAITING);
        assertThat(pid.info().orElseThrow().mailboxLength()).isEqualTo(3);
        assertThat(((Inbox) pid).bound.litter()).isLessThan(200);
        pid.send("wanted");

        assertThat(Await.next(received)).isEqualTo("wanted");
        assertThat(List.of(Await.next(received), Await.next(received))).containsExactly(9_998, 9_999);
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
                Await.latch(flooded);
                return Optional.of(message);
            });
            received.add(first);
            received.add(self.receive());
            received.add(self.receive());
        });
        pid.send("looked at");
        Await.latch(looking);
        sendAll(pid, 1, 2, 3, 4);
        assertThat(load(pid).dropped()).isEqualTo(2);
        flooded.countDown();

        assertThat(Await.next(received)).isEqualTo("looked at");
        assertThat(Await.next(received)).isEqualTo(3);
        assertThat(Await.next(received)).isEqualTo(4);
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

        assertThat(Await.next(received)).isEqualTo("threw");
        assertThat(Await.next(received)).isEqualTo("kept");
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
            assertThat(failure(call.await(Await.LIMIT).orElseThrow())).isInstanceOf(CallException.ServerExited.class);
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
            Await.latch(computing);
            PendingCall<Object> call = ServerRef.<Object>of(pid).request(new Lab.Ask("a"));
            pid.exit(ExitReason.kill());

            assertThat(failure(call.await(Await.LIMIT).orElseThrow())).isInstanceOf(CallException.ServerExited.class);
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
