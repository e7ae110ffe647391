package dev.skep.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.ApplicationReport;
import dev.skep.ApplicationReport.Context;
import dev.skep.Body;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessSpec;
import dev.skep.Receiver;
import dev.skep.Report;
import dev.skep.Result;
import dev.skep.StartException;
import dev.skep.StartSpec;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class ApplicationsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// What a callback does instead of what it usually does.
    private interface Step {
        void run() throws Exception;
    }

    /// An application that notes what happens to it.
    private final class Noting implements Application {
        private final String name;
        private final List<Application> dependencies = new ArrayList<>();
        private final List<Setting<?>> settings = new ArrayList<>();
        private Step onStart = () -> {};
        private Step onPrepare = () -> {};
        private Step onStop = () -> {};
        private List<String> phases = List.of();
        private Step onPhase = () -> {};

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

    private final Queue<String> journal = new ConcurrentLinkedQueue<>();
    private final Queue<Pid> workers = new ConcurrentLinkedQueue<>();
    private final Queue<ApplicationReport> reports = new ConcurrentLinkedQueue<>();
    private final ManualClock clock = ManualClock.attentive();
    private final Node node = Node.builder("apps")
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
    private final Applications applications = Applications.of(node).configuredBy(Config::of);

    @AfterEach
    void close() {
        node.close();
    }

    private List<String> running() {
        return applications.running().stream().map(ApplicationInfo::name).toList();
    }

    private static Step fail(String why) {
        return () -> {
            throw new IllegalStateException(why);
        };
    }

    // ---- Starting ------------------------------------------------------------------------------------------------

    @Test
    void anApplicationRunsAndIsListed() {
        assertThat(applications.start(new Noting("a"), ApplicationType.TEMPORARY))
                .isEqualTo(Result.ok(List.of("a")));

        ApplicationInfo info = applications.find("a").orElseThrow();
        assertThat(info.version()).isEqualTo("1.0");
        assertThat(info.type()).isEqualTo(ApplicationType.TEMPORARY);
        assertThat(info.top().isAlive()).isTrue();
        assertThat(applications.find("b")).isEmpty();
        assertThat(reports).extracting(ApplicationReport::context).containsExactly(Context.STARTED);
    }

    @Test
    void aProcessBelongsToTheApplicationInWhoseTreeItWasStarted() {
        applications.start(new Noting("a"), ApplicationType.TEMPORARY);
        until(() -> workers.size() == 1);
        Pid workerOfA = workers.remove();
        applications.start(new Noting("b"), ApplicationType.TEMPORARY);
        until(() -> workers.size() == 1);
        Pid workerOfB = workers.remove();
        Pid stranger = node.spawn((Receiver<Object> self) -> self.receive());

        assertThat(applications.find(workerOfA)).map(ApplicationInfo::name).contains("a");
        assertThat(applications.find(workerOfB)).map(ApplicationInfo::name).contains("b");
        Pid top = applications.find("b").orElseThrow().top();
        assertThat(applications.find(top)).map(ApplicationInfo::name).contains("b");
        assertThat(applications.find(stranger)).isEmpty();
        applications.stop("a");
        assertThat(applications.find(workerOfA)).isEmpty();
        assertThatThrownBy(() -> applications.find((Pid) null)).hasMessage("pid");
        assertThatThrownBy(() -> applications.find((String) null)).hasMessage("name");
    }

    @Test
    void startingTwiceIsAnErrorUnlessItIsEnsured() {
        applications.start(new Noting("a"), ApplicationType.TEMPORARY);

        assertThat(applications.start(new Noting("a"), ApplicationType.TEMPORARY))
                .isEqualTo(Result.err(new ApplicationError.AlreadyStarted("a")));
        assertThat(applications.ensureStarted(new Noting("a"), ApplicationType.TEMPORARY))
                .isEqualTo(Result.ok(List.of()));
    }

    @Test
    void dependenciesHaveToRun() {
        Noting below = new Noting("below");
        Noting above = new Noting("above", below);

        assertThat(applications.start(above, ApplicationType.TEMPORARY))
                .isEqualTo(Result.err(new ApplicationError.DependencyNotStarted("above", "below")));
        applications.start(below, ApplicationType.TEMPORARY);
        assertThat(applications.start(above, ApplicationType.TEMPORARY).isOk()).isTrue();
    }

    @Test
    void ensureAllStartedStartsDependenciesFirstAndOnce() {
        Noting a = new Noting("a");
        Noting b = new Noting("b", a);
        Noting c = new Noting("c", a);
        Noting d = new Noting("d", b, c);

        assertThat(applications.ensureAllStarted(d, ApplicationType.TEMPORARY))
                .isEqualTo(Result.ok(List.of("a", "b", "c", "d")));
        assertThat(journal).containsExactly("a starts", "b starts", "c starts", "d starts");
        assertThat(applications.ensureAllStarted(d, ApplicationType.TEMPORARY)).isEqualTo(Result.ok(List.of()));
        assertThat(running()).containsExactly("d", "c", "b", "a");
    }

    @Test
    void whenOneFailsThoseStartedForItAreStoppedAgain() {
        Noting had = new Noting("had");
        applications.start(had, ApplicationType.TEMPORARY);
        Noting below = new Noting("below", had);
        Noting above = new Noting("above", below);
        above.onStart = fail("no");

        Result<List<String>, ApplicationError> started =
                applications.ensureAllStarted(above, ApplicationType.TEMPORARY);

        assertThat(started.toString()).contains("Failed").contains("above").contains("no");
        assertThat(running()).containsExactly("had");
        assertThat(journal).containsExactly("had starts", "below starts", "below prepares", "below stops");
        assertThat(reports).extracting(ApplicationReport::context).contains(Context.START_FAILED);
    }

    @Test
    void aRingOfDependenciesIsRefused() {
        Noting a = new Noting("a");
        Noting b = new Noting("b", a);
        a.dependencies.add(b);

        assertThatThrownBy(() -> applications.ensureAllStarted(a, ApplicationType.TEMPORARY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("applications depend on each other in a ring: a -> b -> a");
    }

    @Test
    void startPhasesRunInOrderOnceTheTreeRuns() {
        Noting a = new Noting("a");
        a.phases = List.of("load", "listen");
        a.onPhase = () -> assertThat(node.processes()).hasSizeGreaterThan(2);

        assertThat(applications.start(a, ApplicationType.TEMPORARY).isOk()).isTrue();
        assertThat(journal).containsExactly("a starts", "a load", "a listen");
    }

    @Test
    void aPhaseThatFailsEndsTheTreeAndFailsTheStart() {
        Noting a = new Noting("a");
        a.phases = List.of("load", "listen");
        a.onPhase = fail("cannot load");

        assertThat(applications.start(a, ApplicationType.TEMPORARY).toString()).contains("cannot load");
        assertThat(journal).containsExactly("a starts", "a load", "a stops");
        assertThat(running()).isEmpty();
        assertThat(workers).noneMatch(Pid::isAlive);
    }

    @Test
    void aTopSupervisorThatDoesNotStartIsTheReason() {
        Application broken = new Application() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public StartSpec<?> start(ApplicationStart start) {
                return Supervisor.oneForOne().child(ChildSpec.of("child", _ -> {
                    throw new StartException.Ignore();
                }));
            }
        };

        assertThat(applications.start(broken, ApplicationType.PERMANENT).isOk()).isFalse();
        assertThat(broken.version()).isEqualTo("0");
        assertThatThrownBy(() ->
                        broken.startPhase("x", new ApplicationStart(node, Config.of("x"), ApplicationType.PERMANENT)))
                .hasMessageContaining("does not override startPhase");
    }

    @Test
    void settingsAreCheckedBeforeAnythingStarts() {
        Noting a = new Noting("a");
        a.settings.add(Setting.integer("port"));
        a.settings.add(Setting.text("name"));

        assertThat(applications.start(a, ApplicationType.TEMPORARY).toString())
                .contains("port is missing")
                .contains("name is missing");
        assertThat(journal).isEmpty();
        assertThat(reports)
                .singleElement()
                .satisfies(report ->
                        assertThat(report.text()).contains("port is missing").doesNotContain("\tat "));
        assertThat(applications
                        .configuredBy(name -> Config.of(name)
                                .with(Setting.integer("port"), "1")
                                .with(Setting.text("name"), "x"))
                        .start(a, ApplicationType.TEMPORARY)
                        .isOk())
                .isTrue();
    }

    @Test
    void settingsThatCannotBeToldFailTheStart() {
        Application broken = new Application() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public List<Setting<?>> settings() {
                throw new IllegalStateException("no settings");
            }

            @Override
            public StartSpec<?> start(ApplicationStart start) {
                throw new AssertionError("must not be started");
            }
        };

        assertThat(applications.start(broken, ApplicationType.TEMPORARY).toString())
                .contains("Failed[name=broken")
                .contains("no settings");
        assertThat(reports).extracting(ApplicationReport::context).containsExactly(Context.START_FAILED);
    }

    @Test
    void whatWouldWaitForItselfIsRefused() {
        Noting other = new Noting("other");
        Queue<String> refused = new ConcurrentLinkedQueue<>();
        Step starting = () -> {
            try {
                applications.start(other, ApplicationType.TEMPORARY);
            } catch (IllegalStateException e) {
                refused.add(e.getMessage());
            }
        };
        Noting a = new Noting("a");
        a.phases = List.of("phase");
        a.onStart = starting;
        a.onPhase = () -> assertThatThrownBy(() -> applications.awaitEnd()).isInstanceOf(IllegalStateException.class);
        a.onPrepare = starting;
        a.onStop = () -> assertThatThrownBy(() -> applications.stop("a")).isInstanceOf(IllegalStateException.class);

        assertThat(applications.start(a, ApplicationType.TEMPORARY).isOk()).isTrue();
        assertThat(applications.stop("a").isOk()).isTrue();

        assertThat(refused).hasSize(2).allMatch(text -> text.startsWith("application a is being started or stopped"));
        assertThat(reports).noneMatch(report -> report.context() == Context.CLEANUP_FAILED);
    }

    @Test
    void anInitThatTheStartWaitsForIsRefusedAndWhatComesLaterIsNot() throws Exception {
        CompletableFuture<Throwable> inInit = new CompletableFuture<>();
        CompletableFuture<Result<List<String>, ApplicationError>> later = new CompletableFuture<>();
        Application a = new Application() {
            @Override
            public String name() {
                return "a";
            }

            @Override
            public StartSpec<?> start(ApplicationStart start) {
                return Supervisor.oneForOne().child(ChildSpec.of("child", ProcessSpec.of((self, ack) -> {
                    try {
                        applications.stop("other");
                    } catch (IllegalStateException e) {
                        inInit.complete(e);
                    }
                    ack.ack();
                    later.complete(applications.start(new Noting("b"), ApplicationType.TEMPORARY));
                    self.receive();
                })));
            }
        };

        assertThat(applications.start(a, ApplicationType.TEMPORARY).isOk()).isTrue();

        assertThat(inInit.get(30, TimeUnit.SECONDS)).hasMessageContaining("dependencies()");
        assertThat(later.get(30, TimeUnit.SECONDS)).isEqualTo(Result.ok(List.of("b")));
    }

    // ---- Stopping ------------------------------------------------------------------------------------------------

    @Test
    void stoppingPreparesEndsTheTreeAndCleansUp() {
        Noting a = new Noting("a");
        a.onPrepare = () -> assertThat(workers.peek().isAlive()).isTrue();
        a.onStop = () -> assertThat(workers.peek().isAlive()).isFalse();
        applications.start(a, ApplicationType.PERMANENT);
        awaitWorker();

        assertThat(applications.stop("a")).isEqualTo(Result.ok(List.of("a")));

        assertThat(journal).containsExactly("a starts", "a prepares", "a stops");
        assertThat(running()).isEmpty();
        assertThat(reports).extracting(ApplicationReport::context).containsExactly(Context.STARTED, Context.STOPPED);
        assertThat(applications.stop("a")).isEqualTo(Result.err(new ApplicationError.NotStarted("a")));
        assertThat(applications.start(a, ApplicationType.PERMANENT).isOk()).isTrue();
    }

    private void awaitWorker() {
        until(() -> !workers.isEmpty());
    }

    private static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError("did not become true within " + PATIENCE);
            }
            Thread.yield();
        }
    }

    @Test
    void aCallbackThatThrowsWhileStoppingIsReportedAndTheRestGoesOn() {
        Noting a = new Noting("a");
        a.onPrepare = fail("unprepared");
        a.onStop = fail("unclean");
        applications.start(a, ApplicationType.TEMPORARY);

        assertThat(applications.stop("a").isOk()).isTrue();

        assertThat(reports.stream().filter(r -> r.context() == Context.CLEANUP_FAILED))
                .hasSize(2)
                .allMatch(ApplicationReport::isError);
        assertThat(running()).isEmpty();
    }

    @Test
    void stopAllStopsInReverseOrder() {
        Noting a = new Noting("a");
        Noting b = new Noting("b", a);
        applications.ensureAllStarted(b, ApplicationType.PERMANENT);
        journal.clear();

        assertThat(applications.stopAll(PATIENCE)).isTrue();

        assertThat(journal).containsExactly("b prepares", "b stops", "a prepares", "a stops");
        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.normal());
    }

    @Test
    void stopAllSaysWhenItTakesTooLong() {
        CountDownLatch release = new CountDownLatch(1);
        Noting a = new Noting("a");
        a.onPrepare = release::await;
        applications.start(a, ApplicationType.TEMPORARY);

        assertThat(clock.whilePassing(() -> applications.stopAll(Duration.ofMillis(1))))
                .isFalse();
        assertThat(running()).as("it answers meanwhile").containsExactly("a");
        release.countDown();
        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.normal());
    }

    @Test
    void stopAllStopsThemThoughItDoesNotWait() {
        Noting a = new Noting("a");
        applications.start(a, ApplicationType.TEMPORARY);

        applications.stopAll(Duration.ZERO);

        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.normal());
        assertThat(running()).isEmpty();
    }

    @Test
    void closingTheNodeStopsThemInReverseOrder() {
        Noting a = new Noting("a");
        Noting b = new Noting("b", a);
        applications.ensureAllStarted(b, ApplicationType.PERMANENT);
        journal.clear();

        node.close();

        assertThat(journal).containsExactly("b prepares", "b stops", "a prepares", "a stops");
        assertThat(reports).extracting(ApplicationReport::context).doesNotContain(Context.ENDED);
    }

    // ---- Ends ----------------------------------------------------------------------------------------------------

    private ExitReason endOf(ApplicationType type, ExitReason reason) {
        Noting a = new Noting("a");
        Noting b = new Noting("b", a);
        applications.start(a, ApplicationType.TEMPORARY);
        applications.start(b, type);
        journal.clear();
        Pid top = applications.find("b").orElseThrow().top();
        if (reason instanceof ExitReason.Killed) {
            top.exit(ExitReason.kill());
        } else {
            until(() -> workers.size() == 2);
            workers.forEach(worker -> {
                if (worker.info().orElseThrow().ancestors().contains(top)) {
                    worker.send(reason);
                }
            });
        }
        return top.join(PATIENCE).orElseThrow();
    }

    @Test
    void aPermanentApplicationTakesTheOthersWithIt() throws Exception {
        CompletableFuture<ExitReason> end = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> end.complete(applications.awaitEnd()));

        endOf(ApplicationType.PERMANENT, ExitReason.because("broken"));

        assertThat(end.get(2, TimeUnit.MINUTES)).isEqualTo(ExitReason.shutdown());
        assertThat(journal).containsExactly("b stops", "a prepares", "a stops");
        assertThat(running()).isEmpty();
        assertThat(reports).extracting(ApplicationReport::context).contains(Context.ENDED);
    }

    @Test
    void aTransientApplicationThatFailsDoesSoToo() {
        endOf(ApplicationType.TRANSIENT, ExitReason.killed());

        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.killed());
        assertThat(running()).isEmpty();
    }

    /// An application that ends by itself at once, for a reason.
    private record Task(ExitReason reason) implements Application {
        @Override
        public String name() {
            return "task";
        }

        @Override
        public StartSpec<?> start(ApplicationStart start) {
            return ProcessSpec.of((_, ack) -> {
                ack.ack();
                throw new ProcessExit(reason);
            });
        }
    }

    @Test
    void aTransientApplicationWhoseWorkIsDoneLeavesTheOthersAlone() {
        applications.start(new Noting("a"), ApplicationType.TEMPORARY);
        applications.start(new Task(ExitReason.normal()), ApplicationType.TRANSIENT);

        until(() -> running().equals(List.of("a")));
        assertThat(reports).extracting(ApplicationReport::context).contains(Context.ENDED);
        assertThat(reports).as("work that is done is no error").noneMatch(ApplicationReport::isError);

        applications.start(new Task(ExitReason.because("broken")), ApplicationType.TRANSIENT);

        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.because("broken"));
        assertThat(reports).anyMatch(ApplicationReport::isError);
        assertThat(running()).isEmpty();
    }

    @Test
    void aTemporaryApplicationGoesAlone() {
        endOf(ApplicationType.TEMPORARY, ExitReason.killed());

        until(() -> running().equals(List.of("a")));
        assertThat(journal).containsExactly("b stops");
    }

    @Test
    void anApplicationWhoseProcessIsKilledHasEnded() {
        applications.start(new Noting("a"), ApplicationType.PERMANENT);
        Pid master = applications
                .find("a")
                .orElseThrow()
                .top()
                .info()
                .orElseThrow()
                .ancestors()
                .getFirst();

        master.exit(ExitReason.kill());

        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.killed());
        assertThat(journal).containsExactly("a starts", "a stops");
    }

    @Test
    void whatThrowsAfterAnApplicationWhoseProcessIsKilledIsReported() {
        Noting a = new Noting("a");
        a.onStop = fail("nothing to stop");
        applications.start(a, ApplicationType.PERMANENT);
        Pid top = applications.find("a").orElseThrow().top();

        top.info().orElseThrow().ancestors().getFirst().exit(ExitReason.kill());

        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.killed());
        assertThat(journal).containsExactly("a starts", "a stops");
        assertThat(reports)
                .extracting(ApplicationReport::context)
                .containsExactly(Context.STARTED, Context.ENDED, Context.CLEANUP_FAILED);
    }

    // ---- Bad input -----------------------------------------------------------------------------------------------

    @Test
    void badInputIsRefused() {
        assertThatThrownBy(() -> applications.start(null, ApplicationType.PERMANENT))
                .hasMessage("application");
        assertThatThrownBy(() -> applications.start(new Noting("a"), null)).hasMessage("type");
        assertThatThrownBy(() -> applications.start(new Noting(" "), ApplicationType.PERMANENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("visible character");
        assertThatThrownBy(() -> applications.stop(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void oneNodeHasOneAccount() {
        applications.start(new Noting("a"), ApplicationType.TEMPORARY);

        assertThat(Applications.of(node).running()).hasSize(1);
        assertThat(node.spawn((Receiver<Object> self) -> {})).isNotNull();
    }
}
