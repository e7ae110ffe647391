package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings({
    "ArrayRecordComponent", // what must not be sent
    "UnusedVariable", // as in most messages here: it matters that there is such a field
})
@Tag("carriers")
class IsolationTest {
    // ---- What may be sent, and what not ----------------------------------------------------------------------------

    private record Point(int x, int y) {}

    private record Line(Point from, Point to, Optional<String> label) {}

    /// Refers to itself by its declared type.
    private record Chain(int head, Chain tail) {}

    /// Refers to itself, and leaves open what else is in it.
    private record Links(Object head, Links tail) {}

    private record Tree(String name, List<Tree> children) {}

    private record Names(List<String> names) {}

    private record Anything(Object value) {}

    private record Typed<T>(T value) {}

    private record Bytes(byte[] bytes) {}

    private record Counter(AtomicInteger count) {}

    private record Wrapper(Bytes wrapped) {}

    private record Declared(ArrayList<String> tags) {}

    private record May(Optional<Bytes> bytes) {}

    private sealed interface Shape {}

    private record Circle(int radius) implements Shape {}

    private record Square(Point corner, int side) implements Shape {}

    private record Drawing(List<Shape> shapes, Shape background) {}

    private sealed interface Mixed {}

    private record Good(int value) implements Mixed {}

    private record Bad(int[] values) implements Mixed {}

    private record OneMixed(Mixed mixed) {}

    private enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "green";
            }
        }
    }

    private static final class Fixed {
        private final String text;
        private final List<String> more;

        Fixed(String text, List<String> more) {
            this.text = text;
            this.more = more;
        }

        @Override
        public String toString() {
            return text + more;
        }
    }

    /// Not final: subclasses may add anything.
    private static class Base {
        private final int number = 1;

        @Override
        public String toString() {
            return String.valueOf(number);
        }
    }

    private static final class Derived extends Base {
        private int changing;
    }

    private record Based(Base base) {}

    private static final class Caching {
        private int hash;

        @Override
        public int hashCode() {
            hash = 1;
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Caching;
        }
    }

    @Sendable
    private static final class Vouched {
        private int hash;
    }

    @Sendable
    private interface VouchedFamily {}

    private record OfTheFamily(int[] cells) implements VouchedFamily {}

    private static final class Cyclic {
        private final Object itself = this;

        @Override
        public String toString() {
            return String.valueOf(itself == this);
        }
    }

    private static void check(Object message) {
        new Isolation(Set.of()).check(message);
    }

    static Stream<Object> whatMayBeSent() throws IOException {
        String captured = "captured";
        Supplier<String> lambda = () -> captured;
        return Stream.of(
                "text",
                1,
                2L,
                'c',
                true,
                1.5,
                BigInteger.TEN,
                BigDecimal.ONE,
                UUID.randomUUID(),
                URI.create("skep:hive"),
                Locale.ROOT,
                Pattern.compile("a"),
                Path.of("a"),
                StandardCharsets.UTF_8,
                InetAddress.getLoopbackAddress(),
                String.class,
                new Object(),
                Duration.ofSeconds(1),
                Instant.EPOCH,
                LocalDate.EPOCH,
                ZonedDateTime.of(2000, 1, 1, 1, 1, 1, 1, ZoneId.of("Europe/Berlin")),
                ZoneOffset.UTC,
                DateTimeFormatter.ISO_DATE,
                TimeUnit.DAYS,
                Colour.RED,
                Colour.GREEN,
                Optional.empty(),
                Optional.of("a"),
                OptionalInt.of(1),
                new Point(1, 2),
                new Line(new Point(1, 2), new Point(3, 4), Optional.of("a line")),
                new Chain(1, new Chain(2, null)),
                new Links(1, new Links("two", null)),
                new Tree("root", List.of(new Tree("leaf", List.of()))),
                new Names(List.of("a", "b")),
                new Anything(null),
                new Anything(List.of(Map.of("key", Set.of(new Point(1, 2))))),
                new Typed<>("typed"),
                new Drawing(List.of(new Circle(1), new Square(new Point(0, 0), 1)), new Circle(2)),
                new OneMixed(new Good(1)),
                new May(Optional.empty()),
                new Fixed("text", List.of()),
                new Based(new Base()),
                new Cyclic(),
                List.of(),
                List.of(1, 2, 3),
                List.of(1, 2, 3).subList(1, 2),
                List.copyOf(new ArrayList<>(List.of(1))),
                Stream.of(1, 2).toList(),
                Stream.of(1, 2).collect(Collectors.toUnmodifiableSet()),
                Map.of("a", 1),
                Map.copyOf(new HashMap<>(Map.of("a", 1, "b", 2))),
                Map.entry("a", 1),
                new AbstractMap.SimpleImmutableEntry<>("a", 1),
                Collections.emptyList(),
                Collections.emptyMap(),
                Collections.singletonList("a"),
                Collections.nCopies(3, "a"),
                new IllegalStateException("a reason"),
                new CompletableFuture<String>(),
                Result.ok(1),
                Result.err("no"),
                Name.of("a"),
                ExitReason.because("a"),
                ExitReason.crashed(new IOException("b")),
                Mailbox.bounded(1, Overflow.BLOCK),
                GenServer.spec(() -> {
                    throw new AssertionError("not made");
                }),
                ChildSpec.process("child", _ -> {}),
                Supervisor.oneForOne(),
                lambda,
                (Supplier<String>) () -> "captures nothing",
                new Vouched(),
                new Anything(new Vouched()),
                new OfTheFamily(new int[0]));
    }

    @ParameterizedTest
    @MethodSource
    void whatMayBeSent(Object message) {
        assertThatCode(() -> check(message)).doesNotThrowAnyException();
        assertThatCode(() -> check(new Anything(message))).doesNotThrowAnyException();
        assertThatCode(() -> check(List.of(message))).doesNotThrowAnyException();
    }

    record Refused(Object message, String path, String fault) {}

    private static Refused refused(Object message, String path, String fault) {
        return new Refused(message, path, fault);
    }

    static Stream<Refused> whatIsRefused() {
        List<String> list = new ArrayList<>();
        return Stream.of(
                refused(new int[0], "int[]", "int[] is mutable"),
                refused(new String[][] {}, "String[][]", "java.lang.String[][] is mutable"),
                refused(list, "ArrayList", "java.util.ArrayList is mutable"),
                refused(Arrays.asList(1, 2), "Arrays.ArrayList", "is mutable"),
                refused(new HashMap<>(), "HashMap", "java.util.HashMap is mutable"),
                refused(new BitSet(), "BitSet", "java.util.BitSet is mutable"),
                refused(new StringJoiner(","), "StringJoiner", "java.util.StringJoiner is mutable"),
                refused(new AtomicReference<>(), "AtomicReference", "is mutable"),
                refused(new CountDownLatch(1), "CountDownLatch", "java.util.concurrent.CountDownLatch is mutable"),
                refused(Collections.unmodifiableList(list), "Collections.UnmodifiableRandomAccessList", "is a view of"),
                refused(List.of("a").iterator(), "ImmutableCollections.ListItr", "is mutable"),
                refused(new Bytes(null), "IsolationTest.Bytes.bytes", "byte[] is mutable"),
                refused(new Wrapper(null), "IsolationTest.Wrapper.wrapped.bytes", "byte[] is mutable"),
                refused(new Counter(null), "IsolationTest.Counter.count", "AtomicInteger is mutable"),
                refused(
                        new Declared(new ArrayList<>()),
                        "IsolationTest.Declared.tags",
                        "java.util.ArrayList is mutable"),
                refused(new Names(list), "IsolationTest.Names.names", "java.util.ArrayList is mutable"),
                refused(new Anything(list), "IsolationTest.Anything.value", "java.util.ArrayList is mutable"),
                refused(new Typed<>(new int[1]), "IsolationTest.Typed.value", "int[] is mutable"),
                refused(new May(Optional.of(new Bytes(null))), "IsolationTest.May.bytes.bytes", "byte[] is mutable"),
                refused(new OneMixed(new Bad(null)), "IsolationTest.OneMixed.mixed.values", "int[] is mutable"),
                refused(
                        new Links(1, new Links(2, new Links(list, null))),
                        "IsolationTest.Links.tail.tail.head",
                        "java.util.ArrayList is mutable"),
                refused(
                        new Tree("a", List.of(new Tree("b", List.of()), new Tree("c", new ArrayList<>()))),
                        "IsolationTest.Tree.children[1].children",
                        "java.util.ArrayList is mutable"),
                refused(
                        List.of(Map.of("key", Set.of(new Anything(list)))),
                        "ImmutableCollections.List12[0].value[0].value",
                        "java.util.ArrayList is mutable"),
                refused(Map.of(list, 1), "ImmutableCollections.Map1.key", "java.util.ArrayList is mutable"),
                refused(Map.entry(1, list), "KeyValueHolder.value", "java.util.ArrayList is mutable"),
                refused(Collections.singletonList(list), "Collections.SingletonList[0]", "is mutable"),
                refused(Optional.of(list), "Optional", "java.util.ArrayList is mutable"),
                refused(Result.ok(list), "Result.Ok.value", "java.util.ArrayList is mutable"),
                refused(new Fixed("text", list), "IsolationTest.Fixed.more", "java.util.ArrayList is mutable"),
                refused(new Caching(), "IsolationTest.Caching.hash", "the field is not final"),
                refused(new Based(new Derived()), "IsolationTest.Based.base.changing", "the field is not final"),
                refused((Supplier<Object>) () -> list, "a lambda in IsolationTest.", "java.util.ArrayList is mutable"));
    }

    @ParameterizedTest
    @MethodSource
    void whatIsRefused(Refused refused) {
        assertThatExceptionOfType(NotSendableException.class)
                .isThrownBy(() -> check(refused.message()))
                .satisfies(e -> assertThat(e.path()).startsWith(refused.path()))
                .withMessageStartingWith(refused.path())
                .withMessageContaining(refused.fault())
                .withMessageContaining("@Sendable");
        assertThatExceptionOfType(NotSendableException.class).isThrownBy(() -> check(new Anything(refused.message())));
    }

    @Test
    void aChainOfAnyLengthAndACollectionOfAnySizeAreChecked() {
        Links links = new Links(new ArrayList<>(), null);
        for (int i = 0; i < 200_000; i++) {
            links = new Links(i, links);
        }
        Links longOne = links;
        assertThatExceptionOfType(NotSendableException.class)
                .isThrownBy(() -> check(longOne))
                .satisfies(e -> assertThat(e.path()).endsWith(".tail.tail.head"));

        List<Object> large = new ArrayList<>(Collections.nCopies(200_000, 1));
        large.add(new BitSet());
        assertThatExceptionOfType(NotSendableException.class)
                .isThrownBy(() -> check(List.copyOf(large)))
                .satisfies(e -> assertThat(e.path()).endsWith("[200000]"));
    }

    @Test
    void anObjectThatIsReachedOnManyWaysIsLookedAtOnce() {
        Object value = "leaf";
        for (int i = 0; i < 100; i++) { // 2^100 ways
            value = List.of(value, value);
        }
        Object wide = value;
        assertThatCode(() -> check(wide)).doesNotThrowAnyException();
    }

    @Test
    void aTypeOfOthersIsSharedWhereTheNodeTrustsIt() {
        record Dated(BitSet date, Counter counter) {}
        final class Special extends BitSet {
            private static final long serialVersionUID = 1L;
        }
        Isolation trusting = new Isolation(Set.of(BitSet.class, Number.class));

        assertThatCode(() -> trusting.check(new BitSet())).doesNotThrowAnyException();
        assertThatCode(() -> trusting.check(new Special())).doesNotThrowAnyException();
        assertThatCode(() -> trusting.check(new Dated(new BitSet(), new Counter(new AtomicInteger()))))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(NotSendableException.class).isThrownBy(() -> trusting.check(new int[1]));
        assertThatExceptionOfType(NotSendableException.class).isThrownBy(() -> check(new Dated(null, null)));
    }

    @Test
    void whatIsKnownOfAClassDoesNotKeepItsLoaderAlive() throws Exception {
        WeakReference<ClassLoader> loader = checkedInALoaderOfItsOwn();
        Await.until(() -> {
            System.gc();
            return loader.refersTo(null);
        });
    }

    private static WeakReference<ClassLoader> checkedInALoaderOfItsOwn() throws Exception {
        ClassLoader own = new ClassLoader(IsolationTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (!name.equals(Names.class.getName())) {
                    return super.loadClass(name, resolve);
                }
                try (InputStream code = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                    byte[] bytes = code.readAllBytes();
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        };
        Class<?> type = own.loadClass(Names.class.getName());
        assertThat(type).isNotEqualTo(Names.class);
        var constructor = type.getDeclaredConstructor(List.class);
        constructor.setAccessible(true);
        check(constructor.newInstance(List.of("a")));
        return new WeakReference<>(own);
    }

    // ---- A strict node -------------------------------------------------------------------------------------------

    @Nested
    class OnAStrictNode {
        @AutoClose
        private final Lab lab = new Lab(settings -> settings.strict(true));

        private final List<String> mutable = new ArrayList<>();

        private record Told(Object value) implements Cast<Object> {}

        private void refuses(org.assertj.core.api.ThrowableAssert.ThrowingCallable send) {
            assertThatExceptionOfType(NotSendableException.class)
                    .isThrownBy(send)
                    .withMessageContaining("ArrayList is mutable");
        }

        @Test
        void whateverSendsAMessageRefusesAMutableOne() {
            BlockingQueue<Object> received = new LinkedBlockingQueue<>();
            Name<Object> name = Name.of("strict");
            BlockingQueue<Alias> aliases = new LinkedBlockingQueue<>();
            Pid pid = lab.node.spawn((Receiver<Object> self) -> {
                aliases.add(self.alias());
                while (true) {
                    received.add(self.receive());
                }
            });
            lab.node.register(name, pid);
            ServerRef<Object> ref = lab.node.ref(name);
            Alias alias = Await.next(aliases);

            refuses(() -> pid.send(mutable));
            refuses(() -> alias.send(mutable));
            refuses(() -> ref.send(mutable));
            refuses(() -> lab.node.send(name, mutable));
            refuses(() -> ref.cast(new Told(mutable)));
            refuses(() -> ref.call(new Lab.Ask(mutable)));
            refuses(() -> ref.request(new Lab.Ask(mutable)));
            refuses(() -> ServerRef.multiCall(List.of(ref), new Lab.Ask(mutable), Await.LIMIT));
            refuses(() -> lab.node.sendAfter(Duration.ZERO, pid, mutable));
            refuses(() -> lab.node.sendAfter(Duration.ZERO, name, mutable));
            refuses(() -> lab.node.startTimer(Duration.ZERO, pid, mutable));
            refuses(() -> pid.exit(ExitReason.because(mutable)));
            refuses(() -> pid.exit(ExitReason.shutdown(mutable)));
            refuses(() -> ref.stop(ExitReason.because(mutable), Await.LIMIT));
            refuses(() -> lab.inProcess(self -> self.request(ref, new Lab.Ask(mutable), "label")));
            refuses(() -> lab.inProcess(self -> self.sendAfter(Duration.ZERO, pid, mutable)));
            refuses(() -> lab.inProcess(self -> self.stop(ExitReason.because(mutable))));

            pid.send("immutable");
            assertThat(Await.next(received)).isEqualTo("immutable");
            assertThat(received).isEmpty();
        }

        @Test
        void aReplyThatCanBeChangedIsAMistakeOfTheServer() {
            Pid server = lab.start(_ -> new Lab.Echo() {
                @Override
                public void call(Object message, From from) {
                    from.reply(mutable);
                }
            });

            assertThatExceptionOfType(CallException.ServerExited.class)
                    .isThrownBy(() -> ServerRef.<Object>of(server).call(new Lab.Ask("a")))
                    .withCauseInstanceOf(NotSendableException.class);
        }

        @Test
        void whatAProcessTellsItselfIsItsOwnBusiness() {
            lab.inProcess(self -> {
                self.pid().send(mutable);
                self.sendAfter(Duration.ZERO, mutable);
                self.startTimer(Duration.ZERO, mutable);
                assertThat(self.receive()).isSameAs(mutable);
                assertThat(self.receive()).isSameAs(mutable);
                assertThat(self.receive(Timeout.class).message()).isSameAs(mutable);
            });
        }

        @Test
        void theRuntimesOwnMessagesPass() {
            lab.inProcess(self -> {
                self.trapExit(true);
                Pid worker = self.spawnLink(Receiver::receive);
                self.monitor(worker);
                worker.send(self.pid());
                assertThat(self.receive(Down.class).reason()).isEqualTo(ExitReason.normal());
                assertThat(self.receive(Exit.class).reason()).isEqualTo(ExitReason.normal());
                var supervisor = self.start(Supervisor.oneForOne()).orElseThrow();
                assertThat(supervisor
                                .startChild(ChildSpec.process(
                                        "child",
                                        own -> mutable.add(own.receive().toString())))
                                .isOk())
                        .isTrue();
                assertThat(supervisor.whichChildren()).hasSize(1);
                var simple = self.start(Supervisor.simpleOneForOne(
                                (List<String> argument) -> GenServer.spec(() -> new Lists(argument))))
                        .orElseThrow();
                assertThat(simple.startChild(mutable)).isInstanceOf(Started.Running.class); // handed over to it
            });
        }

        private record Lists(List<String> list) implements GenServer<List<String>, Object> {
            @Override
            public List<String> init(Self<Object> self) {
                return list;
            }

            @Override
            public Next<List<String>> handle(Object message, From from, List<String> state) {
                return Next.noReply();
            }
        }
    }

    @Test
    void aNodeThatIsNotStrictSendsWhatItIsGiven() {
        try (Lab lab = new Lab(settings -> settings.strict(false))) {
            BlockingQueue<Object> received = new LinkedBlockingQueue<>();
            List<String> mutable = new ArrayList<>();
            lab.node
                    .spawn((Receiver<Object> self) -> received.add(self.receive()))
                    .send(mutable);
            assertThat(Await.next(received)).isSameAs(mutable);
        }
    }

    @Test
    void aStrictNodeTakesItsBuildersWordForTypesOfOthers() {
        try (Lab lab = new Lab(settings -> settings.strict(true).sendable(CountDownLatch.class, BitSet.class))) {
            BlockingQueue<Object> received = new LinkedBlockingQueue<>();
            Anything message = new Anything(List.of(new CountDownLatch(1), new BitSet()));
            lab.node
                    .spawn((Receiver<Object> self) -> received.add(self.receive()))
                    .send(message);
            assertThat(Await.next(received)).isSameAs(message);
        }
    }

    @Test
    void nodesAreStrictWhereTestsRunUnlessTheSystemPropertySaysOtherwise() {
        assertThat(Node.class.desiredAssertionStatus())
                .as("tests run with assertions")
                .isTrue();
        assertThat(refusesByDefault()).isTrue();
        String before = System.getProperty("dev.skep.strict");
        try {
            System.setProperty("dev.skep.strict", "false");
            assertThat(refusesByDefault()).isFalse();
            System.setProperty("dev.skep.strict", "true");
            assertThat(refusesByDefault()).isTrue();
            System.setProperty("dev.skep.strict", "yes");
            assertThatIllegalArgumentException()
                    .isThrownBy(IsolationTest::refusesByDefault)
                    .withMessage("the system property dev.skep.strict must be true or false, but was \"yes\"");
        } finally {
            if (before == null) {
                System.clearProperty("dev.skep.strict");
            } else {
                System.setProperty("dev.skep.strict", before);
            }
        }
    }

    private static boolean refusesByDefault() {
        try (Node node = Node.start("default")) {
            node.spawn(_ -> {}).send(new ArrayList<>());
            return false;
        } catch (NotSendableException e) {
            return true;
        }
    }
}
