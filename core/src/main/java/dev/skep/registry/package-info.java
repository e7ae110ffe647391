/// Registries: which processes stand under which key, found without asking any process.
///
/// They are built on the runtime's public API alone: on [dev.skep.Lease], so that entries leave with their
/// processes, and on [dev.skep.Via], so that keys are names.
@NullMarked
package dev.skep.registry;

import org.jspecify.annotations.NullMarked;
