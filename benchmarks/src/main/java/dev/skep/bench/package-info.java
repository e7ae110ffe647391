/// The comparison runner behind `./skep bench`: starts a process for each system and round, collects what they print,
/// and reports. Depends on the measuring package, and on no measured system.
@NullMarked
package dev.skep.bench;

import org.jspecify.annotations.NullMarked;
