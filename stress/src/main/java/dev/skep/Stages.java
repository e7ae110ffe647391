package dev.skep;

/// What models in other packages need of a [Stage].
public final class Stages {
    private Stages() {}

    /// The node.
    public static Node node(Stage stage) {
        return stage.node;
    }

    /// A behaviour that does nothing.
    public static Pid idle(Stage stage) {
        return stage.begin(new Stage.Part() {});
    }
}
