package dev.skep.sys;

import dev.skep.Call;

/// The protocol of the servers that [HotUpgradeTest] compiles: loaded once, for all versions.
public sealed interface CounterRpc {
    /// Adds, and answers with the total.
    ///
    /// @param n how much
    record Add(long n) implements CounterRpc, Call<CounterRpc, Long> {}

    /// Answers with the version.
    record Version() implements CounterRpc, Call<CounterRpc, String> {}

    /// What later versions may add.
    non-sealed interface Extension extends CounterRpc {}
}
