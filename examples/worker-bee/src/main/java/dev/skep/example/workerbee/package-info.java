/// The user-manager service, runnable.
@NullMarked
package dev.skep.example.workerbee;

import org.jspecify.annotations.NullMarked;
