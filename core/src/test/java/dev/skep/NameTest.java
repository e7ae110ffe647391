package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class NameTest {
    private static final Name<Object> USERS = Name.of("users");

    @AutoClose
    private final Lab lab = new Lab();

    private final Node node = lab.node;

    @Test
    void namesAreEqualWhenTheirTextIs() {
        assertThat(Name.of("users")).isEqualTo(USERS).hasToString("users");
        assertThat(Name.of("user")).isNotEqualTo(USERS);
    }

    @Test
    void aNameNeedsAVisibleCharacter() {
        assertThatIllegalArgumentException().isThrownBy(() -> Name.of(" ")).withMessageContaining("\" \"");
        assertThatIllegalArgumentException().isThrownBy(() -> Name.of(""));
        assertThatNullPointerException().isThrownBy(() -> Name.of(null));
    }

    @Test
    void aRegisteredProcessIsFoundAndSentToByItsName() {
        LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
        Pid pid = node.spawn((Receiver<Object> self) -> {
            while (true) {
                received.add(self.receive());
            }
        });
        node.register(USERS, pid);
        assertThat(node.whereis(USERS)).contains(pid);
        assertThat(node.registered()).containsExactly(java.util.Map.entry(USERS, pid));
        assertThat(pid).hasToString("<lab." + pid.id() + " users>");
        assertThat(pid.info().orElseThrow().name()).contains(USERS);
        node.send(USERS, "hello");
        assertThat(Await.next(received)).isEqualTo("hello");
    }

    @Test
    void sendingToANameThatNobodyHasIsSilent() {
        node.send(USERS, "nobody");
        assertThatNullPointerException().isThrownBy(() -> node.send(USERS, null));
        assertThatNullPointerException().isThrownBy(() -> node.send(null, "x"));
    }

    @Test
    void aTakenNameIsRefused() {
        Pid holder = lab.idle();
        node.register(USERS, holder);
        Pid other = lab.idle();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node.register(USERS, other))
                .withMessageContaining("taken by " + holder);
        node.register(Name.of("other"), other); // the failed attempt has left no trace
    }

    @Test
    void aProcessHasOneName() {
        Pid pid = lab.idle();
        node.register(USERS, pid);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node.register(Name.of("second"), pid))
                .withMessageContaining("registered as \"users\"");
        assertThatIllegalArgumentException().isThrownBy(() -> node.register(USERS, pid));
        assertThat(node.registered()).hasSize(1);
    }

    @Test
    void theDeadAndThoseOfOtherNodesCannotBeRegistered() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node.register(USERS, lab.dead()))
                .withMessageContaining("ended");
        try (Node other = Node.start("other")) {
            Pid stranger = other.spawn(Receiver::receive);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> node.register(USERS, stranger))
                    .withMessageContaining("another node");
        }
        assertThat(node.whereis(USERS)).isEmpty();
    }

    @Test
    void anUnregisteredNameIsFreeAndTheProcessCanHaveAnother() {
        Pid pid = lab.idle();
        node.register(USERS, pid);
        node.unregister(USERS);
        assertThat(node.whereis(USERS)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> node.unregister(USERS));
        node.register(Name.of("b"), pid);
        node.register(USERS, lab.idle());
        assertThat(node.registered().keySet()).extracting(Name::text).containsExactly("b", "users");
    }

    @Test
    void whoIsToldOfADeathCanTakeTheName() {
        lab.inProcess(self -> {
            self.trapExit(true);
            for (int i = 0; i < 300; i++) {
                Pid holder = self.spawnLink((Receiver<Object> child) -> child.receive());
                node.register(USERS, holder);
                if (i % 2 == 0) {
                    holder.exit(ExitReason.kill());
                } else {
                    holder.send("go");
                }
                self.receive(Exit.class);
                assertThat(node.whereis(USERS)).isEmpty();
            }
        });
    }

    @Test
    void aNameIsNeverLeftToAProcessThatDiesWhileItIsRegistered() {
        for (int i = 0; i < 500; i++) {
            Pid dying = node.spawn(Receiver::receive);
            dying.send("go");
            try {
                node.register(USERS, dying);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("ended");
            }
            lab.endOf(dying);
            assertThat(node.registered()).isEmpty();
        }
    }

    @Test
    void ofManyWhoWantANameOneGetsIt() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            List<Pid> candidates =
                    IntStream.range(0, 8).mapToObj(_ -> lab.idle()).toList();
            CountDownLatch go = new CountDownLatch(1);
            AtomicInteger winners = new AtomicInteger();
            List<Thread> threads = candidates.stream()
                    .map(pid -> Thread.ofVirtual().start(() -> {
                        Await.latch(go);
                        try {
                            node.register(USERS, pid);
                            winners.incrementAndGet();
                        } catch (IllegalArgumentException taken) {
                            assertThat(taken).hasMessageContaining("taken");
                        }
                    }))
                    .toList();
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(winners).hasValue(1);
            candidates.forEach(pid -> pid.exit(ExitReason.kill()));
            candidates.forEach(lab::endOf);
        }
    }

    @Test
    void aReferenceByNameFindsWhoHasTheNameAtEachUse() {
        ServerRef<Object> users = node.ref(USERS);
        assertThat(users.pid()).isEmpty();
        for (int i = 0; i < 3; i++) {
            Pid server = lab.start(_ -> new Lab.Echo());
            node.register(USERS, server);
            assertThat(users.pid()).contains(server);
            assertThat(users.call(new Lab.Ask(i))).isEqualTo(new Lab.Ask(i));
            server.exit(ExitReason.shutdown());
            lab.endOf(server);
            assertThat(users.pid()).isEmpty();
        }
    }
}
