package dev.skep.example.workerbee.data;

/// A user, as the database has it.
///
/// @param id given by the database, 1 or more
/// @param email the normalised address; no two users have the same
/// @param name what the user wants to be called
public record User(long id, String email, String name) {}
