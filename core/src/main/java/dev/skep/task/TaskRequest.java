package dev.skep.task;

import dev.skep.Call;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.Sendable;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Shutdown;
import java.util.List;
import java.util.Optional;

/// What a task supervisor is asked.
sealed interface TaskRequest extends TaskRpc {
    /// Starts a child.
    ///
    /// @param body its code
    /// @param question whether the supervisor asks it for its value, on behalf of its owner
    /// @param restart when it is started again
    /// @param shutdown how it is ended
    @Sendable // it hands the code over, as a start function's variables are
    record Start(Finite body, boolean question, Restart restart, Shutdown shutdown)
            implements TaskRequest, Call<TaskRpc, Answer> {}

    /// What comes of a [Start].
    sealed interface Answer {
        /// It runs.
        ///
        /// @param pid the child
        /// @param value its value, if it was asked for
        record Running(Pid pid, Optional<PendingCall<Done>> value) implements Answer {}

        /// There are too many already.
        ///
        /// @param limit how many there may be
        record Full(int limit) implements Answer {}
    }

    /// Ends a child; answers when it has ended.
    ///
    /// @param child the child
    record Terminate(Pid child) implements TaskRequest, Call<TaskRpc, Boolean> {}

    /// Lists the children.
    record Children() implements TaskRequest, Call<TaskRpc, List<Pid>> {}
}
