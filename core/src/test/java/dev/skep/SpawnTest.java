package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SpawnTest {
    @AutoClose
    private final Lab lab = new Lab();

    @Test
    void aThreadSpawnsAProcessWithoutAncestors() {
        Pid pid = lab.idle();
        assertThat(pid.isAlive()).isTrue();
        assertThat(pid.nodeName()).isEqualTo("lab");
        assertThat(pid.info().orElseThrow().ancestors()).isEmpty();
        assertThat(lab.node.processes()).containsExactly(pid);
        assertThat(lab.node.process(pid.id())).contains(pid);
    }

    @Test
    void aProcessIsTheAncestorOfWhatItSpawns() {
        lab.inProcess(self -> {
            Pid tester = self.pid();
            Pid child = self.spawn((Receiver<Object> kid) -> {
                tester.send(kid.spawn((Receiver<Object> grandchild) -> grandchild.receive()));
                kid.receive();
            });
            Pid grandchild = self.receive(Pid.class);
            assertThat(child.info().orElseThrow().ancestors()).containsExactly(tester);
            assertThat(grandchild.info().orElseThrow().ancestors()).containsExactly(child, tester);
        });
    }

    @Test
    void aBehaviourKnowsItsAncestorsToo() {
        lab.inProcess(self -> {
            Pid child = self.start(Lab.spec(_ -> new Lab.Echo())).orElseThrow();
            assertThat(child.info().orElseThrow().ancestors()).containsExactly(self.pid());
            assertThat(child.info().orElseThrow().links()).isEmpty();
        });
    }

    @Test
    void aLinkedStartLinksFromTheFirstMoment() {
        lab.inProcess(self -> {
            self.trapExit(true);
            Started<Pid> started = self.startLink(Lab.spec(_ -> new Lab.Echo() {
                @Override
                public void init() {
                    throw new ProcessExit(ExitReason.because("refused"));
                }
            }));
            assertThat(started).isInstanceOf(Started.Failed.class);
            assertThat(self.receive(Exit.class).reason()).isEqualTo(ExitReason.because("refused"));

            Pid child = self.startLink(Lab.spec(_ -> new Lab.Echo())).orElseThrow();
            assertThat(self.pid().info().orElseThrow().links()).containsExactly(child);
        });
    }

    @Test
    void aMonitoredStartGivesTheMonitorOnlyIfItWorked() {
        lab.inProcess(self -> {
            Self.StartedMonitored<Pid> running = self.startMonitor(Lab.spec(_ -> new Lab.Echo()));
            Pid child = running.started().orElseThrow();
            child.exit(ExitReason.shutdown());
            assertThat(self.receive(Down.class))
                    .isEqualTo(new Down(running.monitor().orElseThrow(), child, ExitReason.shutdown()));

            Self.StartedMonitored<Pid> ignored = self.startMonitor(Lab.spec(_ -> new Lab.Echo() {
                @Override
                public void init() {
                    throw new StartException.Ignore();
                }
            }));
            assertThat(ignored.started()).isInstanceOf(Started.Ignored.class);
            assertThat(ignored.monitor()).isEmpty();
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void pidsAreOrderedByAge() {
        List<Pid> pids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pids.add(lab.idle());
        }
        assertThat(lab.node.processes()).containsExactlyElementsOf(pids);
        assertThat(pids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aChildThatIsNotLinkedSurvivesItsParent() {
        LinkedBlockingQueue<Pid> children = new LinkedBlockingQueue<>();
        Pid parent = lab.node.spawn((Receiver<Object> self) -> {
            children.add(self.spawn((Receiver<Object> kid) -> Lab.drop(kid)));
            throw new ProcessExit(ExitReason.because("broken"));
        });
        lab.endOf(parent);
        Pid child = Await.next(children);
        assertThat(child.isAlive()).isTrue();
        assertThat(child.info().orElseThrow().ancestors()).containsExactly(parent);
    }

    @Test
    void manyProcessesSpawnAndEnd() {
        int many = 20_000;
        CountDownLatch ended = new CountDownLatch(many);
        for (int i = 0; i < many; i++) {
            lab.node.spawn(_ -> ended.countDown());
        }
        Await.latch(ended);
        Await.until(() -> lab.node.processes().isEmpty());
    }

    @Test
    void nothingIsRefusedAndTheProcessGoesOn() {
        lab.inProcess(self -> {
            assertThatNullPointerException().isThrownBy(() -> self.spawn(null));
            assertThatNullPointerException().isThrownBy(() -> self.spawnLink(null));
            assertThatNullPointerException().isThrownBy(() -> self.spawnMonitor(null));
            assertThatNullPointerException().isThrownBy(() -> self.start(null));
            assertThatNullPointerException().isThrownBy(() -> self.startLink(null));
            assertThatNullPointerException().isThrownBy(() -> self.startMonitor(null));
            assertThatNullPointerException().isThrownBy(() -> self.link(null));
            assertThatNullPointerException().isThrownBy(() -> self.unlink(null));
            assertThatNullPointerException().isThrownBy(() -> self.monitor((Pid) null));
            assertThatNullPointerException().isThrownBy(() -> self.monitor((Name<?>) null));
            assertThatNullPointerException().isThrownBy(() -> self.demonitor(null));
            assertThatNullPointerException().isThrownBy(() -> self.monitorWithAlias(null));
            assertThatNullPointerException().isThrownBy(() -> self.stop(null));
            self.pid().send("alive");
            assertThat(self.receive()).isEqualTo("alive");
        });
        assertThatNullPointerException().isThrownBy(() -> lab.node.spawn(null));
        assertThatNullPointerException().isThrownBy(() -> lab.node.tryStart(null));
    }

    // ---- Self in the wrong hands ---------------------------------------------------------------------------------

    @Test
    void anotherThreadMayNotUseTheSelfOfAProcess() {
        LinkedBlockingQueue<Receiver<Object>> selves = new LinkedBlockingQueue<>();
        Pid owner = lab.node.spawn((Receiver<Object> self) -> {
            selves.add(self);
            Lab.drop(self);
        });
        Receiver<Object> stolen = Await.next(selves);
        Pid other = lab.idle();
        Monitor monitor = new Monitor((Process) owner, other);
        for (Runnable misuse : List.<Runnable>of(
                () -> stolen.trapExit(true),
                () -> stolen.link(other),
                () -> stolen.unlink(other),
                () -> stolen.monitor(other),
                () -> stolen.monitor(Name.of("x")),
                () -> stolen.demonitor(monitor),
                () -> stolen.demonitorAndFlush(monitor),
                stolen::alias,
                stolen::aliasForOneReply,
                () -> stolen.monitorWithAlias(other),
                () -> stolen.stop(ExitReason.normal()),
                () -> stolen.spawn(_ -> {}),
                () -> stolen.spawnLink(_ -> {}),
                () -> stolen.spawnMonitor(_ -> {}),
                () -> stolen.start(Lab.spec(_ -> new Lab.Echo())),
                () -> stolen.startLink(Lab.spec(_ -> new Lab.Echo())),
                () -> stolen.startMonitor(Lab.spec(_ -> new Lab.Echo())),
                () -> stolen.requestStartLink(Lab.spec(_ -> new Lab.Echo()), "x"),
                () -> stolen.sendAfter(Duration.ZERO, "x"),
                () -> stolen.sendAfter(Duration.ZERO, other, "x"),
                () -> stolen.sendAfter(Duration.ZERO, Name.of("x"), "x"),
                () -> stolen.startTimer(Duration.ZERO, "x"),
                stolen::receive,
                () -> stolen.receive(Duration.ZERO))) {
            assertThatIllegalStateException().isThrownBy(misuse::run).withMessageContaining("from another thread");
            assertThatIllegalStateException()
                    .isThrownBy(() -> lab.inProcess(_ -> misuse.run()))
                    .withMessageContaining("from another thread");
        }
        assertThat(stolen.pid()).isEqualTo(owner);
        assertThat(stolen.node()).isSameAs(lab.node);
        assertThat(stolen.ref()).isEqualTo(ServerRef.of(owner));
        assertThat(owner.isAlive()).isTrue();
    }
}
