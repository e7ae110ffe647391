/// The lifecycle layer: who starts what, in which order, and who restarts it. Here is the supervision tree, the
/// program's start and its end. It depends on all other layers, and none depends on it.
@NullMarked
package dev.skep.example.workerbee.lifecycle;

import org.jspecify.annotations.NullMarked;
