package dev.skep.example.workerbee.data;

import java.util.List;

/// What comparing the database with what clients were told has shown.
///
/// @param lost what was acknowledged and is not there, each as a sentence
/// @param duplicated what is there more often than it was asked for, each as a sentence
public record Verdict(List<String> lost, List<String> duplicated) {
    public Verdict {
        lost = List.copyOf(lost);
        duplicated = List.copyOf(duplicated);
    }
}
