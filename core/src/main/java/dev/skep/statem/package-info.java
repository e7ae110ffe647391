/// GenStatem: a process that is a state machine. It keeps a state and data, answers a protocol, postpones what it
/// cannot handle yet, and has timeouts of its own.
///
/// It is built on the runtime's public API alone, as a behaviour of your own would be.
@NullMarked
package dev.skep.statem;

import org.jspecify.annotations.NullMarked;
