/// The examples of the guide, as code that runs: what `docs/guide` shows is found here, word for word.
@NullMarked
package dev.skep.guide;

import org.jspecify.annotations.NullMarked;
