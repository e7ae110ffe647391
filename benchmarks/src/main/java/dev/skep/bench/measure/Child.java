package dev.skep.bench.measure;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/// The main class of the process in which a system is measured. Prints one line of JSON to the standard output for each
/// workload that the system can express.
///
/// Arguments: the class of the [Peer], the [Plan]'s name, and for each workload its name and its number of operations,
/// as in `call-1=300000`.
public final class Child {
    private Child() {}

    /// Measures, and ends the JVM: threads that a failed workload has left behind do not keep it.
    public static void main(String[] args) throws Exception {
        Peer peer =
                Class.forName(args[0]).asSubclass(Peer.class).getConstructor().newInstance();
        Plan plan = Plan.of(args[1]);
        PrintStream out = System.out;
        System.setOut(System.err); // what a library prints is no result
        for (int i = 2; i < args.length; i++) {
            String[] parts = args[i].split("=", 2);
            Workload workload = Workload.of(parts[0]).orElseThrow();
            Thread guard = guard(peer, workload, plan.limit(), out);
            measure(peer, workload, Integer.parseInt(parts[1]), plan).ifPresent(result -> out.println(result.toJson()));
            guard.interrupt();
            guard.join();
            out.flush();
        }
        System.exit(0);
    }

    /// Measures one workload; empty if the system cannot express it.
    public static Optional<Result> measure(Peer peer, Workload workload, int operations, Plan plan) {
        try {
            Optional<? extends Task> prepared = peer.task(workload, operations);
            if (prepared.isEmpty()) {
                return Optional.empty();
            }
            try (Task task = prepared.get()) {
                return Optional.of(
                        Result.of(peer.system(), workload.label(), new Measurement(plan, operations).of(task)));
            }
        } catch (Throwable failure) { // also an OutOfMemoryError: the others are still worth measuring
            failure.printStackTrace();
            return Optional.of(Result.failed(peer.system(), workload.label(), failure.toString()));
        }
    }

    /// Ends the JVM when a workload hangs; who started it goes on with the workloads after it.
    private static Thread guard(Peer peer, Workload workload, Duration limit, PrintStream out) {
        Thread measuring = Thread.currentThread();
        return Thread.ofPlatform().daemon().name("guard").start(() -> {
            try {
                Thread.sleep(limit);
            } catch (InterruptedException done) {
                return;
            }
            for (StackTraceElement frame : measuring.getStackTrace()) {
                System.err.println("    at " + frame);
            }
            String error = "not done after " + limit.toSeconds() + " s";
            out.println(Result.failed(peer.system(), workload.label(), error).toJson());
            out.flush();
            Runtime.getRuntime().halt(1);
        });
    }
}
