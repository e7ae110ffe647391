package dev.skep.example.workerbee.data;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A child of the supervision tree, at one moment.
///
/// @param id the child's id
/// @param pid the process, if it runs
/// @param restarts how often it has been restarted
/// @param children what it supervises, in the order of their starts; empty for a worker
public record TreeNode(String id, Optional<String> pid, long restarts, List<TreeNode> children) {
    public TreeNode {
        children = List.copyOf(children);
    }

    /// Whether the child and all below it run.
    ///
    /// @return true if so
    public boolean isComplete() {
        return missing().isEmpty();
    }

    /// Who does not run.
    ///
    /// @return the ids, of this child and of all below it
    public List<String> missing() {
        Stream<String> here = pid.isPresent() ? Stream.empty() : Stream.of(id);
        return Stream.concat(here, children.stream().flatMap(child -> child.missing().stream()))
                .toList();
    }
}
