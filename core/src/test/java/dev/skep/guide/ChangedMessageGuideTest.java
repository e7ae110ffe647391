package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.Cast;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.NotSendableException;
import dev.skep.Self;
import dev.skep.Sendable;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The examples of the section on messages that are changed after they were sent.
class ChangedMessageGuideTest {
    record Mail(String to, List<String> lines) implements Cast<Mail> {}

    @Sendable // the array is copied when it comes in, and never handed out
    static final class Digest {
        private final byte[] bytes;

        Digest(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        int length() {
            return bytes.length;
        }
    }

    private final CompletableFuture<List<String>> sent = new CompletableFuture<>();

    private final class Mailer implements GenServer<Integer, Mail> {
        @Override
        public Integer init(Self<Mail> self) {
            return 0;
        }

        @Override
        public Next<Integer> handle(Mail mail, From from, Integer count) {
            sent.complete(mail.lines());
            return Next.noReply().state(count + 1);
        }

        @Override
        public Next<Integer> info(Object message, Integer count) {
            return Next.noReply();
        }
    }

    @Test
    void aMessageThatCanBeChangedIsRefused() throws Exception {
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            ServerRef<Mail> mailer = node.start(GenServer.spec(Mailer::new));
            List<String> lines = new ArrayList<>(List.of("Dear Ada,"));

            assertThatExceptionOfType(NotSendableException.class)
                    .isThrownBy(() -> mailer.cast(new Mail("ada@example.org", lines)))
                    .withMessageStartingWith(
                            "ChangedMessageGuideTest.Mail.lines: java.util.ArrayList is mutable. A message is shared");

            mailer.cast(new Mail("ada@example.org", List.copyOf(lines)));
            assertThat(sent.get(2, TimeUnit.MINUTES)).containsExactly("Dear Ada,");
        }
    }

    @Test
    void someTypesAreVouchedFor() {
        Node node = Node.builder("hive").strict(true).sendable(BitSet.class).start();
        try (node) {
            ServerRef<Mail> mailer = node.start(GenServer.spec(Mailer::new));
            mailer.send(new Digest(new byte[16]));
            mailer.send(new BitSet());
            assertThat(new Digest(new byte[16]).length()).isEqualTo(16);
        }
    }
}
