package dev.skep.example.workerbee.data;

/// A mail that waits in the outbox.
///
/// @param id its place in the outbox
/// @param to the address
/// @param text what it says
public record Mail(long id, String to, String text) {}
