package dev.skep.testkit.simulation;

import java.util.ArrayList;
import java.util.List;

/// What has happened in a simulation: a number that tells two runs apart, and the lines if somebody wants to read
/// them. Touched only by whoever has the turn.
final class Trace {
    private final boolean recording;
    private final List<String> lines = new ArrayList<>();
    private long fingerprint;

    Trace(boolean recording) {
        this.recording = recording;
    }

    /// Adds something that has happened to the fingerprint.
    void add(long what) {
        fingerprint = Choices.mix(fingerprint + what);
    }

    boolean isRecording() {
        return recording;
    }

    /// Adds a line. The caller has asked first whether anybody wants it, since its text costs time.
    void write(long nanos, String line) {
        lines.add("%d.%09d %s".formatted(nanos / 1_000_000_000, nanos % 1_000_000_000, line));
    }

    long fingerprint() {
        return fingerprint;
    }

    List<String> lines() {
        return lines;
    }
}
