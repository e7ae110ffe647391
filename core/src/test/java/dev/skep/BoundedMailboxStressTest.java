package dev.skep;

import static dev.skep.Lab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;

/// Many senders at once: order, exactness, and nobody left waiting.
@Tag("carriers")
class BoundedMailboxStressTest extends BoundedMailboxFixture {
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
            Await.latch(done);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(wrong).isNotDone();
            assertThat(received).hasValue(senders * each);
            assertThat(most.get()).isLessThanOrEqualTo(capacity);
            Await.until(() -> ((Inbox) pid).bound.count() == 0);
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

        Await.until(() -> handled.get() == sent.get());
        Await.until(() -> ((Inbox) pid).bound.count() == 0);
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
        Await.until(() -> received.get() + load(pid).dropped() == (long) senders * each);
        assertThat(wrong).isNotDone();
        assertThat(most.get()).isLessThanOrEqualTo(capacity);
        Await.until(() -> pid.info().orElseThrow().mailboxLength() == 0);
        assertThat(((Inbox) pid).bound.litter()).isZero();
        if (overflow == Overflow.DROP_OLDEST) {
            for (int s = 0; s < senders; s++) {
                assertThat(last)
                        .as("the last of one sender is the newest of all")
                        .containsValue(each);
            }
        }
    }
}
