package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Call;
import dev.skep.ExitReason;
import dev.skep.Incoming;
import dev.skep.Name;
import dev.skep.ServerRef;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.otp.AsProcess;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The locks of a registry, and what dead processes leave behind in it. Who has a lock tells the probe, and keeps it
/// until
/// the probe answers.
@SkepTest(virtualTime = true)
@CasesOf("registry")
class RegistryLockTest {
    private static final Name<UniqueRegistry<String, String, Object>> NAME = Name.of("registry");

    private record Has(String who) implements Call<Has, String> {}

    private Testkit skep;
    private Probe probe;
    private UniqueRegistry<String, String, Object> registry;

    @BeforeEach
    void startRegistry(Testkit testkit, Probe witness) {
        skep = testkit;
        probe = witness;
        registry = testkit.start(Registry.unique(NAME));
    }

    private CompletableFuture<String> lock(Bee bee, String key, String who) {
        ServerRef<Has> gate = probe.ref();
        CompletableFuture<String> done =
                bee.begin(_ -> registry.lock(key, () -> gate.call(new Has(who), ServerRef.FOREVER)));
        skep.settle();
        return done;
    }

    private Incoming has(String who) {
        return probe.expect(Incoming.class, incoming -> incoming.message().equals(new Has(who)));
    }

    @Test
    @Covers("locks when using the same key")
    void whoComesSecondWaitsForTheFirst() throws Exception {
        CompletableFuture<String> first = lock(new Bee(skep), "key", "first");
        CompletableFuture<String> second = lock(new Bee(skep), "key", "second");
        Incoming held = has("first");
        probe.refuteAny();

        held.from().reply("1");
        has("second").from().reply("2");

        assertThat(AsProcess.result(first)).isEqualTo("1");
        assertThat(AsProcess.result(second)).isEqualTo("2");
    }

    @Test
    @Covers("does not lock when using different keys")
    void differentKeysDoNotWait() throws Exception {
        CompletableFuture<String> first = lock(new Bee(skep), "one", "first");
        CompletableFuture<String> second = lock(new Bee(skep), "two", "second");

        has("second").from().reply("2");
        assertThat(AsProcess.result(second)).isEqualTo("2");
        has("first").from().reply("1");
        assertThat(AsProcess.result(first)).isEqualTo("1");
    }

    @Test
    @Covers("locks when the one holding the lock raises")
    void theNextOneIsNextWhenTheWorkThrows() throws Exception {
        ServerRef<Has> gate = probe.ref();
        CompletableFuture<Object> first = new Bee(skep)
                .begin(_ -> registry.lock("key", () -> {
                    gate.call(new Has("first"), ServerRef.FOREVER);
                    throw new IllegalStateException("oops");
                }));
        skep.settle();
        CompletableFuture<String> second = lock(new Bee(skep), "key", "second");

        has("first").from().reply("go on");

        assertThatThrownBy(() -> AsProcess.result(first)).hasMessage("oops");
        has("second").from().reply("2");
        assertThat(AsProcess.result(second)).isEqualTo("2");
    }

    @Test
    @Covers("locks when the one holding the lock terminates")
    void theNextOneIsNextWhenTheHolderEnds() throws Exception {
        Bee holder = new Bee(skep);
        var _ = lock(holder, "key", "first");
        CompletableFuture<String> second = lock(new Bee(skep), "key", "second");
        has("first");

        holder.pid().exit(ExitReason.shutdown());

        has("second").from().reply("2");
        assertThat(AsProcess.result(second)).isEqualTo("2");
    }

    @Test
    @Covers("locks when the one waiting for the lock terminates")
    void whoEndsWhileItWaitsIsPassedOver() throws Exception {
        CompletableFuture<String> first = lock(new Bee(skep), "key", "first");
        Bee waiting = new Bee(skep);
        var _ = lock(waiting, "key", "second");
        CompletableFuture<String> third = lock(new Bee(skep), "key", "third");
        waiting.pid().exit(ExitReason.shutdown());
        skep.awaitEnd(waiting.pid());

        has("first").from().reply("1");
        has("third").from().reply("3");

        assertThat(AsProcess.result(first)).isEqualTo("1");
        assertThat(AsProcess.result(third)).isEqualTo("3");
        probe.refuteAny();
    }

    @Test
    @Covers("clean up registry on process crash")
    void nothingIsLeftOfProcessesThatHaveEnded() {
        Name<DuplicateRegistry<String, String, Object>> name = Name.of("duplicate");
        DuplicateRegistry<String, String, Object> duplicate = skep.start(Registry.duplicate(name));
        skep.allowCrashes(crash -> crash.reason().equals(ExitReason.killed()));
        for (String key : new String[] {"hello", "world"}) {
            Bee bee = new Bee(skep);
            bee.run(self -> registry.register(self, key, "value").orElseThrow());
            bee.run(self -> duplicate.register(self, key, "value"));
            bee.pid().exit(ExitReason.kill());
            skep.awaitEnd(bee.pid());
        }

        assertThat(registry.count()).isZero();
        assertThat(registry.entries()).isEmpty();
        assertThat(duplicate.count()).isZero();
        assertThat(duplicate.entries()).isEmpty();
    }
}
