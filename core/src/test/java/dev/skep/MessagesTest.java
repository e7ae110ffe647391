package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private record Say(Object what) implements Cast<Object> {}

    @AutoClose
    private final Lab lab = new Lab();

    private static List<Object> messagesOf(Pid pid) {
        return pid.messages().orElseThrow();
    }

    @Test
    void aProcessSeesItsOwnMessagesInOrder() {
        lab.inProcess(self -> {
            self.pid().send("one");
            self.pid().send("two");
            assertThat(self.receive(String.class, "two"::equals)).isEqualTo("two");
            self.pid().send("three");
            assertThat(messagesOf(self.pid())).containsExactly("one", "three");
            assertThat(self.receive()).isEqualTo("one");
            assertThat(messagesOf(self.pid())).containsExactly("three");
        });
    }

    @Test
    void whatASelectiveReceivePassesOverWaits() {
        Pid picky = lab.node.spawn((Receiver<Object> self) -> self.receive(String.class, "please"::equals));
        picky.send("one");
        picky.send("two");
        assertThat(messagesOf(picky)).containsExactly("one", "two");
        assertThat(picky.info().orElseThrow().mailboxLength()).isEqualTo(2);
        picky.send("please");
        assertThat(lab.endOf(picky)).isEqualTo(ExitReason.normal());
        assertThat(picky.messages()).isEmpty();
    }

    @Test
    void aBusyServerShowsWhatWaitsBehindTheMessageThatItHandles() {
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Pid server = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                handling.countDown();
                Await.latch(release);
            }
        });
        ServerRef<Object> ref = ServerRef.of(server);
        server.send("first");
        Await.latch(handling);
        server.send("second");
        ref.cast(new Say("third"));
        PendingCall<Object> call = ref.request(new Lab.Ask("fourth"));
        PendingCall<Object> givenUp = ref.request(new Lab.Ask("fifth"));
        givenUp.cancel();

        List<Object> waiting = messagesOf(server);
        assertThat(waiting).hasSize(3).startsWith("second", new Say("third"));
        assertThat(waiting.get(2))
                .isInstanceOfSatisfying(
                        Incoming.class,
                        incoming -> assertThat(incoming.message()).isEqualTo(new Lab.Ask("fourth")));

        release.countDown();
        assertThat(call.get(Await.LIMIT)).isEqualTo(new Lab.Ask("fourth"));
    }

    @Test
    void whatABoundedMailboxHasDroppedIsNotThere() {
        for (Overflow overflow : List.of(Overflow.DROP_OLDEST, Overflow.DROP_NEWEST)) {
            Pid full = lab.node.spawn(
                    Mailbox.bounded(2, overflow),
                    (Receiver<Object> self) -> self.receive(String.class, "please"::equals));
            IntStream.range(0, 5).forEach(full::send);
            assertThat(messagesOf(full)).isEqualTo(overflow == Overflow.DROP_OLDEST ? List.of(3, 4) : List.of(0, 1));
            full.exit(ExitReason.kill());
        }
    }

    @Test
    void withdrawnMessagesAreNotThere() {
        lab.inProcess(self -> {
            Alias alias = self.alias();
            alias.send("flushed");
            self.pid().send("stays");
            self.unaliasAndFlush(alias);
            assertThat(messagesOf(self.pid())).containsExactly("stays");
        });
    }

    @Test
    void aLookAtABusyProcessShowsAConnectedStretchOfItsMessages() {
        int last = 20_000;
        LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        Pid server = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                if (message.equals(last)) {
                    seen.add(message);
                }
            }
        });
        IntStream.rangeClosed(0, last).forEach(server::send);
        while (seen.isEmpty()) {
            List<Object> waiting = messagesOf(server);
            for (int i = 0; i < waiting.size(); i++) {
                assertThat(waiting.get(i)).isEqualTo(last - waiting.size() + 1 + i);
            }
        }
    }

    @Test
    void theDeadHaveNone() {
        assertThat(lab.dead().messages()).isEmpty();
        lab.inProcess(self -> {
            self.pid().send("x");
            assertThat(self.receive(Duration.ZERO)).contains("x");
            assertThat(messagesOf(self.pid())).isEmpty();
        });
    }
}
