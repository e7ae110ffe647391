package dev.skep.example.workerbee.lifecycle;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.example.workerbee.boundary.ReportFile;
import dev.skep.example.workerbee.boundary.Screen;
import dev.skep.example.workerbee.data.Fault;
import dev.skep.example.workerbee.data.Figures;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.Options;
import dev.skep.example.workerbee.data.Progress;
import dev.skep.example.workerbee.data.Report;
import dev.skep.example.workerbee.data.Stored;
import dev.skep.example.workerbee.data.TreeNode;
import dev.skep.example.workerbee.data.Verdict;
import dev.skep.example.workerbee.functions.Audit;
import dev.skep.example.workerbee.functions.Percentiles;
import dev.skep.example.workerbee.functions.Summary;
import dev.skep.example.workerbee.workers.Chaos;
import dev.skep.example.workerbee.workers.Inspection;
import dev.skep.example.workerbee.workers.LoadGenerator;
import dev.skep.example.workerbee.workers.Measurements;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;

/// Runs the service under load while the chaos breaks it, and looks afterwards whether anything that a client was
/// told is lost or duplicated.
final class Demo {
    /// How long the service may take to recover once the chaos has stopped.
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofMillis(10);
    private static final int NEWS = 5;

    /// How many carriers virtual threads have before a watchdog adds some.
    private static final int CARRIERS = Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());

    private final Options options;
    private final Hive hive;
    private final Screen screen;
    private final PrintStream out;
    private final Duration patience;
    /// Part of the addresses of this run's users: the database may hold those of other runs.
    private final String run = UUID.randomUUID().toString().substring(0, 8);

    private final Measurements measurements = new Measurements();
    private final Deque<String> news = new ArrayDeque<>();
    private long begin;

    /// @param hive the running service
    /// @param patience how long the service may take to recover once the chaos has stopped
    Demo(Options options, Hive hive, Screen screen, PrintStream out, Duration patience) {
        this.options = options;
        this.hive = hive;
        this.screen = screen;
        this.out = out;
        this.patience = patience;
    }

    /// Runs the demo to its end, and closes the service.
    ///
    /// @return what is wrong in the end, in one line; empty if all is as it has to be
    Optional<String> run() throws InterruptedException, SQLException, IOException {
        out.println("load for " + options.duration().toSeconds() + " s, seed " + options.seed()
                + (options.chaos() ? "" : ", no chaos"));
        LoadGenerator.Outcome outcome;
        Duration loaded;
        begin = System.nanoTime();
        try (var load = new LoadGenerator(run, options.seed(), hive.users(), hive.address(), measurements)) {
            Optional<Pid> chaos = options.chaos() ? Optional.of(startChaos()) : Optional.empty();
            showUntilTimeIsUp();
            chaos.ifPresent(this::stopChaos);
            outcome = load.stop();
            loaded = elapsed();
        }
        awaitRecovery();
        TreeNode tree = hive.tree();
        OptionalLong unsentMails = hive.unsentMails();
        screen.show(progress(tree));
        long restarts = hive.restarts();
        hive.close();

        Verdict verdict = judge(outcome);
        Report report = report(loaded, restarts, verdict);
        if (options.report().isPresent()) {
            ReportFile.write(options.report().get(), report);
        }
        Summary.of(report).forEach(out::println);
        return Summary.whatIsWrong(verdict, tree, unsentMails, measurements.unrepairedFaults());
    }

    // ---- While it runs -------------------------------------------------------------------------------------------

    private Pid startChaos() {
        Map<Fault, List<String>> targets = new EnumMap<>(Fault.class);
        for (Fault fault : options.faults()) {
            targets.put(
                    fault,
                    switch (fault) {
                        case CRASH, KILL, STALL, HOG, ZOMBIE -> Names.breakable(hive.databaseWorkers());
                        case DATABASE -> Names.connected(hive.databaseWorkers());
                        case FLOOD -> List.of(Names.OUTBOX.text());
                    });
        }
        return hive.node().spawn(new Chaos(options.seed(), targets, hive.watch(), measurements, this::addNews));
    }

    /// The chaos ends when the last server that it has broken is back.
    private void stopChaos(Pid chaos) {
        chaos.send("stop");
        if (chaos.join(patience.multipliedBy(3)).isEmpty()) {
            chaos.exit(ExitReason.kill());
        }
    }

    private void addNews(String line) {
        synchronized (news) {
            news.addLast(line);
            if (news.size() > NEWS) {
                news.removeFirst();
            }
        }
    }

    private void showUntilTimeIsUp() throws InterruptedException {
        Duration interval = screen.interval();
        while (true) {
            Duration next = interval.multipliedBy(elapsed().dividedBy(interval) + 1);
            if (next.compareTo(options.duration()) >= 0) {
                break;
            }
            sleepUntil(next);
            screen.show(progress(hive.tree()));
        }
        sleepUntil(options.duration());
    }

    private void sleepUntil(Duration moment) throws InterruptedException {
        Duration left = moment.minus(elapsed());
        if (left.isPositive()) {
            Thread.sleep(left);
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private Progress progress(TreeNode tree) {
        List<String> latest;
        synchronized (news) {
            latest = List.copyOf(news);
        }
        return new Progress(elapsed(), options.duration(), measurements.figures(hive.restarts()), tree, latest);
    }

    /// Waits until every supervisor is back to full strength, and every welcome mail is sent.
    private void awaitRecovery() throws InterruptedException {
        long patienceEnds = System.nanoTime() + patience.toNanos();
        while (!isRecovered() && System.nanoTime() - patienceEnds < 0) {
            Thread.sleep(LOOK);
        }
    }

    private boolean isRecovered() {
        return hive.tree().isComplete() && hive.unsentMails().equals(OptionalLong.of(0));
    }

    // ---- Afterwards ----------------------------------------------------------------------------------------------

    private Verdict judge(LoadGenerator.Outcome outcome) throws SQLException {
        Stored stored = Inspection.of(hive.database(), run);
        Verdict found = Audit.compare(outcome.expectations(), stored);
        return new Verdict(
                Stream.concat(outcome.seen().lost().stream(), found.lost().stream())
                        .toList(),
                Stream.concat(outcome.seen().duplicated().stream(), found.duplicated().stream())
                        .toList());
    }

    private Report report(Duration loaded, long restarts, Verdict verdict) {
        Figures figures = measurements.figures(restarts);
        return new Report(
                loaded.toMillis() / 1000.0,
                figures.calls(),
                figures.ok(),
                figures.businessErrors(),
                figures.failedCalls(),
                figures.acknowledged(),
                verdict.lost().size(),
                verdict.duplicated().size(),
                byLabel(figures.faults()),
                figures.restarts(),
                times(measurements.restartMicros()),
                times(measurements.callMicros()),
                measurements.stallsRecovered(),
                inMillis(measurements.recoveryMicros()),
                hive.watch().zombies(),
                hive.node().expiredRequests(),
                hive.node().retriedCalls(),
                CARRIERS + hive.node().extraCarriersPeak());
    }

    private static Map<String, Long> byLabel(Map<Fault, Long> faults) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Fault fault : Fault.values()) {
            counts.put(fault.label(), faults.getOrDefault(fault, 0L));
        }
        return counts;
    }

    private static Report.Times inMillis(Percentiles micros) {
        return new Report.Times(micros.at(50) / 1000, micros.at(99) / 1000);
    }

    private static Report.Times times(Percentiles micros) {
        return new Report.Times(micros.at(50), micros.at(99));
    }
}
