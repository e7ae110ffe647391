/// A large supervised system that runs for long, with faults, and is measured meanwhile: `./skep soak`. It uses the
/// public API alone.
@NullMarked
package dev.skep.conformance.soak;

import org.jspecify.annotations.NullMarked;
