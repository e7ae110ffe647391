package dev.skep.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.ApplicationReport;
import dev.skep.ApplicationReport.Context;
import dev.skep.Await;
import dev.skep.Pid;
import dev.skep.ProcessSpec;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.StartException;
import dev.skep.StartSpec;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How applications start.
@Timeout(600)
class ApplicationsTest extends ApplicationsFixture {
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
        Await.until(() -> workers.size() == 1);
        Pid workerOfA = workers.remove();
        applications.start(new Noting("b"), ApplicationType.TEMPORARY);
        Await.until(() -> workers.size() == 1);
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
