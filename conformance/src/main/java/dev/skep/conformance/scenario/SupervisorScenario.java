package dev.skep.conformance.scenario;

import dev.skep.supervisor.AutoShutdown;
import dev.skep.supervisor.Restart;
import java.util.List;
import java.util.stream.Stream;

/// A supervision tree, requests to its supervisors, and children that end. All are called by their ids.
///
/// @param tree what is there at the beginning, if it starts
/// @param steps what happens then
record SupervisorScenario(AnyTree tree, List<Step> steps) implements Scenario {
    SupervisorScenario {
        steps = List.copyOf(steps);
    }

    @Override
    public Kind kind() {
        return Kind.SUPERVISOR;
    }

    @Override
    public boolean timed() {
        return steps.stream().anyMatch(Advance.class::isInstance);
    }

    enum Strategy {
        ONE_FOR_ONE,
        ONE_FOR_ALL,
        REST_FOR_ONE
    }

    /// A supervisor.
    sealed interface AnyTree {
        String id();

        Stream<AnyTree> trees();
    }

    record Tree(String id, Strategy strategy, int intensity, AutoShutdown auto, List<Child> children)
            implements AnyTree {
        Tree {
            children = List.copyOf(children);
        }

        @Override
        public Stream<AnyTree> trees() {
            return Stream.concat(
                    Stream.of(this),
                    children.stream()
                            .flatMap(child -> child instanceof Nested nested ? nested.tree.trees() : Stream.empty()));
        }
    }

    /// A supervisor of instances, which are all alike.
    record SimpleTree(
            String id,
            int intensity,
            AutoShutdown auto,
            Restart restart,
            End shutdown,
            List<Birth> births,
            Obedience obedience)
            implements AnyTree {
        SimpleTree {
            births = List.copyOf(births);
        }

        @Override
        public Stream<AnyTree> trees() {
            return Stream.of(this);
        }
    }

    sealed interface Child {
        String id();
    }

    /// @param births what happens at the first start, the second, and so on; the others just start
    /// @param server whether it is a server, or a plain process
    record Worker(
            String id,
            Restart restart,
            End shutdown,
            boolean significant,
            List<Birth> births,
            Obedience obedience,
            boolean server)
            implements Child {
        Worker {
            births = List.copyOf(births);
        }
    }

    record Nested(String id, Restart restart, boolean significant, AnyTree tree) implements Child {}

    /// How a supervisor ends a child.
    enum End {
        BRUTAL,
        /// Within a tick, for those that refuse.
        SHORT,
        LONG,
        INFINITY
    }

    /// What a worker does when its supervisor tells it to end.
    enum Obedience {
        /// Traps exits, and ends as it is told.
        OBEYS,
        /// Does not trap exits.
        PLAIN,
        /// Traps exits, and ends with a reason of its own.
        OWN_REASON,
        /// Traps exits, and goes on.
        REFUSES
    }

    sealed interface Birth {}

    record Start() implements Birth {}

    record Ignore() implements Birth {}

    record Fail(Reason reason) implements Birth {}

    record Crash(int number) implements Birth {}

    sealed interface Step {}

    record Advance(int ticks) implements Step {}

    record StopTree() implements Step {}

    /// A worker ends by itself.
    record Leave(String child, Reason reason) implements Step {}

    /// A worker crashes.
    record CrashOf(String child, int number) implements Step {}

    /// A worker or a supervisor is killed.
    record Kill(String child) implements Step {}

    /// A request to a supervisor.
    sealed interface Request extends Step {
        String supervisor();
    }

    record StartChild(String supervisor, Child child) implements Request {}

    record StartInstance(String supervisor, String instance) implements Request {}

    record TerminateChild(String supervisor, String child) implements Request {}

    record TerminateInstance(String supervisor, String instance) implements Request {}

    record RestartChild(String supervisor, String child) implements Request {}

    record DeleteChild(String supervisor, String child) implements Request {}

    record GetSpec(String supervisor, String child) implements Request {}
}
