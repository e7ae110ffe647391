package dev.skep.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.Await;
import dev.skep.Call;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ref.WeakReference;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server is upgraded from one jar to another, each with a class loader of its own, while clients call it.
class HotUpgradeTest {
    private static final Name<CounterRpc> COUNTER = Name.of("counter");

    private static final String V1 = """
            package counter;

            import dev.skep.*;
            import dev.skep.server.GenServer;
            import dev.skep.sys.CounterRpc;
            import java.util.Optional;

            public final class Counter implements GenServer<Counter.State, CounterRpc> {
                public static final class State {
                    long total;
                }

                @Override
                public State init(Self<CounterRpc> self) {
                    return new State();
                }

                @Override
                public Next<State> handle(CounterRpc message, From from, State state) {
                    return switch (message) {
                        case CounterRpc.Add add -> add.reply(state.total += add.n());
                        case CounterRpc.Version version -> version.reply("v1");
                        case CounterRpc.Extension later -> Next.unhandled();
                    };
                }

                @Override
                public Optional<String> version() {
                    return Optional.of("v1");
                }

                @Override
                public Object exportState(State state, Optional<String> version) {
                    return state.total;
                }

                @Override
                public State codeChange(Object exported, Optional<String> version, Self<CounterRpc> self) {
                    State state = new State();
                    state.total = (Long) exported;
                    return state;
                }
            }
            """;

    /// Counts its calls too, knows another message, and remembers which version it took over from.
    private static final String V2 = """
            package counter;

            import dev.skep.*;
            import dev.skep.server.GenServer;
            import dev.skep.sys.CounterRpc;
            import java.util.Optional;

            public final class Counter implements GenServer<Counter.State, CounterRpc> {
                public record Calls() implements CounterRpc.Extension, Call<CounterRpc, Long> {}

                public static final class State {
                    long total;
                    long calls;
                    String from = "nothing";
                }

                @Override
                public State init(Self<CounterRpc> self) {
                    return new State();
                }

                @Override
                public Next<State> handle(CounterRpc message, From from, State state) {
                    state.calls++;
                    return switch (message) {
                        case CounterRpc.Add add -> add.reply(state.total += add.n());
                        case CounterRpc.Version version -> version.reply("v2 from " + state.from);
                        case Calls calls -> calls.reply(state.calls);
                        case CounterRpc.Extension later -> Next.unhandled();
                    };
                }

                @Override
                public Optional<String> version() {
                    return Optional.of("v2");
                }

                @Override
                public Object exportState(State state, Optional<String> version) {
                    return state.total;
                }

                @Override
                public State codeChange(Object exported, Optional<String> version, Self<CounterRpc> self) {
                    State state = new State();
                    state.total = (Long) exported;
                    state.from = version.orElse("a version without a name");
                    return state;
                }
            }
            """;

    /// Takes what it gets for its own state.
    private static final String NO_CODE_CHANGE =
            V2.substring(0, V2.lastIndexOf("    @Override")).stripTrailing() + "\n}\n";

    /// The same with a protocol of its own.
    private static final String OWN_PROTOCOL =
            V1.replace("import dev.skep.sys.CounterRpc;", "").replace("public final class Counter", """
            sealed interface CounterRpc {
                record Add(long n) implements CounterRpc, Call<CounterRpc, Long> {}
                record Version() implements CounterRpc, Call<CounterRpc, String> {}
                non-sealed interface Extension extends CounterRpc {}
            }

            public final class Counter""");

    /// Hands its state over as it is.
    private static final String NO_EXPORT = V1.replace("return state.total;", "return state;");

    @TempDir
    private Path folder;

    // ---- Jars ----------------------------------------------------------------------------------------------------

    /// Compiles a version and packs it into a jar.
    private Path jar(String version, String source) throws IOException, URISyntaxException {
        Path sources = Files.createDirectories(folder.resolve(version).resolve("counter"));
        Path classes = Files.createDirectories(folder.resolve(version + "-classes"));
        Path file = Files.writeString(sources.resolve("Counter.java"), source);
        StringWriter problems = new StringWriter();
        PrintWriter log = new PrintWriter(problems);
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        log,
                        log,
                        "-proc:none",
                        "-cp",
                        placeOf(GenServer.class) + File.pathSeparator + placeOf(CounterRpc.class),
                        "-d",
                        classes.toString(),
                        file.toString());
        assertThat(status).as("compilation of %s: %s", version, problems).isZero();
        Path jar = folder.resolve(version + ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out);
                Stream<Path> all = Files.list(classes.resolve("counter"))) {
            for (Path compiledClass : all.toList()) {
                packed.putNextEntry(new JarEntry("counter/" + compiledClass.getFileName()));
                packed.write(Files.readAllBytes(compiledClass));
            }
        }
        return jar;
    }

    private static Path placeOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static URLClassLoader load(Path jar) throws IOException {
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, HotUpgradeTest.class.getClassLoader());
    }

    @SuppressWarnings("unchecked") // as the sources say
    private static GenServer<Object, CounterRpc> server(ClassLoader version) {
        try {
            return (GenServer<Object, CounterRpc>)
                    version.loadClass("counter.Counter").getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @SuppressWarnings("unchecked") // as the source says
    private static long calls(ServerRef<CounterRpc> counter, ClassLoader v2) throws ReflectiveOperationException {
        return counter.call(
                (Call<CounterRpc, Long>)
                        v2.loadClass("counter.Counter$Calls").getConstructor().newInstance(),
                Await.LIMIT);
    }

    private static Supervisor tree(ClassLoader version) {
        return Supervisor.oneForOne().child(ChildSpec.server(COUNTER, () -> server(version)));
    }

    // ---- Load ----------------------------------------------------------------------------------------------------

    /// Clients that call without a pause until they are told to end.
    private static final class Clients {
        private final AtomicBoolean end = new AtomicBoolean();
        private final AtomicLong answers = new AtomicLong();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final List<Thread> threads = new ArrayList<>();

        Clients(ServerRef<CounterRpc> counter, int number) {
            for (int i = 0; i < number; i++) {
                threads.add(Thread.startVirtualThread(() -> {
                    try {
                        long last = 0;
                        while (!end.get()) {
                            long total = counter.call(new CounterRpc.Add(1), Await.LIMIT);
                            if (total <= last) {
                                throw new AssertionError("the total fell from " + last + " to " + total);
                            }
                            last = total;
                            answers.incrementAndGet();
                        }
                    } catch (Throwable thrown) {
                        failure.set(thrown);
                    }
                }));
            }
        }

        /// Waits until some more calls have been answered.
        void awaitAnswers() {
            long before = answers.get();
            Await.until(() -> failure.get() != null || answers.get() > before + 200);
        }

        long end() throws InterruptedException {
            end.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failure).hasNullValue();
            return answers.get();
        }
    }

    // ---- Tests ---------------------------------------------------------------------------------------------------

    @Test
    void aServerIsUpgradedFromOneJarToAnotherUnderLoadWithoutFailingACall() throws Exception {
        Path jar1 = jar("v1", V1);
        Path jar2 = jar("v2", V2);
        try (World world = new World();
                URLClassLoader v1 = load(jar1);
                URLClassLoader v2 = load(jar2);
                URLClassLoader v1Again = load(jar1)) {
            SupervisorRef sup = world.node.start(tree(v1));
            ServerRef<CounterRpc> counter = world.node.ref(COUNTER);
            Clients clients = new Clients(counter, 8);
            clients.awaitAnswers();
            assertThat(counter.call(new CounterRpc.Version(), Await.LIMIT)).isEqualTo("v1");

            Upgrade.plan()
                    .timeout(Await.LIMIT)
                    .server(counter, server(v2))
                    .supervisor(sup, tree(v2))
                    .run();
            assertThat(counter.call(new CounterRpc.Version(), Await.LIMIT)).isEqualTo("v2 from v1");
            clients.awaitAnswers();
            assertThat(calls(counter, v2)).isPositive();

            Upgrade.plan()
                    .timeout(Await.LIMIT)
                    .server(counter, server(v1Again))
                    .supervisor(sup, tree(v1Again))
                    .run();
            assertThat(counter.call(new CounterRpc.Version(), Await.LIMIT)).isEqualTo("v1");
            clients.awaitAnswers();

            assertThat(counter.call(new CounterRpc.Add(0), Await.LIMIT)).isPositive();
            long answered = clients.end();
            assertThat(counter.call(new CounterRpc.Add(0), Await.LIMIT)).isEqualTo(answered);
            assertThat(world.reports).noneMatch(report -> report instanceof dev.skep.CrashReport);
        }
    }

    @Test
    void afterTheUpgradeNothingKeepsTheOldCodeInMemory() throws Exception {
        Path jar1 = jar("v1", V1);
        Path jar2 = jar("v2", V2);
        try (World world = new World();
                URLClassLoader v2 = load(jar2)) {
            WeakReference<ClassLoader> old = startAndUpgrade(world.node, jar1, v2);
            Await.until(() -> {
                System.gc();
                return old.refersTo(null);
            });
            ServerRef<CounterRpc> counter = world.node.ref(COUNTER);
            assertThat(counter.call(new CounterRpc.Add(1))).isEqualTo(6);
            assertThat(counter.call(new CounterRpc.Version())).isEqualTo("v2 from v1");
        }
    }

    /// A method of its own, so that no variable of the test keeps what it has used.
    private static WeakReference<ClassLoader> startAndUpgrade(Node node, Path jar1, ClassLoader v2) throws IOException {
        try (URLClassLoader v1 = load(jar1)) {
            SupervisorRef sup = node.start(tree(v1));
            ServerRef<CounterRpc> counter = node.ref(COUNTER);
            assertThat(counter.call(new CounterRpc.Add(5))).isEqualTo(5);
            Upgrade.plan().server(counter, server(v2)).supervisor(sup, tree(v2)).run();
            return new WeakReference<>(v1);
        }
    }

    @Test
    void aCrashAfterTheUpgradeRestartsTheNewVersion() throws Exception {
        try (World world = new World();
                URLClassLoader v1 = load(jar("v1", V1));
                URLClassLoader v2 = load(jar("v2", V2))) {
            SupervisorRef sup = world.node.start(tree(v1));
            ServerRef<CounterRpc> counter = world.node.ref(COUNTER);
            Upgrade.plan().server(counter, server(v2)).supervisor(sup, tree(v2)).run();
            var pid = counter.pid().orElseThrow();
            pid.exit(dev.skep.ExitReason.because("crash"));
            world.endOf(pid);
            sup.countChildren();
            assertThat(counter.call(new CounterRpc.Version())).isEqualTo("v2 from nothing");
        }
    }

    @Test
    void aProtocolThatAVersionLoadsForItselfIsRefused() throws Exception {
        try (World world = new World();
                URLClassLoader v1 = load(jar("v1", V1));
                URLClassLoader own = load(jar("own", OWN_PROTOCOL))) {
            ServerRef<CounterRpc> counter = world.node.start(GenServer.spec(() -> server(v1)));
            assertThatExceptionOfType(UpgradeException.class)
                    .isThrownBy(
                            () -> Upgrade.plan().server(counter, server(own)).run())
                    .withMessageContaining("speaks interface counter.CounterRpc (loaded by " + own)
                    .withMessageContaining("a protocol has to be loaded once");
            assertThat(counter.call(new CounterRpc.Version())).isEqualTo("v1");
        }
    }

    @Test
    void aStateOfTheOldVersionsClassIsRefused() throws Exception {
        try (World world = new World();
                URLClassLoader v1 = load(jar("v1", NO_EXPORT));
                URLClassLoader v2 = load(jar("v2", NO_CODE_CHANGE))) {
            ServerRef<CounterRpc> counter = world.node.start(GenServer.spec(() -> server(v1)));
            assertThatExceptionOfType(UpgradeException.class)
                    .isThrownBy(() -> Upgrade.plan().server(counter, server(v2)).run())
                    .withMessageContaining("has a state of class counter.Counter$State (loaded by " + v2)
                    .withMessageContaining("was given one of class counter.Counter$State (loaded by " + v1);
            assertThat(counter.call(new CounterRpc.Version())).isEqualTo("v1");
        }
    }
}
