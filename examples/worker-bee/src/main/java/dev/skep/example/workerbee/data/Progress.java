package dev.skep.example.workerbee.data;

import java.time.Duration;
import java.util.List;

/// All there is to show of a running demo.
///
/// @param elapsed for how long it has been running
/// @param total for how long it is going to
/// @param figures how far it has come
/// @param tree the supervision tree
/// @param news lines about the latest faults, oldest first
public record Progress(Duration elapsed, Duration total, Figures figures, TreeNode tree, List<String> news) {
    public Progress {
        news = List.copyOf(news);
    }
}
