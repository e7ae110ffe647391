package dev.skep.conformance.soak;

import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One run: a city, its clients, what is done to it, and what is measured meanwhile.
final class Soak {
    /// How large the city is, and how it is measured.
    ///
    /// @param districts each has ten processes
    /// @param clients use the city
    /// @param longestSession how long a session may live; after that their number is steady
    /// @param betweenLooks how long a process may do nothing without being suspected
    record Size(int districts, int clients, Duration longestSession, Duration betweenLooks) {
        static final Size LARGE = new Size(240, 60, Duration.ofSeconds(4), Sleepers.LEAST);
        static final Size SMALL = new Size(40, 16, Duration.ofMillis(300), Duration.ofSeconds(2));
    }

    /// What came of it.
    ///
    /// @param samples what was measured
    /// @param problems why it has failed; empty if it has not
    record Outcome(List<Sample> samples, List<String> problems) {}

    private static final int SAMPLES = 40;
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(200);

    private final Options options;
    private final Size size;
    private final Consumer<Sample> line;
    private final Ledger ledger = new Ledger();
    private final List<Sample> samples = new ArrayList<>();
    private volatile boolean over;

    /// @param line is given a sample whenever one is due to be printed
    Soak(Options options, Size size, Consumer<Sample> line) {
        this.options = options;
        this.size = size;
        this.line = line;
    }

    Outcome run() throws IOException, InterruptedException {
        Node node = Node.builder("soak")
                .logger(new Silence())
                .killGrace(Duration.ofMillis(200))
                .start();
        List<String> problems = new ArrayList<>();
        Plants plants = new Plants(node, options.plant());
        try {
            Sleepers sleepers = new Sleepers(node, size.betweenLooks());
            City city = new City(size.districts(), size.longestSession(), ledger);
            city.start(node);
            SupervisorRef users = node.start(users(city));
            measure(node, sleepers, plants);
            over = true;
            users.server().stop();
            lookOnceMore(sleepers);
            sleepers.found().forEach(pid -> problems.add(pid + " sleeps, though there is something for it"));
            problems.addAll(Flatness.growing(samples));
            ledger.examples().forEach(example -> problems.add("without a reason: " + example));
        } finally {
            plants.release();
            node.stop(Duration.ofSeconds(60));
        }
        problems.addAll(left(node));
        return new Outcome(List.copyOf(samples), problems);
    }

    private Supervisor users(City city) {
        Supervisor users = Supervisor.oneForOne();
        for (int i = 0; i < size.clients(); i++) {
            Client client = new Client(i, options.seed(), city, ledger, () -> over);
            users = users.child(ChildSpec.process("client " + i, client::run)
                    .restart(Restart.TRANSIENT)
                    .shutdown(Duration.ofSeconds(90)));
        }
        Chaos chaos = new Chaos(options.seed(), city, ledger, () -> over);
        return users.child(ChildSpec.process("chaos", chaos::run).restart(Restart.TRANSIENT));
    }

    private void measure(Node node, Sleepers sleepers, Plants plants) throws IOException, InterruptedException {
        Gauges gauges = new Gauges(node, ledger);
        long start = System.nanoTime();
        long end = start + options.time().toNanos();
        long interval = Math.max(
                SHORTEST_INTERVAL.toNanos(),
                Math.min(LONGEST_INTERVAL.toNanos(), options.time().toNanos() / SAMPLES));
        long nextLine = start + options.every().toNanos();
        while (System.nanoTime() < end || samples.size() < Flatness.LEAST) {
            Thread.sleep(Duration.ofNanos(interval));
            plants.grow();
            Sample sample = gauges.read(sleepers.look());
            samples.add(sample);
            if (System.nanoTime() >= nextLine || System.nanoTime() >= end) {
                line.accept(sample);
                nextLine += options.every().toNanos();
            }
        }
    }

    /// Nobody does anything any more. Whoever is in doubt now gets the time to prove that it is awake.
    private void lookOnceMore(Sleepers sleepers) throws InterruptedException {
        int looks = 0;
        do {
            Thread.sleep(size.betweenLooks().plusMillis(10));
            sleepers.look();
        } while (sleepers.isInDoubt() && ++looks < 5);
    }

    private List<String> left(Node node) {
        List<String> left = new ArrayList<>();
        List<Pid> living = node.processes();
        if (!living.isEmpty()) {
            left.add(living.size() + " processes are left after the end of the node, such as " + living.getFirst());
        }
        if (!node.registered().isEmpty()) {
            left.add("names are left after the end of the node: " + node.registered());
        }
        return left;
    }

    /// Thousands of injected crashes are no news.
    private static final class Silence implements System.Logger {
        @Override
        public String getName() {
            return "soak";
        }

        @Override
        public boolean isLoggable(Level level) {
            return false;
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String text, @Nullable Throwable thrown) {}

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object... parameters) {}
    }
}
