package dev.skep.supervisor;

import dev.skep.Call;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Sendable;
import dev.skep.Started;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The protocol of supervisors, for their names and references: `Name<SupervisorRpc>`. Use it through
/// [SupervisorRef], [SimpleSupervisorRef] and [DynamicSupervisorRef].
public sealed interface SupervisorRpc {
    /// Starts a child.
    ///
    /// @param child what to start
    record StartChild(ChildSpec child)
            implements SupervisorRpc, Call<SupervisorRpc, Result<Optional<Pid>, ChildError>> {
        /// Checks the child.
        ///
        /// @param child what to start
        public StartChild {
            Objects.requireNonNull(child, "child");
        }
    }

    /// Starts a child of a simple supervisor.
    ///
    /// @param <R> how it is referred to
    /// @param argument what it is started with
    @Sendable // it hands the argument over, as a start function's variables are
    record StartSimple<R>(Object argument) implements SupervisorRpc, Call<SupervisorRpc, Started<R>> {
        /// Checks the argument.
        ///
        /// @param argument what it is started with
        public StartSimple {
            Objects.requireNonNull(argument, "argument");
        }
    }

    /// Starts children of a dynamic supervisor, all at once. The answer has their results in the same order.
    ///
    /// @param arguments what they are started with
    @Sendable // it hands the arguments over, as above
    record StartDynamic(List<?> arguments)
            implements SupervisorRpc, Call<SupervisorRpc, List<Result<Optional<Pid>, ChildError>>> {
        /// Takes a copy.
        ///
        /// @param arguments what they are started with, none of them null
        public StartDynamic {
            arguments = List.copyOf(arguments);
        }
    }

    /// Ends a child.
    ///
    /// @param id its id
    record TerminateChild(String id) implements SupervisorRpc, Call<SupervisorRpc, Result<ChildSpec, ChildError>> {
        /// Checks the id.
        ///
        /// @param id its id
        public TerminateChild {
            Objects.requireNonNull(id, "id");
        }
    }

    /// Ends a child of a simple or dynamic supervisor.
    ///
    /// @param pid the child
    record TerminatePid(Pid pid) implements SupervisorRpc, Call<SupervisorRpc, Boolean> {
        /// Checks the pid.
        ///
        /// @param pid the child
        public TerminatePid {
            Objects.requireNonNull(pid, "pid");
        }
    }

    /// Starts a child again that has been ended.
    ///
    /// @param id its id
    record RestartChild(String id) implements SupervisorRpc, Call<SupervisorRpc, Result<Optional<Pid>, ChildError>> {
        /// Checks the id.
        ///
        /// @param id its id
        public RestartChild {
            Objects.requireNonNull(id, "id");
        }
    }

    /// Forgets a child that has been ended.
    ///
    /// @param id its id
    record DeleteChild(String id) implements SupervisorRpc, Call<SupervisorRpc, Result<ChildSpec, ChildError>> {
        /// Checks the id.
        ///
        /// @param id its id
        public DeleteChild {
            Objects.requireNonNull(id, "id");
        }
    }

    /// Gets a child's specification.
    ///
    /// @param id its id
    record GetChildSpec(String id) implements SupervisorRpc, Call<SupervisorRpc, Result<ChildSpec, ChildError>> {
        /// Checks the id.
        ///
        /// @param id its id
        public GetChildSpec {
            Objects.requireNonNull(id, "id");
        }
    }

    /// Gets the specification of a child of a simple or dynamic supervisor.
    ///
    /// @param pid the child
    record GetSpecOf(Pid pid) implements SupervisorRpc, Call<SupervisorRpc, Optional<ChildSpec>> {
        /// Checks the pid.
        ///
        /// @param pid the child
        public GetSpecOf {
            Objects.requireNonNull(pid, "pid");
        }
    }

    /// Lists the children.
    record WhichChildren() implements SupervisorRpc, Call<SupervisorRpc, List<ChildInfo>> {}

    /// Counts the children.
    record CountChildren() implements SupervisorRpc, Call<SupervisorRpc, ChildCount> {}
}
