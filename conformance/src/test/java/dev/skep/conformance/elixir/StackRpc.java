package dev.skep.conformance.elixir;

import dev.skep.Call;
import dev.skep.Cast;

/// What a [Stack] is asked and told.
sealed interface StackRpc {
    record Pop() implements StackRpc, Call<StackRpc, String> {}

    record Push(String element) implements StackRpc, Cast<StackRpc> {}

    /// Is not answered.
    record Ignore() implements StackRpc, Call<StackRpc, String> {}

    /// Is answered, and ends the stack.
    record Stop() implements StackRpc, Call<StackRpc, String> {}

    /// Is answered with what comes of it.
    record StopYourself() implements StackRpc, Call<StackRpc, String> {}
}
