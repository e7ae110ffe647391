package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Mailbox;
import dev.skep.MailboxOverflow;
import dev.skep.ManualClock;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Overflow;
import dev.skep.OverloadReport;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Report;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.server.ServerSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The examples of the section on floods.
class FloodGuideTest {
    private final BlockingQueue<OverloadReport> reports = new LinkedBlockingQueue<>();
    private final ManualClock clock = ManualClock.attentive();
    private final Node node = Node.builder("hive")
            .clock(clock)
            .highWater(1_000)
            .listener(new NodeListener() {
                @Override
                public void reported(Report report) {
                    if (report instanceof OverloadReport overload) {
                        reports.add(overload);
                    }
                }
            })
            .start();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch handling = new CountDownLatch(1);

    @AfterEach
    void close() {
        busy.countDown();
        node.close();
    }

    sealed interface MeterRpc {
        record Reading(int celsius) implements MeterRpc, Cast<MeterRpc> {}

        record Latest() implements MeterRpc, Call<MeterRpc, Integer> {}
    }

    private final class Meter implements GenServer<List<Integer>, MeterRpc> {
        @Override
        public List<Integer> init(Self<MeterRpc> self) {
            return new ArrayList<>();
        }

        @Override
        public Next<List<Integer>> handle(MeterRpc message, From from, List<Integer> readings) throws Exception {
            handling.countDown();
            busy.await();
            return switch (message) {
                case MeterRpc.Reading(int celsius) -> {
                    readings.add(celsius);
                    yield Next.noReply();
                }
                case MeterRpc.Latest latest -> latest.reply(readings.getLast());
            };
        }
    }

    private ServerRef<MeterRpc> busyMeter(ServerSpec<MeterRpc> spec) throws InterruptedException {
        ServerRef<MeterRpc> meter = node.start(spec);
        meter.cast(new MeterRpc.Reading(0));
        assertThat(handling.await(2, TimeUnit.MINUTES)).isTrue();
        return meter;
    }

    @Test
    void whoGetsMoreThanItHandlesIsReported() throws Exception {
        ServerRef<MeterRpc> meter = busyMeter(GenServer.spec(Meter::new));
        for (int i = 0; i < 1_000; i++) {
            meter.cast(new MeterRpc.Reading(i));
        }

        OverloadReport report = reports.poll(2, TimeUnit.MINUTES);

        assertThat(report).isNotNull();
        assertThat(report.kind()).isEqualTo(OverloadReport.Kind.OVERLOADED);
        assertThat(report.text()).contains("is overloaded: ", " messages wait for it");
    }

    @Test
    void readingsReplaceEachOther() throws Exception {
        ServerSpec<MeterRpc> spec = GenServer.spec(Meter::new).mailbox(100, Overflow.DROP_OLDEST);
        ServerRef<MeterRpc> meter = busyMeter(spec);
        for (int i = 1; i <= 1_000; i++) {
            meter.cast(new MeterRpc.Reading(i));
        }

        Pid pid = meter.pid().orElseThrow();
        ProcessInfo.Load load = pid.info().orElseThrow().load();
        assertThat(load.dropped()).isEqualTo(900);
        busy.countDown();
        assertThat(meter.call(new MeterRpc.Latest())).isEqualTo(1_000);
    }

    @Test
    void aSenderIsHeldUp() throws Exception {
        ServerSpec<MeterRpc> spec = GenServer.spec(Meter::new)
                .mailbox(Mailbox.bounded(100, Overflow.BLOCK)
                        .patience(Duration.ofMillis(20))
                        .withoutWaterMarks());
        ServerRef<MeterRpc> meter = busyMeter(spec);
        int taken = clock.whilePassing(() -> fill(meter));
        assertThat(taken).isEqualTo(100);
    }

    /// How many readings have room.
    private static int fill(ServerRef<MeterRpc> meter) {
        int sent = 0;
        try {
            while (true) {
                meter.cast(new MeterRpc.Reading(sent));
                sent++;
            }
        } catch (CallException.Overloaded full) {
            assertThat(full).hasMessageContaining("had no room for it within PT0.02S");
        }
        return sent;
    }

    @Test
    void aServerStartsAfresh() throws Exception {
        ServerRef<MeterRpc> meter = busyMeter(GenServer.spec(Meter::new).mailbox(100, Overflow.CRASH));
        Pid pid = meter.pid().orElseThrow();
        for (int i = 0; i <= 100; i++) {
            meter.cast(new MeterRpc.Reading(i));
        }

        assertThat(pid.join(Duration.ofSeconds(30)).filter(r -> !(r instanceof ExitReason.NoProcess)))
                .satisfiesAnyOf(
                        reason -> assertThat(reason).contains(ExitReason.because(new MailboxOverflow(100))),
                        reason -> assertThat(reason).isEmpty()); // it had ended before
        OverloadReport report = reports.poll(2, TimeUnit.MINUTES);
        while (report != null && report.kind() != OverloadReport.Kind.CRASHED) {
            report = reports.poll(2, TimeUnit.MINUTES);
        }
        assertThat(report).isNotNull();
    }
}
