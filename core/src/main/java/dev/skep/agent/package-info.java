/// Agent: a state in a process of its own, read and changed by functions that callers hand in.
///
/// It is a GenServer whose protocol is functions, and is built on that package alone.
@NullMarked
package dev.skep.agent;

import org.jspecify.annotations.NullMarked;
