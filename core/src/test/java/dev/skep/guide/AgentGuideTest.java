package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.agent.Agent;
import dev.skep.agent.Agent.Update;
import dev.skep.agent.AgentRpc;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The examples of the chapter on agents.
class AgentGuideTest {
    static final Name<AgentRpc<Map<String, Integer>>> STOCK = Name.of("stock");

    @Test
    void aStockOfHoney() {
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            node.start(Supervisor.oneForOne().child(ChildSpec.of("stock", Agent.spec(STOCK, HashMap::new))));
            Agent<Map<String, Integer>> stock = Agent.of(node, STOCK);

            stock.update(jars -> {
                jars.merge("honey", 3, Integer::sum);
                return jars;
            });
            int honey = stock.get(jars -> jars.getOrDefault("honey", 0));

            boolean taken = stock.getAndUpdate(jars -> {
                boolean enough = jars.getOrDefault("honey", 0) >= 2;
                if (enough) {
                    jars.merge("honey", -2, Integer::sum);
                }
                return new Update<>(enough, jars);
            });

            Map<String, Integer> snapshot = stock.get(Map::copyOf);

            assertThat(honey).isEqualTo(3);
            assertThat(taken).isTrue();
            assertThat(snapshot).containsEntry("honey", 1);
        }
    }
}
