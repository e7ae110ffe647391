package dev.skep.supervisor;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Pid;
import dev.skep.Result;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/// A node with dynamic supervisors, and what their tests do with these.
abstract class DynamicSupervisorFixture {
    final ManualClock clock = new ManualClock();
    final Hive hive = new Hive(clock);

    @AfterEach
    void close() {
        hive.close();
    }

    DynamicSupervisorRef<ChildSpec> start() {
        return hive.node.start(DynamicSupervisor.create());
    }

    DynamicSupervisorRef<ChildSpec> patient() {
        return hive.node.start(DynamicSupervisor.create().intensity(100_000, Await.LIMIT));
    }

    static Pid start(DynamicSupervisorRef<ChildSpec> sup, ChildSpec child) {
        return running(sup.startChild(child));
    }

    static Pid running(Result<Optional<Pid>, ChildError> result) {
        return result.orElseThrow(error -> new AssertionError(error)).orElseThrow();
    }

    static List<ChildInfo.State> states(DynamicSupervisorRef<?> sup) {
        return sup.whichChildren().stream().map(ChildInfo::state).toList();
    }

    static List<Pid> pids(DynamicSupervisorRef<?> sup) {
        return sup.whichChildren().stream()
                .flatMap(child -> child.pid().stream())
                .toList();
    }

    static void crash(DynamicSupervisorRef<?> sup, Pid child) {
        Hive.crash(child);
        sup.countChildren();
    }

    static ChildCount workers(int all, int active) {
        return new ChildCount(all, active, 0, all);
    }

    ExitReason shutDown(DynamicSupervisorRef<?> sup) {
        Pid pid = sup.pid().orElseThrow();
        pid.exit(ExitReason.shutdown());
        return hive.heardEndOf(pid);
    }
}
