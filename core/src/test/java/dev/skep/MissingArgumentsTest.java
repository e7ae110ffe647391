package dev.skep;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.agent.Agent;
import dev.skep.application.Applications;
import dev.skep.application.Config;
import dev.skep.application.Setting;
import dev.skep.event.GenEvent;
import dev.skep.event.GenEventRef;
import dev.skep.event.HandlerId;
import dev.skep.group.Groups;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.DynamicSupervisorRef;
import dev.skep.supervisor.Partitions;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import dev.skep.sys.Upgrade;
import dev.skep.task.Task;
import dev.skep.task.TaskSupervisorRef;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Whoever passes null where there must be a node, a process or a name is told which of them it was.
@SuppressWarnings("NullAway") // null is what is refused
class MissingArgumentsTest {
    @AutoClose
    private final Node node = Node.start("strict about null");

    private static void names(String argument, ThrowingCallable call) {
        assertThatNullPointerException().isThrownBy(call).withMessage(argument);
    }

    @Test
    void aNode() {
        Name<SupervisorRpc> name = Name.of("x");
        names("node", () -> Agent.of(null, Name.of("x")));
        names("node", () -> Applications.of(null));
        names("node", () -> GenEventRef.of(null, Name.of("x")));
        names("node", () -> Groups.of(null, Name.of("x")));
        names("node", () -> UniqueRegistry.of(null, Name.of("x")));
        names("node", () -> DuplicateRegistry.of(null, Name.of("x")));
        names("node", () -> SupervisorRef.of(null, name));
        names("node", () -> SimpleSupervisorRef.of(null, name));
        names("node", () -> DynamicSupervisorRef.of(null, name));
        names("node", () -> TaskSupervisorRef.of(null, Name.of("x")));
        names("node", () -> Task.asyncNolink(null, () -> 1));
        names("node", () -> Task.start(null, () -> {}));
    }

    @Test
    void aProcessOfOnesOwn() {
        Groups<String, Object> groups = node.start(Groups.scope(Name.of("groups")));
        UniqueRegistry<String, String, Object> unique = node.start(Registry.unique(Name.of("unique")));
        DuplicateRegistry<String, String, Object> duplicate = node.start(Registry.duplicate(Name.of("duplicate")));
        GenEventRef<String> events = node.start(GenEvent.manager());
        Self<Object> none = null;

        names("self", () -> groups.join(none, "x"));
        names("self", () -> groups.leave(none, "x"));
        names("self", () -> groups.monitor(none, "x"));
        names("self", () -> groups.monitorScope(none));
        names("self", () -> unique.register(none, "x"));
        names("self", () -> duplicate.register(none, "x"));
        names("self", () -> unique.unregister(none, "x"));
        names("self", () -> unique.updateValue(none, "x", _ -> "y"));
        names("self", () -> Task.async(none, () -> 1));
        names("self", () -> Task.startLink(none, () -> {}));
        names("owner", () -> events.addSupervisedHandler(none, HandlerId.of("x"), () -> null));
        names("owner", () -> events.swapSupervisedHandler(none, HandlerId.of("x"), null));
    }

    @Test
    void aValue() {
        UniqueRegistry<String, String, Object> unique = node.start(Registry.unique(Name.of("unique")));
        Pid pid = node.spawn((Receiver<Object> self) -> self.receive());

        names("value", () -> unique.name("x", null));
        names("reply", () -> From.nobody().reply(null));
        names("detail", () -> ExitReason.shutdown(null));
        names("conversion", () -> CodeChange.to("x", null));
        names("lease", () -> pid.release(null));
        names("argument", () -> node.start(GenEvent.manager()).deleteHandler(HandlerId.of("x"), null));
    }

    @Test
    void whatAProcessWithdraws() throws Exception {
        CompletableFuture<Receiver<Object>> made = new CompletableFuture<>();
        node.spawn((Receiver<Object> self) -> {
            made.complete(self);
            self.receive();
        });
        Receiver<Object> self = made.get(30, TimeUnit.SECONDS);
        ServerRef<Object> server = null;

        names("monitor", () -> self.demonitor(null));
        names("monitor", () -> self.demonitorAndFlush(null));
        names("alias", () -> self.unalias(null));
        names("alias", () -> self.unaliasAndFlush(null));
        names("server", () -> self.request(server, null, "label"));
        names("reason", () -> self.stop(null));
        names("message", () -> self.handleSystem(null, "state"));
    }

    @Test
    void aDescription() {
        Supplier<GenServer<Object, Object>> factory = () -> null;
        names("name", () -> ChildSpec.server((Name<Object>) null, factory));
        names("children", () -> Supervisor.oneForOne().children(null));
        names("supervisor", () -> Upgrade.plan().supervisor((SupervisorRef) null, Supervisor.oneForOne()));
        names("tasks", () -> Task.awaitMany(null));
        names("tasks", () -> Task.yieldMany(null));
        names("all", () -> new Partitions<>(null));
        names("kind", () -> CodeChange.to("x").implementation(null));
        names("types", () -> Node.builder("x").sendable((Class<?>[]) null));
    }

    @Test
    void aSetting() {
        Config config = Config.of("x");
        names("setting", () -> config.with(null, "x"));
        names("setting", () -> config.get(null));
        names("settings", () -> config.check(null));
        names("settings", () -> config.show(null));
        names("file", () -> config.file(null));
        names("variables", () -> config.environment(null));
        names("type of setting a", () -> Setting.<TimeUnit>oneOf("a", null));
    }
}
