package dev.skep.bench;

import dev.skep.bench.measure.Workload;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A system that can be measured, and how it is started.
enum Contender {
    SKEP {
        @Override
        Launch launch(Place place, Options options) {
            return jvm(options, System.getProperty("java.class.path"), "dev.skep.bench.skep.SkepPeer");
        }
    },
    LIMIT {
        @Override
        Launch launch(Place place, Options options) {
            return jvm(options, System.getProperty("java.class.path"), "dev.skep.bench.limit.LimitPeer");
        }
    },
    ERLANG {
        @Override
        Launch launch(Place place, Options options) throws BenchException {
            return ErlangPeer.launch(place, options.mode());
        }
    },
    PEKKO {
        @Override
        Launch launch(Place place, Options options) {
            return ofModule(place, options, "pekko", "dev.skep.bench.pekko.PekkoPeer");
        }
    },
    VERTX {
        @Override
        Launch launch(Place place, Options options) {
            return ofModule(place, options, "vertx", "dev.skep.bench.vertx.VertxPeer");
        }
    },
    OTPYLIB {
        @Override
        Launch launch(Place place, Options options) throws BenchException {
            return OtpylibPeer.launch(place, options.mode());
        }

        // An operation takes tens to hundreds of times as long as in Skep: a tenth of them is enough for a median, and
        // all would be most of the comparison's time. Each run still divides its time by its own number.
        @Override
        int operations(Mode mode, Workload workload) {
            return mode.operations(workload) / 10;
        }
    };

    /// How a system is started, if it can be.
    sealed interface Launch {
        /// A command, to which the workloads are added, each with its number of operations: `call-1=300000`.
        record Command(List<String> command) implements Launch {}

        /// It cannot be measured here.
        record Missing(String why) implements Launch {}
    }

    /// Where things are.
    ///
    /// @param home the folder of the module
    /// @param work a folder for what is made meanwhile
    record Place(Path home, Path work) {}

    /// Finds out how the system is started.
    abstract Launch launch(Place place, Options options) throws BenchException;

    /// How many operations a run of a workload has.
    int operations(Mode mode, Workload workload) {
        return mode.operations(workload);
    }

    /// The name on the command line and in results.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Contender> of(String label) {
        return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
    }

    static String peerNames() {
        return Arrays.stream(values())
                .filter(one -> one != SKEP)
                .map(Contender::label)
                .collect(Collectors.joining(", "));
    }

    /// A peer in a module of its own, with a class path of its own.
    private static Launch ofModule(Place place, Options options, String module, String peer) {
        Path target = place.home().resolve(module).resolve("target");
        if (!Files.isDirectory(target.resolve("lib"))) {
            return new Launch.Missing("its module is not built; './skep bench' builds it");
        }
        String classPath =
                target.resolve("classes") + File.pathSeparator + target.resolve("lib") + File.separator + "*";
        return jvm(options, classPath, peer);
    }

    /// The same flags for every system on the JVM: a fixed heap, and what the JVM chooses by itself.
    private static Launch jvm(Options options, String classPath, String peer) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Touched before: the first use of each page would cost more than most of what is measured.
        command.addAll(List.of("-Xms" + options.heap(), "-Xmx" + options.heap(), "-XX:+AlwaysPreTouch"));
        options.carriers().ifPresent(number -> command.add("-Djdk.virtualThreadScheduler.parallelism=" + number));
        command.addAll(List.of("-cp", classPath, "dev.skep.bench.measure.Child", peer));
        command.add(options.plan());
        return new Launch.Command(command);
    }
}
