package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Alias;
import dev.skep.Await;
import dev.skep.Down;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessInfo;
import dev.skep.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The examples of the chapter on processes.
class ProcessesGuideTest {
    private final ManualClock clock = ManualClock.attentive();
    private final Node node = Node.builder("hive").clock(clock).start();

    @AfterEach
    void close() {
        node.close();
    }

    record Add(int a, int b, Pid replyTo) {}

    record Sum(int value) {}

    @Test
    void aPlainProcessReceivesAndSends() throws Exception {
        CompletableFuture<Integer> result = new CompletableFuture<>();

        Pid adder = node.spawn(self -> {
            while (true) {
                Add add = self.receive(Add.class);
                add.replyTo().send(new Sum(add.a() + add.b()));
            }
        });
        Pid client = node.spawn(self -> {
            adder.send(new Add(1, 2, self.pid()));
            result.complete(self.receive(Sum.class).value());
        });

        assertThat(Await.get(result)).isEqualTo(3);
        assertThat(client).isNotEqualTo(adder);
    }

    @Test
    void aReceiveTakesWhatItWants() throws Exception {
        CompletableFuture<String> result = new CompletableFuture<>();
        Pid chooser = node.spawn(self -> {
            int sum = self.select(message -> switch (message) {
                case Sum(int value) -> Optional.of(value);
                default -> Optional.empty(); // stays in the mailbox
            });
            Optional<String> text = self.receive(String.class, t -> !t.isBlank(), Duration.ofSeconds(30));
            result.complete(sum + " " + text.orElse("nothing"));
        });
        chooser.send("left in the mailbox");
        chooser.send(new Sum(3));

        assertThat(Await.get(result)).isEqualTo("3 left in the mailbox");
    }

    @Test
    void aLinkTellsOfTheEnd() throws Exception {
        CompletableFuture<ExitReason> result = new CompletableFuture<>();

        Pid watcher = node.spawn(self -> {
            self.trapExit(true);
            Pid worker = self.spawnLink(_ -> {
                throw new ProcessExit(ExitReason.because("out of wax"));
            });
            Exit exit = self.receive(Exit.class, e -> e.pid().equals(worker));
            result.complete(exit.reason());
        });

        assertThat(Await.get(result)).isEqualTo(ExitReason.because("out of wax"));
        assertThat(watcher.nodeName()).isEqualTo("hive");
    }

    @Test
    void aMonitorTellsOfTheEnd() throws Exception {
        CompletableFuture<ExitReason> result = new CompletableFuture<>();
        Pid worker = node.spawn(self -> self.receive());

        Pid watcher = node.spawn(self -> {
            Monitor monitor = self.monitor(worker);
            worker.exit(ExitReason.shutdown());
            Down down = self.receive(Down.class, d -> d.monitor() == monitor);
            result.complete(down.reason());
        });

        assertThat(Await.get(result)).isEqualTo(ExitReason.shutdown());
        assertThat(watcher).isNotEqualTo(worker);
    }

    @Test
    void aThreadWatchesToo() throws Exception {
        Pid worker = node.spawn(self -> self.receive());

        CompletableFuture<ExitReason> end = worker.exited();
        worker.exit(ExitReason.kill());
        assertThat(end.join()).isEqualTo(ExitReason.killed());
    }

    static final Name<Object> LOG = Name.of("log");

    @Test
    void aNameFindsAProcess() throws Exception {
        CompletableFuture<Object> logged = new CompletableFuture<>();
        Pid log = node.spawn(self -> logged.complete(self.receive()));

        node.register(LOG, log);
        node.send(LOG, "buzz");

        assertThat(Await.get(logged)).isEqualTo("buzz");
    }

    @Test
    void anAliasIsWithdrawn() throws Exception {
        CompletableFuture<Optional<Object>> result = new CompletableFuture<>();
        Pid asker = node.spawn(self -> {
            Alias once = self.aliasForOneReply();
            once.send("first");
            once.send("second");
            self.receive(String.class);
            result.complete(self.receive(Duration.ZERO));
        });

        assertThat(Await.get(result)).isEmpty();
        assertThat(asker).isNotNull();
    }

    @Test
    void aTimerSendsLater() throws Exception {
        CompletableFuture<Object> result = new CompletableFuture<>();
        Pid sleeper = node.spawn(self -> {
            Timer never = self.sendAfter(Duration.ofHours(1), "wake up");
            self.sendAfter(Duration.ofMillis(5), "ring");
            result.complete(self.receive());
            never.cancel();
        });

        clock.passUntil(result::isDone);
        assertThat(Await.get(result)).isEqualTo("ring");
        assertThat(sleeper).isNotNull();
    }

    @Test
    void aTimerSendsAgainAndAgain() throws Exception {
        CompletableFuture<Object> second = new CompletableFuture<>();
        node.spawn(self -> {
            Timer poll = self.timers().sendInterval(Duration.ofMillis(5), self.pid(), "poll");
            self.receive();
            second.complete(self.receive());
            poll.cancel();
        });

        clock.passUntil(second::isDone);
        assertThat(Await.get(second)).isEqualTo("poll");
    }

    @Test
    void aProcessIsLookedAt() {
        Pid worker = node.spawn(self -> self.receive());

        Optional<ProcessInfo> info = worker.info();
        int waiting = info.map(ProcessInfo::mailboxLength).orElse(0);

        assertThat(info).isPresent();
        assertThat(waiting).isZero();
    }
}
