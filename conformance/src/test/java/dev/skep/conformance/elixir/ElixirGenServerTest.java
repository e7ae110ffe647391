package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.MultiCall;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.conformance.Switchboard;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Shutdown;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("gen_server")
class ElixirGenServerTest {
    private static final Name<StackRpc> STACK = Name.of("stack");

    private final Switchboard via = new Switchboard();

    private static ServerRef<StackRpc> start(Testkit skep, String... elements) {
        return skep.start(GenServer.spec(() -> new Stack(elements)));
    }

    private static StackRpc.Pop pop() {
        return new StackRpc.Pop();
    }

    @Test
    @Covers("generates child_spec/1")
    void aServerMakesAChildWithDefaultsThatCanBeChanged() {
        ChildSpec plain = ChildSpec.server(STACK, () -> new Stack("hello"));
        assertThat(plain.id()).isEqualTo("stack");
        assertThat(plain.restart()).isEqualTo(Restart.PERMANENT);
        assertThat(plain.type()).isEqualTo(ChildType.WORKER);

        ChildSpec custom = ChildSpec.server("id", () -> new Stack("hello"))
                .restart(Restart.TEMPORARY)
                .shutdown(ServerRef.FOREVER);
        assertThat(custom.id()).isEqualTo("id");
        assertThat(custom.restart()).isEqualTo(Restart.TEMPORARY);
        assertThat(custom.shutdown()).isEqualTo(Shutdown.INFINITY);
    }

    @Test
    @Covers("start_link/3")
    void aBadNameIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Name.of(" ")).withMessageContaining("\" \"");
        assertThatNullPointerException().isThrownBy(() -> Name.via(null, "stack"));
        assertThatNullPointerException().isThrownBy(() -> Name.via(via, null));
    }

    @Test
    @Covers({"start_link/3 with local", "start_link/3 with global", "start_link/3 with via"})
    void aServerIsCalledByItsName(Testkit skep) {
        for (Name<StackRpc> name : List.of(STACK, Name.<StackRpc, String>via(via, "via_stack"))) {
            skep.start(GenServer.<StackRpc>spec(() -> new Stack("hello")).named(name));

            assertThat(skep.node().ref(name).call(pop())).isEqualTo("hello");
        }
    }

    @Test
    @Covers({"start_link/2, call/2 and cast/2", "start/2"})
    void aServerIsLinkedIfAskedForAndServes(Testkit skep) {
        CompletableFuture<List<Boolean>> linked = new CompletableFuture<>();
        skep.spawn((Receiver<Object> self) -> {
            ServerRef<StackRpc> loose = self.start(GenServer.<StackRpc>spec(() -> new Stack("hello")))
                    .orElseThrow();
            ServerRef<StackRpc> tied = self.startLink(GenServer.<StackRpc>spec(() -> new Stack("hello")))
                    .orElseThrow();
            List<Pid> links = self.pid().info().orElseThrow().links();
            linked.complete(List.of(
                    links.contains(loose.pid().orElseThrow()),
                    links.contains(tied.pid().orElseThrow())));
            loose.stop();
            tied.stop();
        });
        skep.await("it has looked", linked::isDone);
        assertThat(linked.join()).containsExactly(false, true);

        ServerRef<StackRpc> stack = start(skep, "hello");
        assertThat(stack.call(pop())).isEqualTo("hello");
        stack.cast(new StackRpc.Push("world"));
        assertThat(stack.call(pop())).isEqualTo("world");
        stack.stop();
        for (Name<StackRpc> nobody : List.of(Name.<StackRpc>of("foo"), Name.<StackRpc, String>via(via, "bar"))) {
            skep.node().ref(nobody).cast(new StackRpc.Push("world"));
        }
    }

    @Test
    @Covers("call/3 exit messages")
    void aFailedCallSaysWhatWasCalledAndWhy(Testkit skep, VirtualClock clock, Probe probe) {
        ServerRef<StackRpc> stopped = start(skep);
        Pid gone = stopped.pid().orElseThrow();
        stopped.stop();
        for (ServerRef<StackRpc> nobody : List.of(stopped, skep.node().ref(Name.<StackRpc>of("nil")))) {
            assertThatExceptionOfType(CallException.NoProcess.class)
                    .isThrownBy(() -> nobody.call(pop()))
                    .withMessageContaining(nobody == stopped ? gone.toString() : "nil")
                    .withMessageContaining("Pop");
        }

        ServerRef<StackRpc> silent = start(skep, "hello");
        Name<StackRpc> myself = Name.of("self");
        Name<StackRpc> myselfToo = Name.via(via, "self");
        skep.spawn((Receiver<StackRpc> self) -> {
            self.node().register(myself, self.pid());
            via.register("self", self.pid());
            for (ServerRef<StackRpc> me :
                    List.of(self.node().ref(myself), self.node().ref(myselfToo), self.ref())) {
                assertThatExceptionOfType(CallException.CallingSelf.class)
                        .isThrownBy(() -> me.call(pop()))
                        .withMessageContaining("Pop");
            }
            assertThatExceptionOfType(CallException.Timeout.class)
                    .isThrownBy(() -> silent.call(new StackRpc.Ignore(), Duration.ofMillis(1)))
                    .withMessageContaining("Ignore")
                    .withMessageContaining("PT0.001S");
            probe.pid().send("done");
        });
        clock.advance(Duration.ofMillis(1));
        probe.expectNext("done");
    }

    @Test
    @Covers("nil name")
    void aServerMayHaveNoName(Testkit skep) {
        Pid pid = start(skep, "hello").pid().orElseThrow();

        assertThat(pid.info().orElseThrow().name()).isEmpty();
        assertThat(skep.node().registered()).doesNotContainValue(pid);
    }

    @Test
    @Covers("abcast/3")
    void aCastToSeveralReachesThoseThatAreThere(Testkit skep) {
        ServerRef<StackRpc> here = start(skep);
        List<ServerRef<StackRpc>> all = List.of(here, skep.node().ref(STACK));

        all.forEach(stack -> stack.cast(new StackRpc.Push("hello")));

        assertThat(here.call(pop())).isEqualTo("hello");
    }

    @Test
    @Covers("multi_call/4")
    void aCallToSeveralTellsWhoDidNotAnswer(Testkit skep) {
        ServerRef<StackRpc> here = start(skep, "hello", "world");
        ServerRef<StackRpc> nobody = skep.node().ref(STACK);

        assertThat(ServerRef.multiCall(List.of(here), pop(), ServerRef.FOREVER))
                .isEqualTo(new MultiCall<>(List.of(new MultiCall.Reply<>(here, "hello")), List.of()));
        MultiCall<StackRpc, String> both = ServerRef.multiCall(List.of(here, nobody), pop(), ServerRef.FOREVER);
        assertThat(both.replies()).containsExactly(new MultiCall.Reply<>(here, "world"));
        assertThat(both.failures()).extracting(MultiCall.Failure::server).containsExactly(nobody);
    }

    @Test
    @Covers("whereis/1")
    void aReferenceFindsItsProcess(Testkit skep) {
        for (Name<StackRpc> name : List.of(STACK, Name.<StackRpc, String>via(via, "whereis"))) {
            assertThat(skep.node().whereis(name)).isEmpty();
            assertThat(skep.node().ref(name).pid()).isEmpty();

            Optional<Pid> pid = skep.start(
                            GenServer.<StackRpc>spec(() -> new Stack()).named(name))
                    .pid();

            assertThat(pid).isPresent();
            assertThat(skep.node().whereis(name)).isEqualTo(pid);
            assertThat(skep.node().ref(name).pid()).isEqualTo(pid);
        }
    }

    @Test
    @Covers("stop/3")
    void aServerIsStoppedByOthersButNotByItself(Testkit skep) {
        ServerRef<StackRpc> stack = start(skep);
        stack.stop(ExitReason.normal(), ServerRef.FOREVER);
        assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(stack::stop);
        assertThatExceptionOfType(CallException.NoProcess.class)
                .isThrownBy(() -> skep.node().ref(STACK).stop());

        assertThat(start(skep).call(new StackRpc.StopYourself())).isEqualTo("CallingSelf");

        skep.start(GenServer.<StackRpc>spec(() -> new Stack()).named(STACK));
        skep.node().ref(STACK).stop();
        assertThat(skep.node().whereis(STACK)).isEmpty();
    }
}
