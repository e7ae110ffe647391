package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Code that computes can be ended where it says so.
@Tag("carriers")
class CheckpointTest {
    private final Lab lab = new Lab();

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void codeThatComputesEndsAtACheckpointWhenItsProcessIsTold() {
        CountDownLatch computing = new CountDownLatch(1);
        Pid pid = lab.node.spawn(self -> {
            while (true) {
                self.checkpoint();
                computing.countDown();
                Thread.yield(); // what computes for true would keep a carrier from other tests
            }
        });
        Await.latch(computing);
        pid.exit(ExitReason.because("enough"));

        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.because("enough"));
        assertThat(lab.node.zombies()).isEmpty();
    }

    @Test
    void aBehaviourThatHasAskedToStopEndsAtACheckpoint() {
        CompletableFuture<String> passed = new CompletableFuture<>();
        Pid pid = lab.start(self -> new Lab.Echo() {
            @Override
            public void cast(Object message) {
                self.checkpoint();
                self.stop(ExitReason.shutdown("asked"));
                passed.complete("the first");
                self.checkpoint();
                passed.obtrudeValue("the second");
            }
        });
        ServerRef.of(pid).cast(new Cast<>() {});

        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.shutdown("asked"));
        assertThat(passed.join()).isEqualTo("the first");
    }

    @Test
    void onlyTheProcessItselfPassesACheckpoint() {
        CompletableFuture<Self<?>> leaked = new CompletableFuture<>();
        CountDownLatch done = new CountDownLatch(1);
        Pid pid = lab.node.spawn(self -> {
            leaked.complete(self);
            done.await();
        });
        Self<?> self = Await.get(leaked);

        assertThatIllegalStateException()
                .isThrownBy(self::checkpoint)
                .withMessageContaining("checkpoint")
                .withMessageContaining(pid.toString());
        done.countDown();
    }
}
