package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Mailbox;
import dev.skep.Name;
import dev.skep.Overflow;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.agent.Agent;
import dev.skep.agent.Agent.Update;
import dev.skep.agent.AgentRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.otp.AsProcess;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Shutdown;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.sys.Sys;
import dev.skep.sys.SysException;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A process that is nothing but a state.
@SkepTest(virtualTime = true)
@CasesOf("agent")
class AgentTest {
    private static final Name<AgentRpc<Map<String, String>>> NAME = Name.of("agent");

    private static Map<String, String> with(Map<String, String> map, String key, String value) {
        Map<String, String> copy = new HashMap<>(map);
        copy.put(key, value);
        return Map.copyOf(copy);
    }

    private static Update<String, Map<String, String>> pop(Map<String, String> map, String key) {
        Map<String, String> rest = new HashMap<>(map);
        return new Update<>(rest.remove(key), Map.copyOf(rest));
    }

    @Test
    @Covers({"can be supervised directly", "generates child_spec/1"})
    void isAChildWithAllThatChildrenHave(Testkit skep) {
        ChildSpec plain = ChildSpec.of("agent", Agent.spec(NAME, Map::<String, String>of));
        assertThat(plain.id()).isEqualTo("agent");
        assertThat(plain.restart()).isEqualTo(Restart.PERMANENT);
        ChildSpec custom = plain.restart(Restart.TEMPORARY).shutdown(ServerRef.FOREVER);
        assertThat(custom.restart()).isEqualTo(Restart.TEMPORARY);
        assertThat(custom.shutdown()).isEqualTo(new Shutdown.Within(ServerRef.FOREVER));

        SupervisorRef supervisor = skep.start(Supervisor.oneForOne().child(plain));

        assertThat(supervisor.countChildren().active()).isEqualTo(1);
        assertThat(Agent.of(skep.node(), NAME).<Integer>get(Map::size)).isZero();
    }

    @Test
    @Covers("start_link/2 workflow with unregistered name and anonymous functions")
    void keepsAStateThatFunctionsReadAndChange(Testkit skep) throws Exception {
        AsProcess.run(skep, self -> {
            Agent<Map<String, String>> agent =
                    self.startLink(Agent.spec(Map::<String, String>of)).orElseThrow();
            Pid pid = agent.pid().orElseThrow();
            assertThat(pid.info().orElseThrow().links()).containsExactly(self.pid());
            assertThat(pid.info().orElseThrow().initialCall()).contains("Agent");

            agent.update(map -> with(map, "hello", "world"));
            assertThat(agent.<String>get(map -> map.get("hello"), Duration.ofSeconds(3)))
                    .isEqualTo("world");
            assertThat(agent.<String>getAndUpdate(map -> pop(map, "hello"), Duration.ofSeconds(3)))
                    .isEqualTo("world");
            assertThat(agent.<Map<String, String>>get(map -> map)).isEmpty();
            agent.stop();
            assertThat(pid.isAlive()).isFalse();
            return null;
        });
    }

    @Test
    @Covers("start_link/2 with spawn_opt")
    void itsProcessHasTheOptionsThatProcessesHave(Testkit skep) {
        var spec = Agent.server(() -> 0).mailbox(10, Overflow.BLOCK);

        Pid pid = skep.start(spec).pid().orElseThrow();

        assertThat(pid.info().orElseThrow().load().mailbox()).isEqualTo(Mailbox.bounded(10, Overflow.BLOCK));
    }

    @Test
    @Covers("start/2 workflow with registered name and module functions")
    void isReachedByItsName(Testkit skep) {
        Pid pid = skep.start(Agent.spec(NAME, Map::<String, String>of)).pid().orElseThrow();
        Agent<Map<String, String>> byName = Agent.of(skep.node(), NAME);
        assertThat(pid.info().orElseThrow().name()).contains(NAME);

        byName.cast(map -> with(map, "hello", "world"));
        assertThat(byName.<String>get(map -> map.get("hello"))).isEqualTo("world");
        assertThat(byName.<String>getAndUpdate(map -> pop(map, "hello"))).isEqualTo("world");
        assertThat(byName.<Map<String, String>>get(map -> map)).isEmpty();
        byName.stop();

        assertThat(skep.node().whereis(NAME)).isEmpty();
    }

    @Test
    @Differs(
            cases = {":sys.change_code/4 with mfa", ":sys.change_code/4 with raising mfa"},
            entry = "An agent has no code of its own that could be changed")
    void theStateOfASuspendedAgentIsReplacedUnlessTheFunctionThrows(Testkit skep) {
        Agent<Map<String, String>> agent = skep.start(Agent.spec(NAME, Map::<String, String>of));
        Sys sys = Sys.of(agent.pid().orElseThrow());

        sys.suspend();
        sys.replaceState(Map.class, _ -> Map.of("hello", "world"));
        assertThatThrownBy(() -> sys.replaceState(Map.class, _ -> {
                    throw new IllegalStateException("error");
                }))
                .isInstanceOf(SysException.class);
        sys.resume();

        assertThat(agent.<String>get(map -> map.get("hello"))).isEqualTo("world");
    }
}
