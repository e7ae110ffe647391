package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.sys.Sys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// When a process counts as overloaded, what is said about it, and when no more. Time passes only when the test
/// says so, and so do the looks of the clock's thread.
@Tag("carriers")
class OverloadTest {
    private static final Duration LOOK = Duration.ofMillis(10);

    private final Ticks clock = new Ticks();
    private final List<OverloadReport> reports = new CopyOnWriteArrayList<>();
    private final NodeListener listener = new NodeListener() {
        @Override
        public void reported(Report report) {
            if (report instanceof OverloadReport overload) {
                reports.add(overload);
            }
        }
    };

    @AutoClose
    private final Node node = Node.builder("flooded")
            .clock(clock)
            .highWater(100)
            .listener(listener)
            .start();

    /// Time by hand: a tick is a look at everybody.
    private static final class Ticks implements Clock {
        private final AtomicLong now = new AtomicLong(1_000_000_000L);
        private final CompletableFuture<Ticker> driven = new CompletableFuture<>();
        private volatile boolean stopped;

        @Override
        public long nanoTime() {
            return now.get();
        }

        @Override
        public void start(String node, Ticker ticker) {
            driven.complete(ticker);
        }

        void pass(Duration time) {
            now.addAndGet(time.toNanos());
            if (!stopped) {
                driven.join().tick();
            }
        }

        @Override
        public void wake() {}

        @Override
        public void stop() {
            stopped = true;
        }
    }

    /// Handles messages when it is let.
    private static final class Gated extends Lab.Echo {
        final BlockingQueue<Object> begun = new LinkedBlockingQueue<>();
        final BlockingQueue<String> permits = new LinkedBlockingQueue<>();

        @Override
        public void info(Object message) throws InterruptedException {
            begun.add(message);
            permits.take();
        }

        void handle(int messages) {
            for (int i = 0; i < messages; i++) {
                permits.add("go");
                Await.next(begun);
            }
        }
    }

    private final Gated gated = new Gated();

    private Pid busy(Mailbox mailbox) {
        Pid pid = node.start(Lab.spec(mailbox, _ -> gated));
        pid.send("first");
        Await.next(gated.begun);
        return pid;
    }

    private static void send(Pid pid, int messages) {
        for (int i = 0; i < messages; i++) {
            pid.send(i);
        }
    }

    private List<OverloadReport.Kind> kinds() {
        return reports.stream().map(OverloadReport::kind).toList();
    }

    private static boolean isOverloaded(Pid pid) {
        return pid.info().orElseThrow().load().overloaded();
    }

    @Test
    void anUnboundedProcessIsReportedOnceWhenItReachesTheHighWaterMarkAndOnceWhenItHasCaughtUp() {
        Pid pid = busy(Mailbox.unbounded());
        send(pid, 99);
        clock.pass(LOOK);
        assertThat(reports).isEmpty();
        assertThat(isOverloaded(pid)).isFalse();

        send(pid, 1);
        clock.pass(LOOK);
        send(pid, 1);
        clock.pass(LOOK);

        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.pid()).isEqualTo(pid);
            assertThat(report.kind()).isEqualTo(OverloadReport.Kind.OVERLOADED);
            assertThat(report.waiting()).isEqualTo(100);
            assertThat(report.text())
                    .isEqualTo("process " + pid + " is overloaded: 100 messages wait for it (mailbox: unbounded)");
        });
        assertThat(isOverloaded(pid)).isTrue();

        gated.handle(50); // 51 are left, and the low-water mark is 50
        clock.pass(LOOK);
        clock.pass(Duration.ofSeconds(2));
        assertThat(reports).hasSize(1);

        gated.handle(1);
        clock.pass(LOOK);
        assertThat(isOverloaded(pid)).as("it may be for a moment only").isTrue();
        clock.pass(Duration.ofSeconds(1));
        assertThat(kinds()).containsExactly(OverloadReport.Kind.OVERLOADED, OverloadReport.Kind.RECOVERED);
        assertThat(reports.getLast().text()).contains("has caught up: 50 messages");
        assertThat(isOverloaded(pid)).isFalse();

        send(pid, 60);
        clock.pass(LOOK);
        assertThat(kinds()).hasSize(3).last().isEqualTo(OverloadReport.Kind.OVERLOADED);
        gated.permits.addAll(java.util.Collections.nCopies(200, "go"));
    }

    @Test
    void aProcessThatIsFullAndHalfEmptyInTurnIsNotReportedEachTime() {
        Pid pid = busy(Mailbox.bounded(10, Overflow.BLOCK));
        send(pid, 10);
        clock.pass(LOOK);
        for (int i = 0; i < 5; i++) {
            gated.handle(5);
            clock.pass(LOOK);
            send(pid, 5);
            clock.pass(Duration.ofMillis(900));
        }

        assertThat(kinds()).containsExactly(OverloadReport.Kind.OVERLOADED);
        gated.permits.addAll(java.util.Collections.nCopies(200, "go"));
    }

    @Test
    void theMarksOfABoundedMailboxAreSharesOfItsCapacity() {
        Mailbox mailbox = Mailbox.bounded(20, Overflow.DROP_NEWEST).waterMarks(0.51, 0.26);
        Pid pid = busy(mailbox);
        send(pid, 10);
        clock.pass(LOOK);
        assertThat(reports).isEmpty();
        send(pid, 1);
        clock.pass(LOOK);
        assertThat(kinds()).containsExactly(OverloadReport.Kind.OVERLOADED);
        assertThat(reports.getFirst().mailbox()).isEqualTo(mailbox);
        assertThat(reports.getFirst().waiting()).isEqualTo(11);

        gated.handle(5); // 6 left
        clock.pass(LOOK);
        clock.pass(Duration.ofSeconds(2));
        assertThat(reports).hasSize(1);
        gated.handle(1);
        clock.pass(LOOK);
        clock.pass(Duration.ofSeconds(2));
        assertThat(kinds()).containsExactly(OverloadReport.Kind.OVERLOADED, OverloadReport.Kind.RECOVERED);
        gated.permits.addAll(java.util.Collections.nCopies(200, "go"));
    }

    @Test
    void aMailboxWithoutMarksIsNeverOverloaded() {
        Pid pid = busy(Mailbox.bounded(10, Overflow.BLOCK).withoutWaterMarks());
        send(pid, 10);
        clock.pass(LOOK);
        clock.pass(Duration.ofSeconds(5));

        assertThat(reports).isEmpty();
        gated.permits.addAll(java.util.Collections.nCopies(200, "go"));
    }

    @Test
    void aNodeMayHaveNoHighWaterMark() {
        List<Report> heard = new CopyOnWriteArrayList<>();
        NodeListener all = new NodeListener() {
            @Override
            public void reported(Report report) {
                heard.add(report);
            }
        };
        Ticks own = new Ticks();
        try (Node quiet =
                Node.builder("quiet").clock(own).highWater(0).listener(all).start()) {
            Pid pid = quiet.start(Lab.spec(Mailbox.unbounded(), _ -> gated));
            send(pid, 20_000);
            own.pass(LOOK);
            own.pass(Duration.ofSeconds(2));
            pid.exit(ExitReason.kill());
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void whatIsDroppedIsReportedAtOnceAndThenInNumbers() {
        Pid pid = busy(Mailbox.bounded(2, Overflow.DROP_NEWEST).withoutWaterMarks());
        send(pid, 5);
        clock.pass(LOOK);
        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.kind()).isEqualTo(OverloadReport.Kind.DROPPED);
            assertThat(report.dropped()).isEqualTo(3);
            assertThat(report.waiting()).isEqualTo(2);
            assertThat(report.text())
                    .contains("got more messages than its mailbox holds: 3 were dropped", "capacity 2, DROP_NEWEST");
        });

        send(pid, 100);
        clock.pass(Duration.ofSeconds(5));
        send(pid, 100);
        clock.pass(Duration.ofSeconds(4));
        assertThat(reports).hasSize(1);
        clock.pass(Duration.ofSeconds(2));
        assertThat(reports)
                .hasSize(2)
                .last()
                .satisfies(report -> assertThat(report.dropped()).isEqualTo(200));

        clock.pass(Duration.ofMinutes(1));
        clock.pass(Duration.ofMinutes(1));
        assertThat(reports).as("nothing more was dropped").hasSize(2);
        send(pid, 7);
        clock.pass(LOOK);
        assertThat(reports)
                .hasSize(3)
                .last()
                .satisfies(report -> assertThat(report.dropped()).isEqualTo(7));
        assertThat(pid.info().orElseThrow().load().dropped()).isEqualTo(210);
        gated.permits.addAll(java.util.Collections.nCopies(200, "go"));
    }

    @Test
    void whatWasDroppedSinceTheLastReportIsReportedWhenTheProcessHasEnded() {
        Pid pid = busy(Mailbox.bounded(1, Overflow.DROP_OLDEST).withoutWaterMarks());
        send(pid, 3);
        clock.pass(LOOK);
        send(pid, 4);
        assertThat(pid.exitAndJoin(ExitReason.kill(), Await.LIMIT)).isPresent();
        clock.pass(LOOK);

        assertThat(reports).extracting(OverloadReport::dropped).containsExactly(2L, 4L);
    }

    @Test
    void aPlainProcessThatWaitsBehindMessagesItDoesNotWantIsReportedToo() {
        Pid pid = node.spawn((Receiver<Object> self) -> {
            self.receive(String.class);
            Lab.drop(self);
        });
        send(pid, 100);
        Await.until(() -> {
            clock.pass(LOOK);
            return !reports.isEmpty();
        });
        assertThat(isOverloaded(pid)).isTrue();
        pid.send("wanted");
        Await.until(() -> {
            clock.pass(Duration.ofSeconds(1));
            return reports.size() == 2;
        });

        assertThat(kinds()).containsExactly(OverloadReport.Kind.OVERLOADED, OverloadReport.Kind.RECOVERED);
    }

    @Test
    void aSuspendedProcessForWhichMessagesPileUpIsReportedToo() {
        Pid pid = node.start(Lab.spec(Mailbox.unbounded(), _ -> new Lab.Echo()));
        Sys.of(pid).suspend();
        send(pid, 100);
        Await.until(() -> {
            clock.pass(LOOK);
            return !reports.isEmpty();
        });
        Sys.of(pid).resume();
        Await.until(() -> {
            clock.pass(Duration.ofSeconds(1));
            return reports.size() == 2;
        });

        assertThat(kinds()).containsExactly(OverloadReport.Kind.OVERLOADED, OverloadReport.Kind.RECOVERED);
    }

    @Test
    void anOverloadedProcessThatEndsIsForgotten() {
        Pid pid = busy(Mailbox.unbounded());
        send(pid, 200);
        clock.pass(LOOK);
        assertThat(pid.exitAndJoin(ExitReason.kill(), Await.LIMIT)).isPresent();
        clock.pass(LOOK);
        clock.pass(Duration.ofSeconds(5));

        assertThat(kinds()).containsExactly(OverloadReport.Kind.OVERLOADED);
        assertThat(node.overloads.isOverloaded((Process) pid)).isFalse();
    }

    @Test
    void aListenerThatSendsWhatItHearsToTheFullMailboxHoldsNobodyUp() {
        List<Pid> full = new ArrayList<>();
        CountDownLatch heard = new CountDownLatch(1);
        Ticks own = new Ticks();
        NodeListener relay = new NodeListener() {
            @Override
            public void reported(Report report) {
                full.getFirst().send(report);
                heard.countDown();
            }
        };
        try (Node relayed = Node.builder("relay").clock(own).listener(relay).start()) {
            full.add(relayed.start(
                    Lab.spec(Mailbox.bounded(1, Overflow.BLOCK).patience(ServerRef.FOREVER), _ -> gated)));
            full.getFirst().send("first");
            Await.next(gated.begun);
            full.getFirst().send("second");
            own.pass(LOOK); // the clock's thread reports, and does not wait for room

            Await.latch(heard);
            assertThat(full.getFirst().info().orElseThrow().mailboxLength()).isEqualTo(2);
            full.getFirst().exit(ExitReason.kill());
        }
    }

    @Test
    void aHighWaterMarkBelowZeroIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Node.builder("flooded").highWater(-1))
                .withMessage("the high-water mark of mailboxes must not be negative, but was -1");
    }
}
