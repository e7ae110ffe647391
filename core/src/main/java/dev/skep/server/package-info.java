/// GenServer: a process that keeps a state and answers a protocol.
///
/// It is built on the runtime's public API alone, as a behaviour of your own would be.
@NullMarked
package dev.skep.server;

import org.jspecify.annotations.NullMarked;
