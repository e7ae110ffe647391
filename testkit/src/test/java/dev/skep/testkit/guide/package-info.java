/// The code of the guide's chapter about tests, as tests that run.
@NullMarked
package dev.skep.testkit.guide;

import org.jspecify.annotations.NullMarked;
