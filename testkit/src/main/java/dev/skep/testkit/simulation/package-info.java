/// The simulation: a whole system of processes that runs one step at a time, in an order that a seed decides, in
/// virtual time. It stands on the two seams of the runtime, [dev.skep.Scheduler] and [dev.skep.Clock], and uses
/// nothing else of it that is not public.
@NullMarked
package dev.skep.testkit.simulation;

import org.jspecify.annotations.NullMarked;
