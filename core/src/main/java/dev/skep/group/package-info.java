/// Process groups: who belongs together, and who wants to know when that changes.
///
/// They are built on the runtime's public API alone. A scope's process owns its state; members are read from a
/// table that it shares.
@NullMarked
package dev.skep.group;

import org.jspecify.annotations.NullMarked;
