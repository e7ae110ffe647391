package dev.skep.supervisor;

import dev.skep.ServerRef;
import java.util.List;
import java.util.Objects;

/// The partitions of a [PartitionSupervisor], each by its name, so that who holds them does not notice restarts. Any
/// thread may use them. Elixir: `{:via, PartitionSupervisor, {name, key}}`.
///
/// @param <P> the protocol of the partitions
/// @param all all of them, in the order of their numbers; at least one
public record Partitions<P>(List<ServerRef<P>> all) {
    /// Checks the partitions.
    ///
    /// @param all all of them, in the order of their numbers; at least one
    public Partitions {
        all = List.copyOf(Objects.requireNonNull(all, "all"));
        if (all.isEmpty()) {
            throw new IllegalArgumentException("there has to be at least one partition");
        }
    }

    /// The partition of a key: always the same one for equal keys. An integer goes to the partition of its remainder,
    /// so that a number of a partition can be a key; anything else goes by its hash code.
    ///
    /// @param key a value with an `equals` and `hashCode` of its own, mostly
    /// @return the partition
    public ServerRef<P> route(Object key) {
        Objects.requireNonNull(key, "key");
        if (key instanceof Integer || key instanceof Long || key instanceof Short || key instanceof Byte) {
            return all.get((int) Math.abs(((Number) key).longValue() % all.size()));
        }
        int hash = key.hashCode() * 0x9E3779B9; // the low bits of many hash codes are alike
        return all.get((int) ((Integer.toUnsignedLong(hash) * all.size()) >>> 32));
    }

    /// How many there are. Elixir: `PartitionSupervisor.partitions/1`.
    ///
    /// @return one or more
    public int count() {
        return all.size();
    }
}
