package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.agent.Agent;
import dev.skep.agent.AgentRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.supervisor.ChildCount;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.DynamicSupervisor;
import dev.skep.supervisor.DynamicSupervisorRef;
import dev.skep.supervisor.PartitionSupervisor;
import dev.skep.supervisor.Partitions;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Several processes of one kind, among which work is divided by key.
@SkepTest(virtualTime = true)
@CasesOf("partition_supervisor")
@Differs(
        cases = "start_link/1: raises with bad auto_shutdown",
        entry = "A partition supervisor may have `auto_shutdown`")
class PartitionSupervisorTest {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final Name<SupervisorRpc> NAME = Name.of("supervisor");
    private static final Name<SupervisorRpc> UNKNOWN = Name.of("unknown");

    /// Agents whose state is the number of their partition.
    private static final PartitionSupervisor<AgentRpc<Integer>> AGENTS =
            PartitionSupervisor.of("agents", (name, partition) -> Agent.spec(name, () -> partition));

    private static final PartitionSupervisor<SupervisorRpc> SUPERVISORS = PartitionSupervisor.of(
            "supervisors", (name, _) -> DynamicSupervisor.create().named(name));

    private static int stateOf(ServerRef<AgentRpc<Integer>> agent) {
        return new Agent<>(agent).get(state -> state);
    }

    private static Name<SupervisorRpc> keyOfARegistry(Testkit skep) {
        Name<UniqueRegistry<String, Void, SupervisorRpc>> name = Name.of("registry");
        return skep.start(Registry.unique(name)).name("partitions");
    }

    // ---- Specification -------------------------------------------------------------------------------------------

    @Test
    @Covers("child_spec: uses the atom name as id")
    @Differs(cases = "child_spec: uses the via value as id", entry = "Child ids are any term")
    void isAChildThatIsASupervisor() {
        ChildSpec child = ChildSpec.of("agents", AGENTS);

        assertThat(child.id()).isEqualTo("agents");
        assertThat(child.type()).isEqualTo(ChildType.SUPERVISOR);
    }

    @Test
    @Covers({
        "start_link/1: raises without name",
        "start_link/1: raises without child_spec",
        "start_link/1: raises on bad partitions"
    })
    void whatCannotBeIsRefusedAtOnce() {
        assertThatThrownBy(
                        () -> PartitionSupervisor.<AgentRpc<Integer>>of(null, (name, n) -> Agent.spec(name, () -> n)))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("name of the partitions");
        assertThatThrownBy(() -> PartitionSupervisor.of("agents", null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("start of the partitions");
        assertThatThrownBy(() -> AGENTS.partitions(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one partition of agents, but was 0");
    }

    @Test
    @Differs(
            cases = "start_link/1: raises on bad with_arguments",
            entry = "A partition supervisor puts a partition's number into its arguments if `with_arguments` says so")
    void aStartThatDoesNotUseTheNameOfItsPartitionIsRefused(Testkit skep, Node node) {
        skep.allowCrashes();

        assertThatThrownBy(() ->
                        node.start(PartitionSupervisor.<AgentRpc<Integer>>of("agents", (_, n) -> Agent.spec(() -> n))))
                .isInstanceOf(StartException.Failed.class)
                .hasMessageContaining("has to use the name \"agents/0\"");
    }

    @Test
    @Differs(
            cases = {
                "resize!/1: resizes the number of children",
                "resize!/1: raises on lookup after resizing to zero",
                "resize!/1: raises if trying to increase the number of partitions"
            },
            entry = "`PartitionSupervisor.resize!/2` (Elixir 1.18)")
    void anotherNumberIsAnotherDescription(Testkit skep, Node node) {
        SupervisorRef supervisor = skep.start(AGENTS.partitions(3));

        assertThat(AGENTS.partitions(2).on(node).count()).isEqualTo(2);
        assertThat(supervisor.countChildren().active()).isEqualTo(3);
    }

    // ---- Running -------------------------------------------------------------------------------------------------

    @Test
    @Covers("start_link/1: on success with atom name")
    void dividesTheWorkAmongAsManyPartitionsAsThereAreProcessors(Testkit skep, Node node) {
        skep.start(SUPERVISORS.named(NAME));
        Partitions<SupervisorRpc> partitions = SUPERVISORS.on(node);
        assertThat(partitions.count()).isEqualTo(PROCESSORS);

        List<Pid> started = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            DynamicSupervisorRef<ChildSpec> one = new DynamicSupervisorRef<>(partitions.route("key " + i));
            started.add(one.startChild(ChildSpec.of("agent", Agent.spec(() -> number)))
                    .orElseThrow()
                    .orElseThrow());
        }

        List<Pid> found = new ArrayList<>();
        for (ChildInfo partition : SupervisorRef.of(node, NAME).whichChildren()) {
            new DynamicSupervisorRef<ChildSpec>(ServerRef.of(partition.pid().orElseThrow()))
                    .whichChildren()
                    .forEach(child -> found.add(child.pid().orElseThrow()));
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(started);
    }

    @Test
    @Covers("start_link/1: on success with via name")
    void mayHaveTheKeyOfARegistryForAName(Testkit skep, Node node) {
        Name<SupervisorRpc> key = keyOfARegistry(skep);

        Pid pid = skep.start(AGENTS.named(key)).pid().orElseThrow();

        assertThat(node.whereis(key)).contains(pid);
        assertThat(AGENTS.on(node).count()).isEqualTo(PROCESSORS);
        assertThat(stateOf(AGENTS.on(node).route(0))).isZero();
    }

    @Test
    @Covers("start_link/1: with_arguments")
    void eachPartitionKnowsItsNumberAndIntegersGoByTheirRemainder(Testkit skep, Node node) {
        skep.start(AGENTS.partitions(3));
        Partitions<AgentRpc<Integer>> agents = AGENTS.partitions(3).on(node);

        assertThat(agents.count()).isEqualTo(3);
        assertThat(IntStream.of(0, 1, 2, 3, -1).map(key -> stateOf(agents.route(key))))
                .containsExactly(0, 1, 2, 0, 1);
    }

    @Test
    @Covers({"stop/1: is synchronous", "stop/1: with via tuple"})
    void isGoneWithItsPartitionsWhenAStopReturns(Testkit skep, Node node) {
        for (Name<SupervisorRpc> name : List.of(NAME, keyOfARegistry(skep))) {
            skep.start(AGENTS.partitions(2).named(name));

            node.ref(name).stop();

            assertThat(node.whereis(name)).isEmpty();
            assertThat(AGENTS.partitions(2).on(node).route(0).pid()).isEmpty();
        }
    }

    @Test
    @Differs(
            cases = {
                "partitions/1: raises noproc for unknown atom partition supervisor",
                "partitions/1: raises noproc for unknown via partition supervisor"
            },
            entry = "`PartitionSupervisor.partitions/1` asks the supervisor")
    void whatDoesNotRunIsNoticedByWhoUsesIt(Node node) {
        Partitions<AgentRpc<Integer>> agents = AGENTS.on(node);
        assertThat(agents.count()).isEqualTo(PROCESSORS);

        assertThatThrownBy(() -> stateOf(agents.route("key"))).isInstanceOf(CallException.NoProcess.class);
    }

    @Test
    @Covers("which_children/1: returns all partitions")
    void listsItsPartitions(Testkit skep, Node node) {
        SupervisorRef supervisor = skep.start(AGENTS.partitions(3));

        List<ChildInfo> children = supervisor.whichChildren();

        assertThat(children).extracting(ChildInfo::id).containsExactlyInAnyOrder("agents/0", "agents/1", "agents/2");
        assertThat(children).allSatisfy(child -> {
            int number = Integer.parseInt(child.id().substring("agents/".length()));
            assertThat(child.pid())
                    .isEqualTo(AGENTS.partitions(3).on(node).route(number).pid());
            assertThat(child.type()).isEqualTo(ChildType.WORKER);
        });
    }

    @Test
    @Covers({"count_children/1: with workers", "count_children/1: with supervisors", "count_children/1: with via tuple"
    })
    void countsItsPartitions(Testkit skep, Node node) {
        Name<SupervisorRpc> key = keyOfARegistry(skep);
        assertThat(skep.start(AGENTS).countChildren()).isEqualTo(new ChildCount(PROCESSORS, PROCESSORS, 0, PROCESSORS));
        skep.start(SUPERVISORS.named(key));

        assertThat(SupervisorRef.of(node, key).countChildren())
                .isEqualTo(new ChildCount(PROCESSORS, PROCESSORS, PROCESSORS, 0));
    }

    @Test
    @Covers("count_children/1: raises noproc for unknown partition supervisor")
    void nobodyCannotCount(Node node) {
        assertThatThrownBy(() -> SupervisorRef.of(node, UNKNOWN).countChildren())
                .isInstanceOf(CallException.NoProcess.class);
    }
}
