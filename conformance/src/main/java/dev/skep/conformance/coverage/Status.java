package dev.skep.conformance.coverage;

/// What has become of an upstream case.
enum Status {
    /// A test pins its behaviour.
    COVERED("covered"),
    /// Skep deliberately behaves otherwise.
    DIFFERS("differs"),
    /// Skep has nothing of the kind.
    NOT_APPLICABLE("not applicable"),
    /// What it is about is not built yet.
    WAITS("waits"),
    /// Nothing is said of it.
    MISSING("missing");

    /// The head of its column.
    final String label;

    Status(String label) {
        this.label = label;
    }
}
