package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ReceiveTest {
    @AutoClose
    private final Lab lab = new Lab();

    @Test
    void messagesOfOneSenderAreReceivedInTheirOrder() {
        lab.inProcess(self -> {
            IntStream.range(0, 10_000).forEach(self.pid()::send);
            for (int i = 0; i < 10_000; i++) {
                assertThat(self.receive()).isEqualTo(i);
            }
        });
    }

    @Test
    void aSelectiveReceiveTakesTheOldestMatchAndLeavesTheOthersInTheirOrder() {
        lab.inProcess(self -> {
            for (Object message : List.of("a", 1, "b", 2, 'c', 3)) {
                self.pid().send(message);
            }
            assertThat(self.receive(Integer.class, n -> n > 1)).isEqualTo(2);
            assertThat(self.receive(Character.class)).isEqualTo('c');
            assertThat(self.receive(Integer.class, n -> n > 1, Duration.ZERO)).contains(3);
            self.pid().send("d");
            assertThat(rest(self)).containsExactly("a", 1, "b", "d");
        });
    }

    @Test
    void everyMessageCanBeTakenFromAnyPlaceOfTheMailbox() {
        lab.inProcess(self -> {
            for (int taken = 0; taken < 5; taken++) {
                int wanted = taken;
                IntStream.range(0, 5).forEach(self.pid()::send);
                assertThat(self.receive(Integer.class, n -> n == wanted)).isEqualTo(wanted);
                self.pid().send("last");
                List<Object> expected = new ArrayList<>(List.of(0, 1, 2, 3, 4, "last"));
                expected.remove(taken);
                assertThat(rest(self)).isEqualTo(expected);
            }
        });
    }

    @Test
    void aReceiveLooksAtEachMessageOnce() {
        lab.inProcess(self -> {
            Pid receiver = self.pid();
            List<Object> seen = new ArrayList<>();
            receiver.send(1);
            receiver.send(2);
            Function<Object, Optional<String>> select = message -> {
                seen.add(message);
                if (message.equals(2)) { // what follows is sent only when the receive is about to wait
                    lab.node.spawn(_ -> {
                        receiver.send(3);
                        receiver.send("end");
                    });
                }
                return message instanceof String text ? Optional.of(text) : Optional.empty();
            };
            assertThat(self.select(select)).isEqualTo("end");
            assertThat(seen).containsExactly(1, 2, 3, "end");
        });
    }

    @Test
    void selectReturnsWhatItMakesOfTheMessage() {
        lab.inProcess(self -> {
            self.pid().send("five");
            self.pid().send(5);
            int doubled = self.select(m -> m instanceof Integer n ? Optional.of(2 * n) : Optional.empty());
            assertThat(doubled).isEqualTo(10);
        });
    }

    @Test
    void aReceiveWaitsForAMessageThatMatches() {
        lab.inProcess(self -> {
            Pid receiver = self.pid();
            lab.node.spawn(_ -> IntStream.range(0, 1000).forEach(receiver::send));
            assertThat(self.receive(Integer.class, n -> n == 999)).isEqualTo(999);
            assertThat(rest(self))
                    .containsExactlyElementsOf(IntStream.range(0, 999).boxed().toList());
        });
    }

    // ---- Time limits ---------------------------------------------------------------------------------------------

    @Test
    void aLimitOfZeroTakesOnlyWhatIsThere() {
        lab.inProcess(self -> {
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            self.pid().send("there");
            assertThat(self.receive(Integer.class, _ -> true, Duration.ZERO)).isEmpty();
            assertThat(self.receive(Duration.ZERO)).contains("there");
        });
    }

    @Test
    void aLimitThatExpiresLeavesTheMailboxAsItWas() {
        whileTimePasses(self -> {
            self.pid().send("kept");
            assertThat(self.receive(Integer.class, _ -> true, Duration.ofMillis(2)))
                    .isEmpty();
            assertThat(self.receive(Integer.class, _ -> true, Duration.ofNanos(1)))
                    .isEmpty();
            assertThat(self.receive()).isEqualTo("kept");
        });
    }

    @Test
    void theLongestLimitWaitsForEver() {
        lab.inProcess(self -> {
            Pid receiver = self.pid();
            for (Duration limit : List.of(
                    Duration.ofDays(365_000), Duration.ofSeconds(Long.MAX_VALUE, 999_999_999), ServerRef.FOREVER)) {
                lab.node.spawn(_ -> receiver.send(limit));
                assertThat(self.receive(limit)).contains(limit);
            }
        });
    }

    @Test
    void messagesThatDoNotMatchDoNotProlongTheLimit() {
        whileTimePasses(self -> {
            Pid receiver = self.pid();
            Pid chatter = self.spawn((Receiver<Object> talking) -> {
                while (true) {
                    receiver.send("noise");
                    assertThat(talking.receive(Duration.ofNanos(1))).isEmpty(); // where it can be ended
                }
            });
            assertThat(self.receive(Integer.class, _ -> true, Duration.ofMillis(20)))
                    .isEmpty();
            chatter.exit(ExitReason.kill());
        });
    }

    @Test
    void aNegativeLimitAndNullAreRefused() {
        lab.inProcess(self -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> self.receive(Duration.ofNanos(-1)))
                    .withMessageContaining("PT-0.000000001S");
            assertThatNullPointerException().isThrownBy(() -> self.receive((Duration) null));
            assertThatNullPointerException().isThrownBy(() -> self.receive((Class<?>) null));
            assertThatNullPointerException().isThrownBy(() -> self.receive(String.class, null));
            assertThatNullPointerException().isThrownBy(() -> self.select(null));
            assertThatNullPointerException().isThrownBy(() -> self.pid().send(null));
            self.pid().send("fine");
            assertThat(self.receive()).isEqualTo("fine");
        });
    }

    // ---- What goes wrong inside ----------------------------------------------------------------------------------

    @Test
    void aReceiveInsideTheSelectionOfAnotherIsRefused() {
        lab.inProcess(self -> {
            self.pid().send("x");
            assertThatIllegalStateException()
                    .isThrownBy(() -> self.select(_ -> Optional.of(self.receive())))
                    .withMessageContaining("inside the selection");
            assertThat(self.receive()).as("still there").isEqualTo("x");
        });
    }

    @Test
    void aSelectionThatThrowsLeavesTheMessage() {
        lab.inProcess(self -> {
            self.pid().send("x");
            RuntimeException failure = new IllegalArgumentException("on purpose");
            assertThatThrownBy(() -> self.select(_ -> {
                        throw failure;
                    }))
                    .isSameAs(failure);
            assertThat(self.receive()).isEqualTo("x");
        });
    }

    @Test
    void anInterruptFromElsewhereIsACrash() {
        LinkedBlockingQueue<Thread> thread = new LinkedBlockingQueue<>();
        Pid pid = lab.node.spawn((Receiver<Object> self) -> {
            thread.add(Thread.currentThread());
            self.receive();
        });
        Await.next(thread).interrupt();
        assertThat(lab.endOf(pid))
                .isInstanceOfSatisfying(
                        ExitReason.Crashed.class,
                        crashed -> assertThat(crashed.cause()).isInstanceOf(InterruptedException.class));
    }

    // ---- Calls ---------------------------------------------------------------------------------------------------

    @Test
    void aCallArrivesAsIncomingAndIsAnswered() {
        Pid server = lab.node.spawn((Receiver<Object> self) -> {
            while (true) {
                Incoming call = self.receive(Incoming.class);
                call.from().reply(List.of(call.message()));
            }
        });
        assertThat(ServerRef.<Object>of(server).call(new Lab.Ask(7))).isEqualTo(List.of(new Lab.Ask(7)));
        Pid caller = lab.in(self -> {
            ServerRef.<Object>of(server).call(new Lab.Ask(8));
            return self.pid();
        });
        assertThat(lab.endOf(caller)).isEqualTo(ExitReason.normal());
    }

    @Test
    void callsThatWereTakenAndThatWereNotFailWithTheReasonOfTheEnd() {
        int calls = 40;
        Pid server = lab.node.spawn((Receiver<Object> self) -> {
            self.receive(Lab.Ask.class, _ -> true, Duration.ZERO);
            List<Incoming> taken = new ArrayList<>();
            while (taken.size() < calls / 2) {
                taken.add(self.receive(Incoming.class));
            }
            throw new ProcessExit(self.receive(ExitReason.class));
        });
        List<PendingCall<Object>> pending = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            pending.add(ServerRef.<Object>of(server).request(new Lab.Ask(i)));
        }
        ExitReason reason = ExitReason.because("done");
        server.send(reason);
        assertThat(pending)
                .allSatisfy(call -> assertThatThrownBy(() -> call.get(Await.LIMIT))
                        .isInstanceOfSatisfying(
                                CallException.ServerExited.class,
                                failure -> assertThat(failure.reason()).isEqualTo(reason)));
    }

    /// A receiver may be told to end at any step of taking a call.
    @Test
    void noCallIsLeftWithoutAnAnswerWhenItsReceiverIsKilledAtAnyMoment() {
        for (int round = 0; round < 300; round++) {
            Pid server = lab.idle();
            List<PendingCall<Object>> pending = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                pending.add(ServerRef.<Object>of(server).request(new Lab.Ask(i)));
            }
            server.exit(ExitReason.kill());
            assertThat(pending)
                    .allSatisfy(call -> assertThatThrownBy(() -> call.get(Await.LIMIT))
                            .isInstanceOfSatisfying(
                                    CallException.ServerExited.class,
                                    failure -> assertThat(failure.reason()).isEqualTo(ExitReason.killed())));
        }
    }

    @Test
    void aCallWhoseCallerHasGivenUpIsNotReceived() {
        CountDownLatch givenUp = new CountDownLatch(1);
        LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
        Pid server = lab.node.spawn((Receiver<Object> self) -> {
            Await.latch(givenUp);
            while (true) {
                received.add(self.receive());
            }
        });
        assertThatThrownBy(() -> lab.clock.whilePassing(
                        () -> ServerRef.<Object>of(server).call(new Lab.Ask(1), Duration.ofMillis(1))))
                .isInstanceOf(CallException.Timeout.class);
        server.send("after");
        givenUp.countDown();
        assertThat(Await.next(received)).isEqualTo("after");
    }

    @Test
    void callingOrSendingToTheDead() {
        Pid dead = lab.dead();
        dead.send("silent");
        ServerRef.<Object>of(dead).send("silent");
        assertThatThrownBy(() -> ServerRef.<Object>of(dead).call(new Lab.Ask(1)))
                .isInstanceOf(CallException.NoProcess.class);
    }

    private void whileTimePasses(Lab.Steps steps) {
        lab.clock.whilePassing(() -> {
            lab.inProcess(steps);
            return true;
        });
    }

    private static List<Object> rest(Receiver<Object> self) {
        List<Object> all = new ArrayList<>();
        Optional<Object> next = self.receive(Duration.ZERO);
        while (next.isPresent()) {
            all.add(next.get());
            next = self.receive(Duration.ZERO);
        }
        return all;
    }
}
