package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ApplicationReport;
import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Report;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.application.ApplicationError;
import dev.skep.application.ApplicationInfo;
import dev.skep.application.ApplicationType;
import dev.skep.application.Applications;
import dev.skep.application.Config;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.coverage.NotApplicable;
import dev.skep.conformance.coverage.Waits;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// On a node without a testkit: applications begin and end with their node.
@CasesOf("application_SUITE")
@Waits(
        cases = {
            "distr_changed_tc1",
            "distr_changed_tc2",
            "failover",
            "failover_comp",
            "nodedown_start",
            "otp_2078",
            "otp_3184",
            "otp_4066",
            "otp_5606",
            "permissions",
            "permit_false_start_dist",
            "permit_false_start_local"
        },
        because =
                "distribution over several nodes: applications that move from one to another, and may be kept from one")
@NotApplicable(
        cases = {"script_start", "otp_3002"},
        because = "there are no releases with boot scripts: a JVM is started on a class path")
@Differs(
        cases = {"load", "load_use_cache", "otp_1586"},
        entry = "Applications are loaded before they are started")
@Differs(cases = "otp_5363", entry = "Stopping an application kills whatever has its master as group leader")
class ApplicationStartsTest {
    private static final ApplicationType TEMPORARY = ApplicationType.TEMPORARY;

    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    private final Node node = Node.builder("applications")
            .listener(new NodeListener() {
                @Override
                public void reported(Report report) {
                    reports.add(report);
                }
            })
            .start();
    private final Applications applications = Applications.of(node).configuredBy(Config::of);

    @AfterEach
    void close() {
        node.close();
    }

    private static Result<List<String>, ApplicationError> names(String... names) {
        return Result.ok(List.of(names));
    }

    private List<String> running() {
        return applications.running().stream().map(ApplicationInfo::name).toList();
    }

    private Pid master(String name) {
        Pid top = applications.find(name).orElseThrow().top();
        return top.info().orElseThrow().ancestors().getFirst();
    }

    // ---- Starting ------------------------------------------------------------------------------------------------

    @Test
    @Covers("ensure_started")
    void anApplicationMayBeMadeSureOf() {
        NotedApplication app = new NotedApplication("app1");
        for (ApplicationType type : List.of(TEMPORARY, ApplicationType.PERMANENT)) {
            assertThat(applications.ensureStarted(app, type)).isEqualTo(names("app1"));
            assertThat(applications.ensureStarted(app, type)).isEqualTo(names());
            assertThat(applications.start(app, type))
                    .isEqualTo(Result.err(new ApplicationError.AlreadyStarted("app1")));
            assertThat(applications.stop("app1")).isEqualTo(names("app1"));
        }
        assertThat(applications.stop("app1")).isEqualTo(Result.err(new ApplicationError.NotStarted("app1")));
    }

    @Test
    @Covers("ensure_all_started")
    void whatAnApplicationDependsOnIsStartedBeforeIt() {
        NotedApplication app9 = new NotedApplication("app9");
        NotedApplication app10 = new NotedApplication("app10", app9);
        assertThat(applications.start(app10, TEMPORARY))
                .isEqualTo(Result.err(new ApplicationError.DependencyNotStarted("app10", "app9")));

        assertThat(applications.ensureAllStarted(app10, TEMPORARY)).isEqualTo(names("app9", "app10"));
        assertThat(running()).containsExactly("app10", "app9");
        assertThat(applications.ensureAllStarted(app10, TEMPORARY)).isEqualTo(names());

        applications.stop("app10");
        assertThat(running()).containsExactly("app9");
        assertThat(applications.ensureAllStarted(app10, TEMPORARY)).isEqualTo(names("app10"));
    }

    @Test
    @Covers("ensure_all_started")
    void whenOneOfThemFailsThoseThatWereStartedForItAreStopped() {
        NotedApplication app9 = new NotedApplication("app9");
        NotedApplication bad = new NotedApplication("bad", app9);
        bad.onStart = () -> {
            throw new ProcessExit(ExitReason.because("no such thing"));
        };
        NotedApplication app10 = new NotedApplication("app10", app9, bad);

        assertThat(applications.ensureAllStarted(app10, TEMPORARY))
                .isEqualTo(Result.err(new ApplicationError.Failed("bad", ExitReason.because("no such thing"))));
        assertThat(running()).isEmpty();

        applications.start(app9, TEMPORARY);
        assertThat(applications.ensureAllStarted(app10, TEMPORARY).isOk()).isFalse();
        assertThat(running()).containsExactly("app9");
    }

    @Test
    @Covers("start_phases")
    void thePhasesOfAStartRunInTheirOrder() {
        NotedApplication app = new NotedApplication("app");
        app.phases = List.of("init", "takeover", "go");
        applications.start(app, ApplicationType.PERMANENT);
        assertThat(app.journal).containsExactly("start", "init", "takeover", "go");
        applications.stop("app");
        assertThat(app.journal).containsExactly("start", "init", "takeover", "go", "prepareToStop", "stop");
    }

    @Test
    @Differs(cases = "optional_applications", entry = "An application may name others as optional")
    void dependenciesAreWhateverTheCodeSays() {
        NotedApplication there = new NotedApplication("there");
        NotedApplication with = new NotedApplication("with", there);
        NotedApplication without = new NotedApplication("without");
        assertThat(applications.start(without, TEMPORARY)).isEqualTo(names("without"));
        assertThat(applications.ensureAllStarted(with, TEMPORARY)).isEqualTo(names("there", "with"));
    }

    @Test
    @Differs(cases = "otp_2718", entry = "A permanent application that fails to start ends the node")
    void anApplicationThatFailsToStartIsTheBusinessOfWhoStartsIt() {
        NotedApplication other = new NotedApplication("other");
        applications.start(other, ApplicationType.PERMANENT);
        NotedApplication app = new NotedApplication("app");
        for (ExitReason reason : List.of(ExitReason.normal(), ExitReason.because("abnormal"))) {
            app.onStart = () -> {
                throw new ProcessExit(reason);
            };
            assertThat(applications.start(app, ApplicationType.TRANSIENT))
                    .isEqualTo(Result.err(new ApplicationError.Failed("app", reason)));
        }
        assertThat(running()).containsExactly("other");
    }

    @Test
    @Differs(cases = "otp_2973", entry = "An application that is being started may be started")
    void ofTwoWhoStartAtTheSameTimeOneIsTooLate() throws Exception {
        NotedApplication app = new NotedApplication("app0");
        assertThat(twice(() -> applications.start(app, TEMPORARY)))
                .containsExactlyInAnyOrder(names("app0"), Result.err(new ApplicationError.AlreadyStarted("app0")));

        NotedApplication bad = new NotedApplication("bad");
        ExitReason reason = ExitReason.because("start error");
        bad.onStart = () -> {
            throw new ProcessExit(reason);
        };
        Result<List<String>, ApplicationError> failed = Result.err(new ApplicationError.Failed("bad", reason));
        assertThat(twice(() -> applications.start(bad, TEMPORARY))).containsExactly(failed, failed);
    }

    /// What comes of it when two threads do it at the same time.
    private static <T> List<T> twice(Callable<T> action) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<T>> both = threads.invokeAll(List.of(action, action));
            return List.of(both.getFirst().get(), both.getLast().get());
        }
    }

    @Test
    @Covers("otp_4227")
    void anApplicationThatWasKilledIsNoDependencyThatRuns() throws Exception {
        NotedApplication app9 = new NotedApplication("app9");
        NotedApplication app10 = new NotedApplication("app10", app9);
        ApplicationError.DependencyNotStarted missing = new ApplicationError.DependencyNotStarted("app10", "app9");
        assertThat(applications.start(app10, TEMPORARY)).isEqualTo(Result.err(missing));

        applications.start(app9, TEMPORARY);
        CompletableFuture<ExitReason> end = master("app9").exited();
        applications.find("app9").orElseThrow().top().exit(ExitReason.kill());
        end.get(2, TimeUnit.MINUTES);

        assertThat(applications.start(app10, TEMPORARY)).isEqualTo(Result.err(missing));
    }

    // ---- Stopping ------------------------------------------------------------------------------------------------

    @Test
    @Covers("otp_16504")
    void anApplicationIsCleanedUpAfterEvenIfItsProcessIsKilled() {
        NotedApplication app = new NotedApplication("app1");
        applications.start(app, ApplicationType.PERMANENT);

        master("app1").exit(ExitReason.kill());

        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.killed());
        assertThat(app.journal).containsExactly("start", "stop");
    }

    @Test
    @Covers("shutdown_deadlock")
    void theOthersCanBeListedWhileOneIsStopping() throws Exception {
        CountDownLatch stopping = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        NotedApplication app = new NotedApplication("deadlock");
        app.onStop = () -> {
            stopping.countDown();
            goOn.await();
        };
        applications.start(app, TEMPORARY);
        CompletableFuture<Result<List<String>, ApplicationError>> stop =
                CompletableFuture.supplyAsync(() -> applications.stop("deadlock"), Thread::startVirtualThread);
        stopping.await();

        assertThat(running()).isSubsetOf("deadlock");
        goOn.countDown();
        assertThat(stop.get(2, TimeUnit.MINUTES)).isEqualTo(names("deadlock"));
    }

    @Test
    @Covers("shutdown_timeout")
    void whatDoesNotStopInTimeIsKilledWithItsNode() {
        CountDownLatch never = new CountDownLatch(1);
        NotedApplication app = new NotedApplication("hangs");
        app.onPrepare = never::await;
        applications.start(app, TEMPORARY);
        Pid worker = app.workers.peek();

        assertThat(applications.stopAll(Duration.ofMillis(1))).isFalse();
        assertThat(node.stop(Duration.ZERO)).isEmpty();
        assertThat(worker == null || !worker.isAlive()).isTrue();
    }

    @Test
    @Differs(cases = "shutdown_func", entry = "`shutdown_func` of the kernel")
    void anApplicationIsToldBeforeItsTreeEnds() {
        NotedApplication app = new NotedApplication("app");
        applications.start(app, TEMPORARY);
        Pid top = applications.find("app").orElseThrow().top();
        app.onPrepare = () -> app.journal.add(top.isAlive() ? "its tree runs" : "its tree has ended");
        app.onStop = () -> app.journal.add(top.isAlive() ? "its tree runs" : "its tree has ended");

        assertThat(applications.stopAll(ServerRef.FOREVER)).isTrue();

        assertThat(app.journal)
                .containsExactly("start", "its tree runs", "prepareToStop", "its tree has ended", "stop");
        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.normal());
    }

    // ---- Reports -------------------------------------------------------------------------------------------------

    @Test
    @Covers({"format_log_1", "format_log_2"})
    void whatBecomesOfAnApplicationIsReportedInBoundedTexts() {
        ExitReason big = ExitReason.because(
                Stream.generate(() -> "on and on").limit(1_000_000).toList());
        NotedApplication app = new NotedApplication("my_application");
        applications.start(app, TEMPORARY);
        applications.stop("my_application");
        app.onStart = () -> {
            throw new ProcessExit(big);
        };
        applications.start(app, TEMPORARY);

        List<String> texts = reports.stream()
                .filter(ApplicationReport.class::isInstance)
                .map(Report::text)
                .toList();
        assertThat(texts).hasSize(3);
        assertThat(texts.get(0)).isEqualTo("application my_application: started");
        assertThat(texts.get(1)).isEqualTo("application my_application: stopped");
        assertThat(texts.get(2))
                .startsWith("application my_application: start failed")
                .contains("on and on")
                .hasSizeLessThan(100_000);
    }

    @Test
    @Covers("get_key")
    void theKeysOfAnApplicationAreWhatItsObjectSays() {
        NotedApplication app = new NotedApplication("appinc", new NotedApplication("kernel"));
        app.phases = List.of("init", "takeover", "go");
        applications.ensureAllStarted(app, ApplicationType.PERMANENT);

        ApplicationInfo info = applications.find("appinc").orElseThrow();
        assertThat(info.name()).isEqualTo("appinc");
        assertThat(info.version()).isEqualTo("2.0");
        assertThat(info.type()).isEqualTo(ApplicationType.PERMANENT);
        assertThat(info.top().isAlive()).isTrue();
        assertThat(app.dependencies())
                .singleElement()
                .satisfies(each -> assertThat(each.name()).isEqualTo("kernel"));
        assertThat(applications.find("unknown")).isEmpty();
    }
}
