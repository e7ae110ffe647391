/// What every measured system has in common: the workloads, how one is timed, and how a result is written. Runs in the
/// process of the measured system. Depends on the JDK alone.
@NullMarked
package dev.skep.bench.measure;

import org.jspecify.annotations.NullMarked;
