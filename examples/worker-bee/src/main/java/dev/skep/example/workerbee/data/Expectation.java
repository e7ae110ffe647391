package dev.skep.example.workerbee.data;

import java.util.OptionalLong;
import java.util.Set;

/// What the database must say about one creation, going by what its client was told.
///
/// @param key the creation's idempotency key
/// @param email the address, which no other creation uses
/// @param id the id that the client was told; empty if it never got an answer
/// @param names what the user may be called; more than one if a rename was never answered
/// @param presence whether the user has to be there
public record Expectation(String key, String email, OptionalLong id, Set<String> names, Presence presence) {
    /// Whether a user has to be there.
    public enum Presence {
        /// It was created, and nothing else.
        PRESENT,
        /// It was deleted.
        ABSENT,
        /// Its creation or deletion was never answered.
        EITHER
    }

    public Expectation {
        names = Set.copyOf(names);
    }
}
