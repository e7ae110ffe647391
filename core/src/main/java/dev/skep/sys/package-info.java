/// Debugging live processes, and changing their code while they run: [dev.skep.sys.Sys] and
/// [dev.skep.sys.Upgrade].
///
/// It is a client of the system requests that every process of a behaviour answers ([dev.skep.SystemRequest]),
/// and knows servers and supervisors; they do not know it.
@NullMarked
package dev.skep.sys;

import org.jspecify.annotations.NullMarked;
