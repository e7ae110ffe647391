package dev.skep.statem;

import static dev.skep.statem.Lab.ask;
import static dev.skep.statem.Lab.sync;
import static dev.skep.statem.Lab.tell;
import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CodeChange;
import dev.skep.Overflow;
import dev.skep.Reportable;
import dev.skep.ServerRef;
import dev.skep.sys.Sys;
import dev.skep.sys.Upgrade;
import dev.skep.sys.UpgradeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is seen of a machine from outside while it runs, and what becomes of its own affairs when its code is changed.
/// The rest of the system requests is tested with the others, in `dev.skep.sys`.
class InspectionTest {
    @RegisterExtension
    final Lab lab = new Lab();

    private final Machine machine = new Machine();

    @Test
    void aTraceShowsWhatIsAtHandWhatIsPostponedAndChangesOfState() {
        machine.when("a: tell p", machine::postpone)
                .when("a: tell go", () -> machine.goTo("b").nextInternal("i").timeout("x", ZERO, "t"));
        ServerRef<Rpc> ref = lab.start(machine);
        List<String> lines = new CopyOnWriteArrayList<>();
        Sys.of(ref).startTrace(lines::add);
        tell(ref, "p", "go");
        sync(ref);

        assertThat(lines.stream()
                        .map(line ->
                                line.replaceFirst("^.*DBG. <lab[^>]*> ", "").replaceFirst(", new state.*", ""))
                        .toList())
                .startsWith(
                        "got cast Tell[what=p]",
                        "postpones Tell[what=p]",
                        "is done",
                        "got cast Tell[what=go]",
                        "leaves state a",
                        "continues with internal: i",
                        "continues with Tell[what=p]",
                        "continues with timeout x: t",
                        "is done");
    }

    @Test
    void anEventShowsNoSecrets() {
        Reportable secret = () -> "something secret";
        assertThat(new Event.Internal<Rpc>(secret).toReport()).isEqualTo("internal: something secret");
        assertThat(new Event.StateTimeout<Rpc>(secret).toReport()).isEqualTo("state timeout: something secret");
        assertThat(new Event.EventTimeout<Rpc>(secret).toReport()).isEqualTo("event timeout: something secret");
        assertThat(new Event.NamedTimeout<Rpc>("x", secret).toReport()).isEqualTo("timeout x: something secret");
        assertThat(new Event.Info<Rpc>(secret).toReport()).isEqualTo("something secret");
    }

    @Test
    void timeoutsAndPostponedEventsSurviveAChangeOfCode() {
        Machine next = new Machine(machine.journal);
        machine.start(_ -> machine.goTo("a").data("0").stateTimeout(Duration.ofSeconds(1), "old"))
                .when("a: tell p", machine::postpone);
        next.onEnter("a", next::entered)
                .when("a: state timeout old", () -> next.goTo("b"))
                .when("b: tell p", () -> next.keepState().data("new"));
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "p");
        sync(ref);

        Upgrade.plan().process(ref, CodeChange.to(next)).run();
        lab.pass(Duration.ofSeconds(1));
        sync(ref);

        assertThat(machine.journal.entries())
                .as("no enter call for the change")
                .containsExactly("a: tell p", "a: state timeout old", "b: tell p");
        assertThat(Sys.of(ref).state()).isEqualTo(new StateAndData<>("b", "new"));
    }

    @Test
    void whileCallbacksArePushedTheCodeIsNotChanged() {
        Machine pushed = new Machine(machine.journal);
        machine.when("a: tell push", () -> machine.keepState().pushCallbacks(pushed));
        pushed.when("a: tell pop", () -> pushed.keepState().popCallbacks());
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "push");

        assertThatThrownBy(() -> Upgrade.plan()
                        .process(ref, CodeChange.to(new Machine(machine.journal)))
                        .run())
                .isInstanceOf(UpgradeException.class)
                .hasStackTraceContaining("callbacks have been pushed");
        tell(ref, "pop");
        Upgrade.plan().process(ref, CodeChange.to(new Machine(machine.journal))).run();
        assertThat(ask(ref, "x")).isEqualTo("x");
    }

    @Test
    void whatIsPostponedTakesNoRoomInABoundedMailbox() {
        machine.when("a: tell p", machine::postpone).when("a: tell go", () -> machine.goTo("b"));
        ServerRef<Rpc> ref = lab.node().start(GenStatem.spec(() -> machine).mailbox(1, Overflow.BLOCK));
        for (int i = 0; i < 10; i++) {
            tell(ref, "p");
        }
        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries().subList(11, 21)).containsOnly("b: tell p");
        assertThatThrownBy(() -> machine.spec().mailbox(0, Overflow.BLOCK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one or more, but was 0");
    }
}
