package dev.skep.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.registry.Hive.Bee;
import dev.skep.sys.Sys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The locks of a registry.
class RegistryLockTest {
    private static final Name<UniqueRegistry<String, Integer, Object>> NAME = Name.of("registry");

    @AutoClose
    private final Hive hive = new Hive();

    private final Node node = hive.node;
    private final UniqueRegistry<String, Integer, Object> registry = node.start(Registry.unique(NAME));

    /// A bee has the lock until the latch is counted down.
    private Bee holder(String key, CountDownLatch until) {
        Bee bee = hive.bee();
        CountDownLatch has = new CountDownLatch(1);
        var _ = bee.later(_ -> registry.lock(key, () -> {
            has.countDown();
            until.await();
            return true;
        }));
        try {
            has.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return bee;
    }

    @Test
    void onlyOneAtATimeHasTheLockOfAKey() {
        int[] counter = new int[1]; // not safe by itself
        List<CompletableFuture<Object>> work = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Bee bee = hive.bee();
            for (int j = 0; j < 50; j++) {
                work.add(bee.later(_ -> registry.lock("counter", () -> {
                    int before = counter[0];
                    Thread.yield();
                    counter[0] = before + 1;
                    return counter[0];
                })));
            }
        }
        work.forEach(CompletableFuture::join);

        assertThat(counter[0]).isEqualTo(1000);
        assertThat(registry.count()).as("a locked key is no entry").isZero();
    }

    @Test
    void aThreadMayHaveTheLockToo() throws Exception {
        assertThat(registry.<String>lock("key", () -> "done")).isEqualTo("done");
        CountDownLatch until = new CountDownLatch(1);
        holder("key", until);
        CompletableFuture<String> thread = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                thread.complete(registry.lock("key", () -> "after it"));
            } catch (Exception e) {
                thread.completeExceptionally(e);
            }
        });
        until.countDown();

        assertThat(thread.join()).isEqualTo("after it");
        waiting.join();
    }

    @Test
    void aThreadThatIsInterruptedWaitsNoLonger() throws Exception {
        CountDownLatch until = new CountDownLatch(1);
        holder("key", until);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> registry.lock("key", () -> true)).isInstanceOf(CallException.Interrupted.class);

        assertThat(Thread.interrupted()).isTrue();
        until.countDown();
        assertThat(registry.<Boolean>lock("key", () -> true))
                .as("it is not left to the interrupted one")
                .isTrue();
    }

    @Test
    void whatTheWorkThrowsIsThrownAndTheLockIsFree() throws Exception {
        assertThatThrownBy(() -> registry.lock("key", () -> {
                    throw new IOException("no disk");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no disk");
        assertThat(registry.<Boolean>lock("key", () -> true)).isTrue();
    }

    @Test
    void aProcessThatEndsLeavesTheLock() throws Exception {
        Bee bee = holder("key", new CountDownLatch(1));
        bee.pid.exit(ExitReason.kill());

        assertThat(registry.<Boolean>lock("key", () -> true)).isTrue();
    }

    @Test
    void aProcessCannotWaitForItself() {
        Bee bee = hive.bee();
        assertThatIllegalStateException()
                .isThrownBy(() -> bee.run(_ -> registry.lock("key", () -> registry.lock("key", () -> true))))
                .withMessageContaining("the lock of key in registry registry already");
    }

    @Test
    void whoWaitsIsToldOfTheEndOfTheRegistry() {
        holder("key", new CountDownLatch(1));
        CompletableFuture<Object> waiting = hive.bee().later(_ -> registry.lock("key", () -> true));
        Sys.of(registry.pid().orElseThrow()).status(); // it may wait by now, or come to a registry that has ended
        node.ref(NAME).stop();

        assertThatThrownBy(waiting::join).cause().isInstanceOfAny(CallException.class, IllegalStateException.class);
        assertThatIllegalStateException().isThrownBy(() -> registry.lock("key", () -> true));
    }

    @Test
    void nothingIsLockedOrDoneWithoutAKeyOrWork() {
        assertThatNullPointerException().isThrownBy(() -> registry.lock(null, () -> true));
        assertThatNullPointerException().isThrownBy(() -> registry.lock("key", null));
    }
}
