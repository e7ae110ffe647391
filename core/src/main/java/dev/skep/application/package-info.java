/// Applications: what belongs together, starts together after what it depends on, and ends in the reverse order; with
/// its settings.
///
/// It is built on the runtime's public API, and on GenServer for the process that keeps account.
@NullMarked
package dev.skep.application;

import org.jspecify.annotations.NullMarked;
