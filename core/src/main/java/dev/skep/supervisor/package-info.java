/// Supervisors: processes that start, end and restart other processes.
///
/// A supervisor is a behaviour like the others, built on the runtime's public API alone.
@NullMarked
package dev.skep.supervisor;

import org.jspecify.annotations.NullMarked;
