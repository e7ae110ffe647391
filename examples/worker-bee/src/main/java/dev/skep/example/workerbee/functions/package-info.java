/// The functions layer: the pure core. Everything here takes values and gives values: no I/O, no clock, no
/// processes, so that a test needs nothing but a call. It depends on the data layer alone.
@NullMarked
package dev.skep.example.workerbee.functions;

import org.jspecify.annotations.NullMarked;
