/// GenEvent: an event manager, and handlers that are added to it and removed from it while it runs.
///
/// It is built on the runtime's public API alone.
@NullMarked
package dev.skep.event;

import org.jspecify.annotations.NullMarked;
