package dev.skep.example.workerbee.data;

/// The answer to a deletion: that user is gone.
///
/// @param id whose user
public record Deleted(long id) {}
