/// Tests of the runner: that it runs and reports, never how fast anything is.
@NullMarked
package dev.skep.bench;

import org.jspecify.annotations.NullMarked;
