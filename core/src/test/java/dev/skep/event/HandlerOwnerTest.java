package dev.skep.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Handlers that belong to a process: each hears of the end of the other.
class HandlerOwnerTest extends GenEventFixture {
    /// Runs a process that owns handlers.
    private Pid owner(Body body) {
        return node.spawn((Receiver<Object> self) -> body.run(self));
    }

    private interface Body {
        void run(Receiver<Object> self) throws Exception;
    }

    @Test
    void aHandlerGoesWithItsOwnerAndTheOthersHearOfIt() throws Exception {
        CompletableFuture<Boolean> added = new CompletableFuture<>();
        add("a");
        Pid owner = owner(self -> {
            manager.addSupervisedHandler(self, id("owned"), () -> new Scribe("owned"));
            added.complete(true);
            throw new ProcessExit(self.receive(ExitReason.class));
        });
        Await.get(added);

        owner.send(ExitReason.because("enough"));
        owner.join(Await.LIMIT);

        assertThat(manager.whichHandlers()).containsExactly(id("a"));
        assertThat(journal())
                .containsExactly(
                        "a init",
                        "owned init",
                        "owned ends: OwnerEnded[owner=" + owner + ", reason=enough]",
                        "a gets Exit");
        assertThat(reports).isEmpty();
    }

    private HandlerExit exitOf(String handler, Runnable what) throws Exception {
        CompletableFuture<Boolean> added = new CompletableFuture<>();
        CompletableFuture<HandlerExit> heard = new CompletableFuture<>();
        owner(self -> {
            self.trapExit(true);
            manager.addSupervisedHandler(self, id(handler), () -> new Scribe(handler));
            added.complete(true);
            heard.complete(self.receive(HandlerExit.class));
        });
        Await.get(added);
        what.run();
        return Await.get(heard);
    }

    @Test
    void anOwnerHearsOfItsHandlersEnd() throws Exception {
        Pid pid = manager.pid().orElseThrow();

        assertThat(exitOf("a", () -> manager.deleteHandler(id("a"))))
                .isEqualTo(new HandlerExit(pid, id("a"), ExitReason.normal()));
        assertThat(exitOf("a", () -> manager.notify(new Happening.Leave("a", ExitReason.normal())))
                        .reason())
                .isEqualTo(ExitReason.normal());
        assertThat(exitOf("a", () -> manager.notify(new Happening.Crash("a"))).reason())
                .isInstanceOf(ExitReason.Crashed.class);
        assertThat(exitOf("a", () -> manager.swapHandler(id("a"), Swap.to(id("b"), () -> new Scribe("b"))))
                        .reason()
                        .toString())
                .contains("Swapped")
                .contains("by=b");
        assertThat(exitOf("a", manager::stop).reason()).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void anOwnerDoesNotEndWithTheManager() throws Exception {
        CompletableFuture<Boolean> added = new CompletableFuture<>();
        CompletableFuture<List<Object>> heard = new CompletableFuture<>();
        owner(self -> {
            self.trapExit(true);
            manager.addSupervisedHandler(self, id("a"), () -> new Scribe("a"));
            added.complete(true);
            Object first = self.receive();
            heard.complete(List.of(first, self.receive(Exit.class, _ -> true, Duration.ZERO)));
        });
        Await.get(added);

        manager.stop(ExitReason.because("over"), Await.LIMIT);

        List<Object> all = Await.get(heard);
        assertThat(all.getFirst()).isInstanceOf(HandlerExit.class);
        assertThat(all.getLast()).isEqualTo(Optional.empty());
    }

    @Test
    void aSupervisedSwapChangesTheOwner() throws Exception {
        CompletableFuture<Boolean> swapped = new CompletableFuture<>();
        Pid first = owner(self -> {
            manager.addSupervisedHandler(self, id("a"), () -> new Scribe("a"));
            swapped.complete(true);
            self.receive(ExitReason.class);
        });
        Await.get(swapped);
        CompletableFuture<Boolean> again = new CompletableFuture<>();
        Pid second = owner(self -> {
            manager.swapSupervisedHandler(self, id("a"), Swap.to(id("b"), () -> new Scribe("b")));
            again.complete(true);
            self.receive(ExitReason.class);
        });
        Await.get(again);

        first.exitAndJoin(ExitReason.shutdown(), Await.LIMIT);
        assertThat(manager.whichHandlers()).containsExactly(id("b"));
        second.exitAndJoin(ExitReason.shutdown(), Await.LIMIT);
        assertThat(manager.whichHandlers()).isEmpty();
    }
}
