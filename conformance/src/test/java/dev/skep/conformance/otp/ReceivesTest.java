package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Call;
import dev.skep.ExitReason;
import dev.skep.Incoming;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.conformance.Inside;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.coverage.NotApplicable;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("receive_SUITE")
@NotApplicable(
        cases = "recv_marker_reserve",
        because = "it is about the counter behind references, with which the BEAM marks places in a mailbox")
class ReceivesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private record Ask(int number) implements Call<Ask, Integer> {}

    /// A plain process that answers calls.
    private static ServerRef<Ask> echo(Testkit skep) {
        return ServerRef.of(skep.spawn((Receiver<Object> self) -> {
            while (true) {
                Incoming call = self.receive(Incoming.class);
                Ask ask = (Ask) call.message();
                ask.replyTo(call.from()).reply(ask.number());
            }
        }));
    }

    // ---- Calls of a process with a long mailbox ------------------------------------------------------------------

    @Test
    @Differs(
            cases = {"call_with_huge_message_queue", "multi_recv_opt", "multi_recv_opt_clear"},
            entry = "A receive that can only match a fresh reference")
    void callsDoNotLookIntoTheMailbox(Testkit skep) throws Exception {
        ServerRef<Ask> server = echo(skep);
        int waiting = 200_000;
        Inside.process(skep, self -> {
            IntStream.range(0, waiting).forEach(self.pid()::send);
            for (int round = 0; round < 500; round++) {
                PendingCall<Integer> outer = server.request(new Ask(round));
                assertThat(server.call(new Ask(-round))).isEqualTo(-round);
                assertThat(outer.get(LIMIT)).isEqualTo(round);
            }
            for (int number = 0; number < waiting; number++) {
                assertThat(self.receive()).isEqualTo(number);
            }
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    @Covers("receive_in_between")
    void anotherReceiveMayComeBetweenARequestAndItsAnswer(Testkit skep) throws Exception {
        ServerRef<Ask> server = echo(skep);
        Inside.process(skep, self -> {
            for (int round = 0; round < 2_000; round++) {
                self.pid().send("dummy");
                PendingCall<Integer> call = server.request(new Ask(round));
                assertThat(self.receive(String.class)).isEqualTo("dummy");
                assertThat(call.get(LIMIT)).isEqualTo(round);
            }
        });
    }

    // ---- What a receive leaves behind ----------------------------------------------------------------------------

    @Test
    @Covers("receive_opt_exception")
    void anExceptionBetweenSendingAndReceivingLosesNothing(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            self.pid().send("outer");
            assertThatThrownBy(() -> {
                        self.pid().send("inner");
                        throw new IllegalStateException("aborted");
                    })
                    .hasMessage("aborted");
            assertThat(self.receive(String.class, "outer"::equals, Duration.ZERO))
                    .isPresent();
            assertThat(self.receive(Duration.ZERO)).contains("inner");
        });
    }

    @Test
    @Covers("receive_opt_recursion")
    void aReceiveInBetweenThatFindsNothingHidesNothing(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            self.pid().send("outer");
            assertThat(self.receive(String.class, "inner"::equals, Duration.ZERO))
                    .isEmpty();
            assertThat(self.receive(String.class, "outer"::equals, Duration.ZERO))
                    .isPresent();
        });
    }

    @Test
    @Covers("receive_opt_deferred_save")
    void aMessageThatIsPassedOverManyTimesIsStillThere(Testkit skep) throws Exception {
        int number = 200;
        Inside.process(skep, self -> {
            Pid target = self.spawnLink((Receiver<Object> it) -> {
                it.receive(String.class, "go"::equals);
                it.pid().send("own");
                self.pid().send("gone");
                for (int next = 1; next <= number; next++) {
                    int wanted = next;
                    it.receive(Integer.class, value -> value == wanted);
                }
                assertThat(it.receive()).isEqualTo("own");
                assertThat(it.receive()).isEqualTo("stop");
                self.pid().send("done");
                it.receive();
            });
            target.send("go");
            assertThat(self.receive()).isEqualTo("gone");
            IntStream.rangeClosed(1, number).forEach(target::send);
            target.send("stop");
            assertThat(self.receive()).isEqualTo("done");
        });
    }

    @Test
    @Covers("gh_5235_missing_save_reset")
    void aReceiveThatFailsLeavesTheNextOneTheOldestMessage(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            self.pid().send("one");
            assertThatIllegalArgumentException().isThrownBy(() -> self.receive(Duration.ofMillis(-1)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> self.receive(String.class, "blipp"::equals, Duration.ofMillis(-1)));
            assertThat(self.receive(Duration.ZERO)).contains("one");
        });
    }

    @Test
    @Covers("gh_5235_recv_mark")
    void aSelectionThatThrowsLeavesTheMessagesWhereTheyAre(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            self.pid().send("one");
            self.pid().send("two");
            assertThatThrownBy(() -> self.receive(String.class, text -> {
                        if (text.equals("two")) {
                            throw new IllegalStateException("on purpose");
                        }
                        return false;
                    }))
                    .hasMessage("on purpose");
            self.pid().send("three");
            assertThat(self.receive(String.class, "three"::equals, Duration.ZERO))
                    .isPresent();
            assertThat(self.receive()).isEqualTo("one");
            assertThat(self.receive()).isEqualTo("two");
        });
    }

    @Test
    @Covers("erl_1199")
    void aProcessThatIsFloodedWithMessagesAndSignalsFindsWhatItWaitsFor(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid client = self.spawnLink((Receiver<Object> it) -> {
                for (int round = 0; round < 100; round++) {
                    int answer = round;
                    self.pid().send(round);
                    it.receive(Integer.class, value -> value == answer);
                    while (it.receive(String.class, "blipp"::equals, Duration.ZERO)
                            .isPresent()) {}
                }
                self.pid().send("responsive");
                it.receive();
            });
            while (true) {
                Object message = self.receive();
                if (message.equals("responsive")) {
                    return;
                }
                for (int number = 0; number < 200; number++) {
                    client.send("blipp");
                    client.exit(ExitReason.normal());
                }
                client.send(message);
                client.send("blipp");
            }
        });
    }
}
