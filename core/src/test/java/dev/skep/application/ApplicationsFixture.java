package dev.skep.application;

import dev.skep.ApplicationReport;
import dev.skep.Body;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Report;
import dev.skep.StartSpec;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;

/// A node for applications that note what happens to them.
abstract class ApplicationsFixture {
    /// What a callback does instead of what it usually does.
    interface Step {
        void run() throws Exception;
    }

    /// An application that notes what happens to it.
    final class Noting implements Application {
        final String name;
        final List<Application> dependencies = new ArrayList<>();
        final List<Setting<?>> settings = new ArrayList<>();
        Step onStart = () -> {};
        Step onPrepare = () -> {};
        Step onStop = () -> {};
        List<String> phases = List.of();
        Step onPhase = () -> {};

        Noting(String name, Application... dependencies) {
            this.name = name;
            this.dependencies.addAll(List.of(dependencies));
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String version() {
            return "1.0";
        }

        @Override
        public List<Application> dependencies() {
            return dependencies;
        }

        @Override
        public List<Setting<?>> settings() {
            return settings;
        }

        @Override
        public StartSpec<?> start(ApplicationStart start) throws Exception {
            onStart.run();
            journal.add(name + " starts");
            return Supervisor.oneForOne()
                    .intensity(0, Duration.ofSeconds(1))
                    .child(ChildSpec.process("worker of " + name, worker()).restart(Restart.TRANSIENT));
        }

        private Body<Object> worker() {
            return self -> {
                workers.add(self.pid());
                throw new ProcessExit(self.receive(ExitReason.class));
            };
        }

        @Override
        public List<String> startPhases() {
            return phases;
        }

        @Override
        public void startPhase(String phase, ApplicationStart start) throws Exception {
            journal.add(name + " " + phase);
            onPhase.run();
        }

        @Override
        public void prepareToStop() throws Exception {
            journal.add(name + " prepares");
            onPrepare.run();
        }

        @Override
        public void stop() throws Exception {
            journal.add(name + " stops");
            onStop.run();
        }
    }

    final Queue<String> journal = new ConcurrentLinkedQueue<>();
    final Queue<Pid> workers = new ConcurrentLinkedQueue<>();
    final Queue<ApplicationReport> reports = new ConcurrentLinkedQueue<>();
    final ManualClock clock = ManualClock.attentive();
    final Node node = Node.builder("apps")
            .clock(clock)
            .listener(new NodeListener() {
                @Override
                public void reported(Report report) {
                    if (report instanceof ApplicationReport application) {
                        reports.add(application);
                    }
                }
            })
            .start();
    final Applications applications = Applications.of(node).configuredBy(Config::of);

    @AfterEach
    void close() {
        node.close();
    }

    List<String> running() {
        return applications.running().stream().map(ApplicationInfo::name).toList();
    }

    static Step fail(String why) {
        return () -> {
            throw new IllegalStateException(why);
        };
    }
}
