package dev.skep.conformance.scenario;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// An Erlang that runs scenarios: one emulator, which compiles the interpreters when it starts, and gets scenarios by its
/// standard input.
final class Erlang implements AutoCloseable {
    private static final List<String> MODULES = List.of("skep_scenarios", "skep_process", "skep_supervisor", "skep_server", "skep_statem", "skep_statem_other");

    /// The length of a tick. One that was too short for the machine, as busy as it is, is doubled.
    private static final int SHORTEST_TICK_MILLIS = 60;

    private static final int LONGEST_TICK_MILLIS = 20_000;

    private final Path folder;
    private final Process emulator;
    private final DataOutputStream requests;
    private final Map<Integer, Sent> sent = new HashMap<>();
    private int lastId;
    private boolean ended;

    private record Sent(Scenario scenario, int tickMillis, CompletableFuture<List<String>> seen) {}

    /// There is no `erl`, or it does not work.
    static final class Missing extends Exception {
        private static final long serialVersionUID = 1L;

        Missing(String message) {
            super(message);
        }
    }

    private Erlang(Path folder, Process emulator) {
        this.folder = folder;
        this.emulator = emulator;
        this.requests = new DataOutputStream(emulator.getOutputStream());
        Thread.ofPlatform().daemon().name("answers-of-erlang").start(this::readAnswers);
    }

    /// Starts an emulator. The interpreters are compiled in a temporary folder, which goes when it is closed.
    static Erlang start() throws IOException, Missing {
        Path folder = Files.createTempDirectory("skep-conformance");
        for (String module : MODULES) {
            try (InputStream source = Erlang.class.getResourceAsStream(module + ".erl")) {
                if (source == null) {
                    throw new IOException("the resource " + module + ".erl is missing");
                }
                Files.copy(source, folder.resolve(module + ".erl"));
            }
        }
        String compile = "[case compile:file(M, [report, return_errors]) of {ok, _} -> ok; Error ->"
                + " io:format(standard_error, \"~p~n\", [Error]), halt(1) end || M <- [" + String.join(",", MODULES)
                + "]], skep_scenarios:main()";
        ProcessBuilder builder = new ProcessBuilder("erl", "+S", "1", "-noinput", "-boot", "start_clean", "-eval", compile)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("ERL_CRASH_DUMP_SECONDS", "0");
        try {
            return new Erlang(folder, builder.start());
        } catch (IOException e) {
            delete(folder);
            throw new Missing("there is no erl on the PATH: install Erlang/OTP 25 or later (" + e.getMessage() + ")");
        }
    }

    /// Runs a scenario. Does not block for long: several can be under way.
    ///
    /// @return what was observed
    CompletableFuture<List<String>> play(Scenario scenario) {
        Sent what = new Sent(scenario, SHORTEST_TICK_MILLIS, new CompletableFuture<>());
        send(what);
        return what.seen;
    }

    private synchronized void send(Sent what) {
        if (ended) {
            what.seen.completeExceptionally(new IOException("erl has ended; what it has said is above"));
            return;
        }
        int id = ++lastId;
        sent.put(id, what);
        String request = "{run," + id + "," + what.scenario.timed() + "," + what.tickMillis + ","
                + what.scenario.kind().module() + "," + Terms.text(what.scenario) + "}.";
        byte[] packet = request.getBytes(StandardCharsets.UTF_8);
        try {
            requests.writeInt(packet.length);
            requests.write(packet);
            requests.flush();
        } catch (IOException e) {
            what.seen.completeExceptionally(e);
        }
    }

    private void readAnswers() {
        try (DataInputStream answers = new DataInputStream(emulator.getInputStream())) {
            while (true) {
                byte[] packet = new byte[answers.readInt()];
                answers.readFully(packet);
                answered(new String(packet, StandardCharsets.UTF_8).split("\n", -1));
            }
        } catch (EOFException e) {
            allAnswered(new IOException("erl has ended; what it has said is above", e));
        } catch (IOException e) {
            allAnswered(e);
        }
    }

    private synchronized Sent taken(int id) {
        Sent what = sent.remove(id);
        if (what == null) {
            throw new IllegalStateException("erl has answered a request that was not made: " + id);
        }
        return what;
    }

    private void answered(String[] lines) {
        Sent what = taken(Integer.parseInt(lines[0]));
        List<String> seen = List.of(lines).subList(2, lines.length);
        switch (lines[1]) {
            case "ok" -> what.seen.complete(seen);
            case "disturbed" -> {
                if (what.tickMillis >= LONGEST_TICK_MILLIS) {
                    what.seen.completeExceptionally(
                            new IOException("the machine is so busy that steps take longer than " + what.tickMillis
                                    + " ms, so that nothing can be said about timers"));
                } else {
                    send(new Sent(what.scenario, what.tickMillis * 2, what.seen));
                }
            }
            default ->
                what.seen.completeExceptionally(new IOException(
                        "the interpreter in Erlang fails for " + Terms.text(what.scenario) + ": " + seen));
        }
    }

    private void allAnswered(IOException why) {
        List<Sent> left;
        synchronized (this) {
            ended = true;
            left = new ArrayList<>(sent.values());
            sent.clear();
        }
        left.forEach(what -> what.seen.completeExceptionally(why));
    }

    /// Ends the emulator.
    @Override
    public void close() {
        try {
            requests.close();
            if (!emulator.waitFor(2, TimeUnit.SECONDS)) {
                emulator.destroyForcibly();
            }
        } catch (IOException e) {
            emulator.destroyForcibly();
        } catch (InterruptedException e) {
            emulator.destroyForcibly();
            Thread.currentThread().interrupt();
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
