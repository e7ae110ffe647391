package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Mailbox;
import dev.skep.Name;
import dev.skep.Overflow;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.NotApplicable;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_asyncio_backend/test_msg_passing")
@NotApplicable(
        cases = "test_process_without_mailbox",
        because = "otpylib's processes may have no mailbox; here each has one, as in Erlang")
class MessagePassingTest {
    private static final Name<Object> RECEIVER = Name.of("receiver");

    @Test
    @Covers({"test_send_receive_basic", "test_send_multiple_messages"})
    void messagesAreReceivedInTheirOrder(Testkit skep, Probe probe) {
        Pid pid = skep.spawn((Receiver<Object> self) -> {
            for (int i = 0; i < 3; i++) {
                probe.pid().send(self.receive());
            }
        });

        List.of("msg1", "msg2", "msg3").forEach(pid::send);

        List.of("msg1", "msg2", "msg3").forEach(probe::expectNext);
    }

    @Test
    @Covers("test_receive_timeout")
    void aReceiveGivesUpWhenItsTimeIsOver(Testkit skep, Probe probe) {
        skep.spawn((Receiver<Object> self) -> probe.pid()
                .send("received: " + self.receive(Duration.ofMillis(50)).isPresent()));

        skep.clock().advance(Duration.ofMillis(49));
        probe.refuteAny();
        skep.clock().advance(Duration.ofMillis(1));
        probe.expectNext("received: false");
    }

    @Test
    @Covers("test_send_to_named_process")
    void aMessageIsSentByName(Testkit skep, Probe probe) {
        skep.node().register(RECEIVER, probe.pid());

        skep.node().ref(RECEIVER).send("test_msg");

        probe.expectNext("test_msg");
    }

    @Test
    @Covers("test_send_to_dead_process")
    void sendingToTheDeadIsSilent(Testkit skep) {
        Pid pid = skep.spawn(_ -> {});
        skep.awaitEnd(pid);

        pid.send("test_msg");

        assertThat(pid.isAlive()).isFalse();
    }

    @Test
    @Covers("test_mailbox_overflow")
    void aFullMailboxDoesWhatItSays(Testkit skep, Probe probe) {
        Pid unbounded = skep.spawn((Receiver<Object> self) -> self.receive(String.class, "end"::equals));
        IntStream.range(0, 150).forEach(unbounded::send);
        assertThat(unbounded.info().orElseThrow().mailboxLength()).isEqualTo(150);

        Pid bounded = skep.node().spawn(Mailbox.bounded(100, Overflow.DROP_NEWEST), (Receiver<Object> self) -> {
            self.receive(String.class, "begin"::equals);
            int count = 0;
            while (self.receive(Duration.ZERO).isPresent()) {
                count++;
            }
            probe.pid().send(count);
        });
        bounded.send("before");
        IntStream.range(0, 150).forEach(bounded::send);
        assertThat(bounded.info().orElseThrow().load().dropped()).isEqualTo(51);
        bounded.exit(ExitReason.kill());
        skep.awaitEnd(bounded);
        unbounded.send("end");
        skep.awaitEnd(unbounded);
    }

    /// A message that says who sends it.
    private record Request(Pid from, String what) {}

    @Test
    @Covers("test_bidirectional_communication")
    void aProcessAnswersWhoeverAsks(Testkit skep, Probe probe) {
        Pid echo = skep.spawn((Receiver<Object> self) -> {
            Request request = self.receive(Request.class);
            request.from().send("ack " + request.what());
        });

        echo.send(new Request(probe.pid(), "test_msg"));

        probe.expectNext("ack test_msg");
    }

    @Test
    @Covers("test_broadcast_pattern")
    void everyListenerGetsWhatIsBroadcast(Testkit skep, Probe probe) {
        List<Name<Object>> names = IntStream.rangeClosed(1, 3)
                .mapToObj(i -> Name.<Object>of("listener_" + i))
                .toList();
        for (Name<Object> name : names) {
            skep.node().register(name, skep.spawn((Receiver<Object> self) -> {
                Object first = self.receive();
                Object second = self.receive();
                probe.pid().send(name + ": " + first + ", " + second);
            }));
        }

        names.forEach(name -> skep.node().ref(name).send("ping"));
        names.forEach(name -> skep.node().ref(name).send("stop"));

        for (Name<Object> name : names) {
            probe.expect(String.class, (name + ": ping, stop")::equals);
        }
    }
}
