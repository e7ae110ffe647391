package dev.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.ProcessExit;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.Started;
import dev.skep.agent.Agent.Update;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentTest {
    private static final Name<AgentRpc<Integer>> COUNT = Name.of("count");

    private final ManualClock clock = ManualClock.attentive();
    private final Node node = Node.builder("agents").clock(clock).start();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void getComputesFromTheState() {
        Agent<Integer> agent = node.start(Agent.spec(() -> 20));

        assertThat(agent.<Integer>get(n -> n + 1)).isEqualTo(21);
        assertThat(agent.<Integer>get(n -> n)).isEqualTo(20);
    }

    @Test
    void updateReplacesTheState() {
        Agent<Integer> agent = node.start(Agent.spec(() -> 1));

        agent.update(n -> n + 1);

        assertThat(agent.<Integer>get(n -> n)).isEqualTo(2);
    }

    @Test
    void getAndUpdateDoesBoth() {
        Agent<Integer> agent = node.start(Agent.spec(() -> 1));

        String before = agent.getAndUpdate(n -> new Update<>("was " + n, n * 10));

        assertThat(before).isEqualTo("was 1");
        assertThat(agent.<Integer>get(n -> n)).isEqualTo(10);
    }

    @Test
    void castsAreAppliedInTheirOrderBeforeALaterGet() {
        Agent<List<Integer>> agent = node.start(Agent.spec(ArrayList::new));

        for (int i = 0; i < 1000; i++) {
            int number = i;
            agent.cast(list -> {
                list.add(number);
                return list;
            });
        }

        List<Integer> all = agent.get(List::copyOf);
        assertThat(all).hasSize(1000).isSorted();
    }

    @Test
    void functionsRunInTheAgent() {
        Agent<Integer> agent = node.start(Agent.spec(() -> 1));
        Thread mine = Thread.currentThread();

        assertThat(agent.<Boolean>get(_ -> Thread.currentThread() == mine)).isFalse();
    }

    @Test
    void aFunctionThatThrowsCrashesTheAgentAndItsCallerIsTold() {
        Agent<Integer> agent = node.start(Agent.spec(() -> 1));

        assertThatThrownBy(() -> agent.get(n -> n / (n - 1)))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageContaining("ArithmeticException");
        assertThat(agent.pid().orElseThrow().join(Await.LIMIT)).isPresent();
    }

    @Test
    void aFunctionThatReturnsNullIsADefectThatSaysSo() {
        Agent<Integer> agent = node.start(Agent.spec(() -> 1));

        assertThatThrownBy(() -> agent.get(_ -> null))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageContaining("return an Optional");
        assertThatThrownBy(() -> node.start(Agent.spec(() -> 1)).update(_ -> null))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageContaining("the function of an update returned null");
    }

    @Test
    void aFirstStateThatCannotBeMadeFailsTheStart() {
        assertThatThrownBy(() -> node.start(Agent.spec(() -> {
                    throw new java.io.IOException("no file");
                })))
                .isInstanceOf(StartException.Failed.class)
                .hasMessageContaining("no file");
        assertThatThrownBy(() -> node.start(Agent.spec(() -> null)))
                .isInstanceOf(StartException.Failed.class)
                .hasMessageContaining("returned null");
        assertThat(node.tryStart(Agent.spec(() -> {
                    throw new StartException.Ignore();
                })))
                .isInstanceOf(Started.Ignored.class);
    }

    @Test
    void aSlowFunctionTimesOutItsCallerOnly() {
        CountDownLatch release = new CountDownLatch(1);
        Agent<Integer> agent = node.start(Agent.spec(() -> 1));
        agent.cast(n -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new ProcessExit(ExitReason.normal());
            }
            return n + 1;
        });

        assertThatThrownBy(() -> clock.whilePassing(() -> agent.get(n -> n, Duration.ofMillis(1))))
                .isInstanceOf(CallException.Timeout.class);
        release.countDown();
        assertThat(agent.<Integer>get(n -> n, ServerRef.FOREVER)).isEqualTo(2);
    }

    @Test
    void aNamedAgentSurvivesItsRestartsWithAFreshState() {
        node.start(Supervisor.oneForOne().child(ChildSpec.of("count", Agent.spec(COUNT, () -> 7))));
        Agent<Integer> agent = Agent.of(node, COUNT);
        agent.update(n -> n + 1);
        var before = agent.pid().orElseThrow();

        before.exit(ExitReason.kill());
        before.join(Await.LIMIT);
        awaitSuccessor(before);

        assertThat(agent.<Integer>get(n -> n)).isEqualTo(7);
    }

    private void awaitSuccessor(dev.skep.Pid before) {
        long start = System.nanoTime();
        while (node.whereis(COUNT).filter(pid -> pid != before).isEmpty()) {
            assertThat(System.nanoTime() - start).as("waited too long").isLessThan(Await.LIMIT.toNanos());
            Thread.yield();
        }
    }

    @Test
    void whoeverIsNotThereIsNotCalledButMayBeCastTo() {
        Agent<Integer> nobody = Agent.of(node, COUNT);

        nobody.cast(n -> n + 1);
        assertThatThrownBy(() -> nobody.get(n -> n)).isInstanceOf(CallException.NoProcess.class);
        assertThat(nobody.pid()).isEqualTo(Optional.empty());
    }

    @Test
    void anAgentThatCallsItselfIsToldSo() {
        Agent<Integer> agent = node.start(Agent.spec(COUNT, () -> 1));

        assertThatThrownBy(() -> agent.get(_ -> agent.<Integer>get(n -> n)))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageContaining("CallingSelf");
    }

    @Test
    void stopEndsItAndClosesItsState() {
        AtomicBoolean closed = new AtomicBoolean();
        Agent<AutoCloseable> agent = node.start(Agent.spec(() -> () -> closed.set(true)));

        agent.stop();

        assertThat(closed).isTrue();
        assertThat(agent.pid().orElseThrow().isAlive()).isFalse();
    }

    @Test
    void stopCanGiveAReason() {
        Agent<Integer> agent = node.start(Agent.spec(() -> 1));

        agent.stop(ExitReason.because("enough"), Await.LIMIT);

        assertThat(agent.pid().orElseThrow().isAlive()).isFalse();
    }

    @Test
    void nullsAreRefusedWhereTheyAreGiven() {
        Agent<Integer> agent = node.start(Agent.spec(() -> 1));

        assertThatThrownBy(() -> Agent.spec(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("initial");
        assertThatThrownBy(() -> agent.get(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("function");
        assertThatThrownBy(() -> agent.cast(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("function");
        assertThatThrownBy(() -> agent.update(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("function");
        assertThatThrownBy(() -> agent.getAndUpdate(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("function");
        assertThat(agent.<Integer>get(n -> n)).isEqualTo(1);
    }
}
