package dev.skep.bench.measure;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// How a task is measured: the same for every system on the JVM.
final class Measurement {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /// So few runs still have a median that an outlier does not move.
    private static final int ENOUGH = 3;

    /// After so many times the plan's patience one run is enough: what takes so long is no matter of a few percent.
    private static final int LONG = 5;

    private final Plan plan;
    private final int operations;

    Measurement(Plan plan, int operations) {
        this.plan = plan;
        this.operations = operations;
    }

    SequencedMap<String, Double> of(Task task) throws Exception {
        return switch (task) {
            case Task.Timed timed -> time(timed);
            case Task.Sampled sampled -> percentiles(sampled);
            case Task.Filling filling -> occupied(filling);
            case Task.Ongoing ongoing -> load(ongoing);
        };
    }

    private SequencedMap<String, Double> time(Task.Timed task) throws Exception {
        long warm = System.nanoTime() + plan.warmUp().toNanos();
        do {
            task.before();
            task.run();
        } while (System.nanoTime() - warm < 0);
        System.gc(); // what the warm-up and the workloads before it left behind is not this one's
        List<Double> nanos = new ArrayList<>();
        List<Double> bytes = new ArrayList<>();
        List<Double> crossings = new ArrayList<>();
        Crossing.nanos().ifPresent(crossings::add);
        long start = System.nanoTime();
        do {
            long taken = 0;
            long made = 0;
            double done = 0;
            do {
                task.before();
                // Of all threads, ended ones too; a virtual thread's allocation counts for its carrier.
                long allocated = THREADS.getTotalThreadAllocatedBytes();
                long begin = System.nanoTime();
                task.run();
                taken += System.nanoTime() - begin;
                made += THREADS.getTotalThreadAllocatedBytes() - allocated;
                done += operations;
            } while (taken < plan.least().toNanos());
            nanos.add(taken / done);
            bytes.add(made / done);
            Crossing.nanos().ifPresent(crossings::add);
        } while (nanos.size() < runs(System.nanoTime() - start));
        Collections.sort(nanos);
        Collections.sort(bytes);
        Collections.sort(crossings);
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put("nsPerOp", nanos.get(nanos.size() / 2));
        figures.put("min", nanos.getFirst());
        figures.put("max", nanos.getLast());
        figures.put("bytesPerOp", bytes.get(bytes.size() / 2));
        if (!crossings.isEmpty()) {
            figures.put("crossingNs", crossings.get(crossings.size() / 2));
        }
        return figures;
    }

    /// How many timed runs there are to be when they have taken so many nanoseconds.
    private int runs(long taken) {
        long patience = plan.patience().toNanos();
        return taken < patience ? plan.runs() : taken < LONG * patience ? Math.min(ENOUGH, plan.runs()) : 1;
    }

    private SequencedMap<String, Double> percentiles(Task.Sampled task) throws Exception {
        if (!plan.warmUp().isZero()) {
            task.sample();
        }
        System.gc();
        long[] nanos = task.sample();
        Arrays.sort(nanos);
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put("p50us", percentile(nanos, 0.5));
        figures.put("p99us", percentile(nanos, 0.99));
        figures.put("p999us", percentile(nanos, 0.999));
        return figures;
    }

    private static double percentile(long[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * part))] / 1000.0;
    }

    private SequencedMap<String, Double> occupied(Task.Filling task) throws Exception {
        long before = usedHeap();
        long begin = System.nanoTime();
        task.fill();
        double nanos = (double) (System.nanoTime() - begin) / operations;
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put("bytes", (double) (usedHeap() - before) / operations);
        figures.put("nsPerOp", nanos);
        return figures;
    }

    /// The processor time of the whole JVM for each second that passes, with the work switched on and off, in turn.
    private SequencedMap<String, Double> load(Task.Ongoing task) throws Exception {
        int turns = plan.runs() > 1 ? ENOUGH : 1;
        List<Double> on = new ArrayList<>();
        List<Double> off = new ArrayList<>();
        for (int i = 0; i < turns; i++) {
            off.add(load(task, false));
            on.add(load(task, true));
        }
        Collections.sort(on);
        Collections.sort(off);
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put(Kind.LOAD.figure(), on.get(turns / 2));
        figures.put("min", on.getFirst());
        figures.put("max", on.getLast());
        figures.put("offMsPerSecond", off.get(turns / 2));
        return figures;
    }

    private double load(Task.Ongoing task, boolean on) throws Exception {
        task.set(on);
        System.gc();
        Thread.sleep(plan.warmUp()); // the compilers are at work meanwhile
        long cpu = SYSTEM.getProcessCpuTime();
        long begin = System.nanoTime();
        Thread.sleep(plan.patience().dividedBy(2).plusMillis(100));
        double seconds = (System.nanoTime() - begin) / 1e9;
        return (SYSTEM.getProcessCpuTime() - cpu) / 1e6 / seconds;
    }

    /// What is reachable, the stacks of virtual threads among it.
    private static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50); // lets cleaners run
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
