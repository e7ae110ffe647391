package dev.skep;

import org.jspecify.annotations.Nullable;

/// A call that somebody waits for, as [Worker#awaits(Outstanding)] publishes it.
sealed interface Outstanding permits Request, PendingSlot {
    /// The request that is in a server's queue or hands now.
    ///
    /// @return null if there is none
    @Nullable
    Request request();
}
