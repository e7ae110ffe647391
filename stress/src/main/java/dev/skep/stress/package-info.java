/// Checks of the runtime's concurrency: its protocols model checked, its memory order tried on the processor, and
/// both held to find faults that are planted.
///
/// The models and the memory tests live in the packages of what they check, since that is package-private there.
@NullMarked
package dev.skep.stress;

import org.jspecify.annotations.NullMarked;
