/// The boundary layer: the servers that own state and protocol, and the ways into the program from outside, HTTP
/// and the terminal. It depends on the data and functions layers, and finds the workers in a registry.
@NullMarked
package dev.skep.example.workerbee.boundary;

import org.jspecify.annotations.NullMarked;
