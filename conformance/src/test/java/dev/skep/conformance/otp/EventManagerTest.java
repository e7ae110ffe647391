package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Down;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.Started;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.otp.EventFixture.Happening;
import dev.skep.conformance.otp.EventFixture.Question;
import dev.skep.event.EventRpc;
import dev.skep.event.GenEvent;
import dev.skep.event.GenEventRef;
import dev.skep.event.HandlerError;
import dev.skep.sys.Sys;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How an event manager is started, named and stopped, and what it does when nothing happens.
@SkepTest(virtualTime = true)
@CasesOf("gen_event_SUITE")
class EventManagerTest {
    private static final Name<EventRpc<Happening>> NAME = Name.of("my_dummy_name");

    private static final List<Name<EventRpc<Happening>>> NAMES = List.of(NAME, Name.via(new Numbers(), 7));

    /// Without a name, with a local or global one, and with a key of a registry.
    private static List<GenEvent<Happening>> kinds() {
        List<GenEvent<Happening>> kinds = new ArrayList<>(List.of(GenEvent.manager()));
        NAMES.forEach(name -> kinds.add(GenEvent.<Happening>manager().named(name)));
        return kinds;
    }

    private static void isEmptyAndStops(GenEventRef<Happening> manager, Self<?> self, GenEvent<Happening> kind) {
        assertThat(manager.whichHandlers()).isEmpty();
        kind.name()
                .ifPresent(name -> assertThat(GenEventRef.of(self.node(), name).whichHandlers())
                        .isEmpty());
        manager.stop();
        assertThat(manager.pid().orElseThrow().isAlive()).isFalse();
    }

    @Test
    @Covers("start")
    void isStartedWithAndWithoutANameALinkAndAMonitor(Testkit skep) throws Exception {
        AsProcess.run(skep, self -> {
            self.trapExit(true);
            for (GenEvent<Happening> kind : kinds()) {
                isEmptyAndStops(self.start(kind).orElseThrow(), self, kind);

                GenEventRef<Happening> linked = self.startLink(kind).orElseThrow();
                Pid pid = linked.pid().orElseThrow();
                isEmptyAndStops(linked, self, kind);
                assertThat(self.receive(Exit.class)).isEqualTo(new Exit(pid, ExitReason.normal()));

                Self.StartedMonitored<GenEventRef<Happening>> watched = self.startMonitor(kind);
                Monitor monitor = watched.monitor().orElseThrow();
                isEmptyAndStops(watched.started().orElseThrow(), self, kind);
                assertThat(self.receive(Down.class)).isEqualTo(new Down(monitor, monitor.pid(), ExitReason.normal()));
            }
            return null;
        });
    }

    @Test
    @Covers("start")
    void aNameIsTakenUntilItsManagerEndsByAStopOrByAnExitSignalOfItsParent(Testkit skep) throws Exception {
        AsProcess.run(skep, self -> {
            self.trapExit(true);
            for (Name<EventRpc<Happening>> name : NAMES) {
                GenEvent<Happening> kind = GenEvent.<Happening>manager().named(name);

                Pid first = self.startLink(kind).orElseThrow().pid().orElseThrow();
                isTaken(self, kind, first);
                GenEventRef.of(self.node(), name).stop(ExitReason.shutdown(), ServerRef.DEFAULT_TIMEOUT);
                assertThat(self.receive(Exit.class)).isEqualTo(new Exit(first, ExitReason.shutdown()));

                Pid second = self.startMonitor(kind).monitor().orElseThrow().pid();
                isTaken(self, kind, second);
                second.exit(ExitReason.shutdown());
                assertThat(self.receive(Down.class).reason()).isEqualTo(ExitReason.shutdown());
            }
            return null;
        });
    }

    private static void isTaken(Self<?> self, GenEvent<Happening> kind, Pid by) {
        Started<GenEventRef<Happening>> taken = new Started.AlreadyStarted<>(by);
        assertThat(self.startLink(kind)).isEqualTo(taken);
        assertThat(self.start(kind)).isEqualTo(taken);
        assertThat(self.startMonitor(kind).started()).isEqualTo(taken);
    }

    @Test
    @Differs(cases = "start_opt", entry = "`{debug, Options}` at the start")
    void isTracedOnceItRuns(Testkit skep) {
        GenEventRef<Happening> manager =
                skep.start(GenEvent.<Happening>manager().named(NAME));

        Sys.of(manager.server()).startLog(10);
        manager.notify(new Happening.Said("something"));

        assertThat(manager.whichHandlers()).isEmpty();
        assertThat(Sys.of(manager.server()).log().getFirst().text()).contains("something");
    }

    @Test
    @Differs(
            cases = {"hibernate", "auto_hibernate"},
            entry = "Nothing to ask for: a server without messages holds no")
    void restsWheneverItHasNothingToDoAndWakesUpForAnything(Testkit skep, Probe probe) {
        GenEventRef<Happening> manager = skep.start(GenEvent.manager());
        rests(skep, manager);
        manager.addHandler(EventFixture.ONE, () -> new EventFixture(EventFixture.ONE, probe.pid()));
        rests(skep, manager);
        Result<String, HandlerError> answer = manager.call(EventFixture.ONE, new Question.Hello());
        assertThat(answer).isEqualTo(Result.ok("hello from one"));
        rests(skep, manager);
        manager.notify(new Happening.Said("an event"));
        rests(skep, manager);
        manager.server().send(new Happening.Said("a message"));
        rests(skep, manager);
        Sys.of(manager.server()).suspend();
        Sys.of(manager.server()).resume();
        rests(skep, manager);

        probe.expectNext("one an event");
        probe.expectNext("one a message");
    }

    private static void rests(Testkit skep, GenEventRef<Happening> manager) {
        skep.settle();
        ProcessInfo info = manager.pid().orElseThrow().info().orElseThrow();
        assertThat(info.status()).isEqualTo(ProcessInfo.Status.WAITING);
        assertThat(info.mailboxLength()).isZero();
    }
}
