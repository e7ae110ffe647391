/// The command `./skep conformance`.
@NullMarked
package dev.skep.conformance;

import org.jspecify.annotations.NullMarked;
