package dev.skep.group;

import dev.skep.Name;
import dev.skep.Node;
import dev.skep.registry.Hive;
import dev.skep.registry.Hive.Bee;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;

/// A node with a scope of groups, and processes to join them or to watch them.
abstract class GroupsFixture {
    private static final Name<Groups<String, Object>> NAME = Name.of("groups");

    @AutoClose
    final Hive hive = new Hive();

    final Node node = hive.node;
    final Groups<String, Object> groups = node.start(Groups.scope(NAME));

    static boolean hasEvents(Bee bee) {
        return bee.does(
                self -> self.receive(GroupEvent.class, _ -> true, Duration.ZERO).isPresent());
    }
}
