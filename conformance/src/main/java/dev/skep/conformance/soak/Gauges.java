package dev.skep.conformance.soak;

import dev.skep.Node;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.registry.UniqueRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/// Reads what the system uses.
final class Gauges {
    private final Node node;
    private final Ledger ledger;
    private final long start = System.nanoTime();

    Gauges(Node node, Ledger ledger) {
        this.node = node;
        this.ledger = ledger;
    }

    /// Collects the garbage first. Takes a moment.
    Sample read(long asleep) throws IOException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Sample(
                (System.nanoTime() - start) / 1e9,
                node.processes().size(),
                heap,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                virtualThreads(),
                node.pendingTimers(),
                node.zombies().size(),
                node.registered().size(),
                entries(),
                asleep,
                ledger.operations.sum(),
                ledger.expectedFailures.sum(),
                ledger.unexplained());
    }

    private long entries() {
        try {
            return UniqueRegistry.of(node, City.BY_NUMBER).count()
                    + DuplicateRegistry.of(node, City.BY_TOPIC).count();
        } catch (IllegalStateException restarting) {
            return 0;
        }
    }

    /// The JVM has no count of them, and JDK 25.0.3 crashes now and then when it dumps the threads of a busy
    /// scheduler. So they are counted among the living objects.
    private static long virtualThreads() throws IOException {
        String histogram;
        try {
            histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IOException("cannot count the virtual threads", e);
        }
        return histogram
                .lines()
                .filter(line -> line.contains(" java.lang.VirtualThread "))
                .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", 3)[1]))
                .sum();
    }
}
