package dev.skep.conformance.otpylib;

import dev.skep.Down;
import dev.skep.Monitor;
import dev.skep.Receiver;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_asyncio_backend/test_process_monitors")
class ProcessMonitorsTest {
    private static String describe(Monitor monitor, Down down) {
        return "of that monitor: " + down.monitor().equals(monitor) + ", of that process: "
                + down.pid().equals(monitor.pid()) + ", " + down.reason();
    }

    @Test
    @Covers("test_spawn_monitor_normal")
    void aMonitoredProcessThatReturnsIsDownWithNormal(Testkit skep, Probe probe) {
        skep.spawn((Receiver<Object> self) -> {
            Monitor monitor = self.spawnMonitor(_ -> {});
            probe.pid().send(describe(monitor, self.receive(Down.class)));
        });

        probe.expectNext("of that monitor: true, of that process: true, normal");
    }

    @Test
    @Covers("test_spawn_monitor_crash")
    void aMonitoredProcessThatCrashesIsDownWithTheCrash(Testkit skep, Probe probe) {
        skep.expectCrash(IllegalStateException.class);
        skep.spawn((Receiver<Object> self) -> {
            Monitor monitor = self.spawnMonitor(_ -> {
                throw new IllegalStateException("child crashed!");
            });
            probe.pid().send(describe(monitor, self.receive(Down.class)));
        });

        probe.expectNext("of that monitor: true, of that process: true, "
                + "crashed: java.lang.IllegalStateException: child crashed!");
    }
}
