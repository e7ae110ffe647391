package dev.skep.bench;

import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/// One system's turn: a process that measures some workloads, or several processes, when one of the workloads takes its
/// process with it.
final class Turn {
    private final Contender system;
    private final List<String> command;
    private final ToIntFunction<Workload> operations;
    private final Consumer<Result> collector;

    /// @param operations how many operations a run of a workload has
    Turn(Contender system, List<String> command, ToIntFunction<Workload> operations, Consumer<Result> collector) {
        this.system = system;
        this.command = command;
        this.operations = operations;
        this.collector = collector;
    }

    void run(List<Workload> workloads) throws BenchException {
        List<Workload> left = workloads;
        while (!left.isEmpty()) {
            left = left.subList(measure(left), left.size());
        }
    }

    /// Starts a process for these workloads.
    ///
    /// @return how many of them are done with; all, if the process ended well
    private int measure(List<Workload> workloads) throws BenchException {
        List<String> full = new ArrayList<>(command);
        workloads.forEach(one -> full.add(one.label() + "=" + operations.applyAsInt(one)));
        int done = 0;
        try {
            Process process = new ProcessBuilder(full)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Thread onExit = new Thread(process::destroyForcibly);
            Runtime.getRuntime().addShutdownHook(onExit);
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("{\"system\"")) {
                        Result result = Result.fromJson(line);
                        collector.accept(result);
                        done = indexOf(workloads, result.workload()) + 1;
                    } else {
                        System.err.println(line);
                    }
                }
                if (process.waitFor() == 0) {
                    return workloads.size();
                }
            } finally {
                process.destroyForcibly();
                Runtime.getRuntime().removeShutdownHook(onExit);
            }
        } catch (IOException e) {
            throw new BenchException("cannot measure " + system.label() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
        if (done == 0) {
            String workload = workloads.getFirst().label();
            collector.accept(Result.failed(system.label(), workload, "its process ended; see above"));
            return 1;
        }
        return done;
    }

    private static int indexOf(List<Workload> workloads, String label) {
        for (int i = 0; i < workloads.size(); i++) {
            if (workloads.get(i).label().equals(label)) {
                return i;
            }
        }
        throw new IllegalStateException("a result of a workload that was not asked for: " + label);
    }
}
