package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.From;
import dev.skep.Health;
import dev.skep.HealthCheck;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Report;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.SupervisorReport;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The examples of the section on handlers that stall.
class StallGuideTest {
    sealed interface PrinterRpc {
        record Print(String page) implements PrinterRpc, Cast<PrinterRpc> {}

        record Import(List<String> pages) implements PrinterRpc, Cast<PrinterRpc> {}

        record Printed() implements PrinterRpc, Call<PrinterRpc, Integer> {}
    }

    static final Name<PrinterRpc> PRINTER = Name.of("printer");

    /// Whether it works may change at any time.
    record Device(String port) {
        boolean isOnline() {
            return !port.equals("unplugged");
        }
    }

    private static final class Printer implements GenServer<List<String>, PrinterRpc> {
        private Self<PrinterRpc> self;
        private int printed;

        @Override
        public List<String> init(Self<PrinterRpc> started) {
            self = started;
            return List.of();
        }

        @Override
        public Next<List<String>> handle(PrinterRpc message, From from, List<String> state)
                throws InterruptedException {
            return switch (message) {
                case PrinterRpc.Print(String page) -> {
                    print(page);
                    yield Next.noReply();
                }
                case PrinterRpc.Import(List<String> pages) -> {
                    for (String page : pages) {
                        self.heartbeat();
                        print(page);
                    }
                    yield Next.noReply();
                }
                case PrinterRpc.Printed m -> m.reply(printed);
            };
        }

        private void print(String page) throws InterruptedException {
            if (page.equals("jam")) {
                new CountDownLatch(1).await();
            }
            printed++;
        }
    }

    private static final class DevicePrinter implements GenServer<Device, PrinterRpc> {
        @Override
        public Device init(Self<PrinterRpc> self) {
            return new Device("unplugged");
        }

        @Override
        public Next<Device> handle(PrinterRpc message, From from, Device device) {
            return Next.noReply();
        }

        @Override
        public Result<?, String> health(Device device) {
            return device.isOnline() ? Result.ok("online") : Result.err("the device is offline");
        }
    }

    private final ManualClock clock = new ManualClock();
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> rows = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> stored = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> outbox = new LinkedBlockingQueue<>();
    private final NodeListener listener = new NodeListener() {
        @Override
        public void reported(Report report) {
            if (report instanceof SupervisorReport) {
                reports.add(report);
            }
        }
    };
    private final Node node =
            clock.install(Node.builder("hive").listener(listener)).start();

    @AfterEach
    void close() {
        node.close();
    }

    private SupervisorRef supervised(ChildSpec child) {
        return node.start(Supervisor.oneForOne().child(child));
    }

    private void passTimeUntil(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!clock.pass(Duration.ofMillis(100), condition)) {
            assertThat(System.nanoTime() - start)
                    .isLessThan(Duration.ofMinutes(2).toNanos());
            Thread.yield();
        }
    }

    private static Optional<String> problem(SupervisorRef sup) {
        return sup.whichChildren().getFirst().health().flatMap(Health::last).flatMap(Health.Check::problem);
    }

    @Test
    void aStalledServerIsRestarted() {
        supervised(ChildSpec.server(PRINTER, Printer::new)
                .health(HealthCheck.every(Duration.ofSeconds(5))
                        .timeout(Duration.ofSeconds(2))
                        .failures(3)));
        ServerRef<PrinterRpc> printer = node.ref(PRINTER);
        printer.cast(new PrinterRpc.Import(List.of("one", "two")));
        assertThat(printer.call(new PrinterRpc.Printed(), ServerRef.FOREVER)).isEqualTo(2);
        printer.cast(new PrinterRpc.Print("jam"));
        passTimeUntil(() -> !reports.isEmpty());
        assertThat(reports.remove().text())
                .contains("unhealthy: in the same handler (", "PrinterRpc$Print", "Printer.handle");
        passTimeUntil(() -> printer.pid().isPresent());
        assertThat(printer.call(new PrinterRpc.Printed(), ServerRef.FOREVER)).isZero();
    }

    @Test
    void aServerIsAskedForItsHealth() {
        SupervisorRef sup = supervised(ChildSpec.server("device", DevicePrinter::new)
                .health(HealthCheck.every(Duration.ofSeconds(5)).callback()));
        passTimeUntil(() -> problem(sup).equals(Optional.of("the device is offline")));
    }

    private Void deliverMail() throws InterruptedException {
        new CountDownLatch(1).await();
        return null;
    }

    @Test
    void aLoopIsLookedAtFromOutside() {
        outbox.add("a letter");
        SupervisorRef sup = supervised(ChildSpec.loop("mail", this::deliverMail)
                .health(HealthCheck.every(Duration.ofSeconds(30))
                        .probe(pid -> outbox.isEmpty() ? Result.ok("empty") : Result.err("mail is waiting"))));
        passTimeUntil(() -> problem(sup).equals(Optional.of("mail is waiting")));
    }

    private void store(String row) {
        stored.add(row);
    }

    @Test
    void aLoopThatBeats() throws InterruptedException {
        SupervisorRef sup = supervised(ChildSpec.loop("import", heartbeat -> {
                    while (true) {
                        heartbeat.beat();
                        store(rows.take());
                    }
                })
                .health(HealthCheck.every(Duration.ofMinutes(1)).timeout(Duration.ofMinutes(1))));
        rows.add("row");
        assertThat(stored.take()).isEqualTo("row");
        passTimeUntil(() -> problem(sup).isPresent());
        assertThat(problem(sup).orElseThrow()).startsWith("without a heartbeat for ");
    }
}
