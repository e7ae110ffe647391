/// Tests of how workloads are measured.
@NullMarked
package dev.skep.bench.measure;

import org.jspecify.annotations.NullMarked;
