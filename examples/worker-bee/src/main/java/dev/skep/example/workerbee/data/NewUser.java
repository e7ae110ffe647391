package dev.skep.example.workerbee.data;

/// A user to be created, checked and normalised by the functions layer.
///
/// @param email the normalised address
/// @param name what the user wants to be called
/// @param idempotencyKey names this creation: however often it is asked for, there is one user, and every answer
///     is the first one
public record NewUser(String email, String name, String idempotencyKey) {}
