package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.StartException;
import dev.skep.Started;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SupervisorAtStartTest {
    private static final Name<SupervisorRpc> NAME = Name.of("described");

    private final Hive hive = new Hive();

    @AfterEach
    void close() {
        hive.close();
    }

    private Supervisor with(int children) {
        Supervisor described = Supervisor.oneForOne();
        for (int i = 1; i <= children; i++) {
            described = described.child(hive.child("child" + i));
        }
        return described;
    }

    @Test
    void isDescribedAnewAtEachRestart() {
        AtomicInteger starts = new AtomicInteger();
        SupervisorRef top = hive.start(Supervisor.oneForOne()
                .child(ChildSpec.of("inner", Supervisor.atStart(NAME, () -> with(starts.incrementAndGet())))));
        SupervisorRef inner = hive.ref(NAME);
        assertThat(Hive.states(inner)).containsExactly("child1 running");

        Hive.end(inner.pid().orElseThrow(), ExitReason.killed());
        Hive.settle(top);

        assertThat(Hive.states(inner)).containsExactly("child1 running", "child2 running");
        assertThat(Hive.info(top, "inner").type()).isEqualTo(ChildType.SUPERVISOR);
    }

    @Test
    void isIgnoredOrFailsAsItsDescriptionSays() {
        assertThat(start(() -> {
                    throw new StartException.Ignore();
                }))
                .isEqualTo(new Started.Ignored<>());
        assertThat(reason(() -> {
                    throw new java.io.IOException("no file");
                }))
                .contains("no file");
        assertThat(reason(() -> null)).contains("the code that describes Supervisor described returned null");
        assertThat(reason(() -> with(1).named(Name.of("other"))))
                .contains("cannot be given its name, other")
                .contains("give it to Supervisor.atStart");
        assertThat(hive.node.whereis(NAME)).isEmpty();
        assertThatNullPointerException()
                .isThrownBy(() -> Supervisor.atStart(null))
                .withMessageContaining("description");
        assertThatNullPointerException().isThrownBy(() -> Supervisor.atStart(null, () -> with(1)));
    }

    private Started<SupervisorRef> start(Callable<Supervisor> description) {
        return hive.node.tryStart(Supervisor.atStart(NAME, description));
    }

    private String reason(Callable<Supervisor> description) {
        return start(description) instanceof Started.Failed<SupervisorRef>(String _, ExitReason reason)
                ? reason.toString()
                : "no reason";
    }

    @Test
    void howATemporaryChildWasStartedIsNotKept() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne());
        sup.startChild(hive.child("a").restart(Restart.TEMPORARY));

        ChildSpec kept = sup.terminateChild("a").orElseThrow(AssertionError::new);

        assertThat(sup.startChild(kept).toString()).contains("how child a is started is not known any more");
        sup.startChild(hive.child("b"));
        assertThat(sup.terminateChild("b")
                        .flatMap(spec -> {
                            sup.deleteChild("b");
                            return sup.startChild(spec);
                        })
                        .isOk())
                .as("that of another child is")
                .isTrue();
    }

    @Test
    void aSimpleSupervisorTellsTheSpecificationOfItsChildrenWhichStartsNothing() {
        SimpleSupervisorRef<String, ?> simple = hive.node.start(Supervisor.simpleOneForOne(hive::server));
        simple.startChild("a");
        Pid a = simple.whichChildren().getFirst().pid().orElseThrow();

        ChildSpec spec = simple.childSpec(a).orElseThrow();

        assertThat(spec.restart()).isEqualTo(Restart.PERMANENT);
        assertThat(hive.start(Supervisor.oneForOne()).startChild(spec).toString())
                .contains("belongs to a SimpleSupervisor, whose template starts it");
        assertThat(simple.childSpec(simple.pid().orElseThrow())).isEmpty();
        SupervisorRef other = hive.start(with(1));
        assertThat(new SimpleSupervisorRef<>(other.server()).childSpec(Hive.pid(other, "child1")))
                .isEmpty();
    }
}
