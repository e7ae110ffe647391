package dev.skep.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.testkit.simulation.Simulation;
import dev.skep.testkit.simulation.SimulationTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/// The JUnit side: what a test is given, and when it fails. Tests that have to fail are classes in here, which
/// only this test runs.
class SkepTestTest {
    private static final Set<Node> NODES = new HashSet<>();
    private static final List<Long> SEEDS = new ArrayList<>();

    private static Events run(Class<?> tests) {
        DiscoverySelector selected = selectClass(tests);
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selected)
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .execute()
                .testEvents();
    }

    // ---- SkepTest ------------------------------------------------------------------------------------------------

    @SkepTest
    static class Given {
        @BeforeEach
        void before(Testkit skep, Node node) {
            assertThat(node).isSameAs(skep.node());
            NODES.add(node);
        }

        @Test
        void first(Testkit skep, Node node, Probe probe) {
            assertThat(NODES).contains(node);
            node.send(dev.skep.Name.of("nobody"), "silent");
            probe.pid().send("hello");
            probe.expectNext("hello");
        }

        @Test
        void second(Node node) {
            assertThat(node.processes()).isEmpty();
        }

        @SkepTest(virtualTime = true)
        @Test
        void inVirtualTime(VirtualClock clock, Node node, Testkit skep) {
            assertThat(node.clock()).isSameAs(clock);
            clock.advance(Duration.ofDays(1));
        }

        @Nested
        class Inside {
            @Test
            void third(Node node) {
                assertThat(NODES).contains(node);
            }
        }
    }

    @Test
    void eachTestHasANodeOfItsOwn() {
        NODES.clear();
        run(Given.class).assertStatistics(stats -> stats.started(4).succeeded(4));
        assertThat(NODES).hasSize(4);
        NODES.forEach(node -> assertThat(node.processes()).isEmpty());
    }

    static class Registered {
        @RegisterExtension
        static final SkepExtension SKEP =
                new SkepExtension(Testkit.settings().virtualTime().node(node -> node.closeTimeout(Duration.ZERO)));

        @Test
        void test(VirtualClock clock) {
            clock.advance(Duration.ofDays(1));
        }
    }

    @Test
    void settingsAreGivenToARegisteredExtension() {
        run(Registered.class).assertStatistics(stats -> stats.succeeded(1));
    }

    @SkepTest
    static class LeavesBehind {
        @Test
        void process(Node node) {
            Pid unused = node.spawn((Receiver<Object> self) -> self.receive());
            assertThat(unused.isAlive()).isTrue();
        }

        @Test
        void crash(Testkit skep) {
            skep.spawn(_ -> {
                throw new IllegalStateException("oops");
            });
            skep.settle();
        }

        @Test
        void noVirtualTime(VirtualClock clock) {
            clock.advance(Duration.ofDays(1));
        }
    }

    @Test
    void whatIsLeftBehindFailsTheTest() {
        Events events = run(LeavesBehind.class);
        events.assertStatistics(stats -> stats.failed(3));
        events.assertThatEvents()
                .haveExactly(1, event(test("process"), finishedWithFailure(message(m -> m.contains("is left behind")))))
                .haveExactly(1, event(test("crash"), finishedWithFailure(message(m -> m.contains("oops")))))
                .haveExactly(
                        1, event(test("noVirtualTime"), finishedWithFailure(message(m -> m.contains("real time")))));
    }

    // ---- SimulationTest --------------------------------------------------------------------------------------------

    static class Simulations {
        @SimulationTest(seeds = 7)
        void counts(Simulation sim, TestInfo info) {
            assertThat(info.getDisplayName()).isEqualTo("7 seeds");
            SEEDS.add(sim.seed());
        }
    }

    static class OneSeed {
        @SimulationTest(seed = {42, 43, 99})
        void counts(Simulation sim) {
            SEEDS.add(sim.seed());
        }
    }

    static class Failing {
        @SimulationTest
        void failsForSeed5(Simulation sim) {
            assertThat(sim.seed()).isLessThan(5);
        }

        @SimulationTest
        void hasNoParameter() {}
    }

    @Test
    void asManySeedsAreRunAsSaid() {
        SEEDS.clear();
        run(Simulations.class).assertStatistics(stats -> stats.succeeded(1));
        assertThat(SEEDS).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void theGivenSeedsAreRun() {
        SEEDS.clear();
        run(OneSeed.class).assertStatistics(stats -> stats.succeeded(1));
        assertThat(SEEDS).containsExactly(42L, 43L, 99L);
    }

    @Test
    void systemPropertiesChooseTheSeeds() {
        try {
            SEEDS.clear();
            System.setProperty("skep.simulation.seeds", "2");
            run(Simulations.class).assertStatistics(stats -> stats.failed(1)); // another display name than it expects
            System.setProperty("skep.simulation.seed", "-3");
            run(OneSeed.class).assertStatistics(stats -> stats.succeeded(1));
            assertThat(SEEDS).containsExactly(-3L);
            System.setProperty("skep.simulation.seed", "many");
            run(OneSeed.class);
            assertThat(SEEDS).containsExactly(-3L);
        } finally {
            System.clearProperty("skep.simulation.seeds");
            System.clearProperty("skep.simulation.seed");
        }
    }

    @Test
    void aFailingSeedIsNamedWithTheWayToRunItAlone() {
        Events events = run(Failing.class);
        events.assertThatEvents()
                .haveExactly(
                        1,
                        event(finishedWithFailure(message(m -> m.contains("seed 5 fails")
                                && m.contains("@SimulationTest(seed = 5)")
                                && m.contains("-Dskep.simulation.seed=5")))));
    }
}
