/// The data layer: values, business errors, and the protocols of the servers. It depends on nothing but Skep's
/// [dev.skep.Result] and message types, and nothing here does anything.
@NullMarked
package dev.skep.example.workerbee.data;

import org.jspecify.annotations.NullMarked;
