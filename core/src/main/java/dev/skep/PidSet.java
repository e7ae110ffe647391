package dev.skep;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A set of processes in 4 bytes or so an entry: open addressing with linear probing, and removal by shifting
/// back, so that it has no tombstones. For one thread at a time.
final class PidSet {
    private @Nullable Process[] table = new Process[2];
    private int size;

    boolean add(Process process) {
        int at = find(process);
        if (table[at] != null) {
            return false;
        }
        table[at] = process;
        if (++size * 3 > table.length * 2) {
            grow();
        }
        return true;
    }

    boolean contains(Process process) {
        return table[find(process)] != null;
    }

    boolean remove(Process process) {
        int hole = find(process);
        if (table[hole] == null) {
            return false;
        }
        size--;
        int mask = table.length - 1;
        int at = hole;
        while (true) {
            at = (at + 1) & mask;
            Process moved = table[at];
            if (moved == null) {
                break;
            }
            // It may fill the hole unless its home lies behind the hole, cyclically.
            if (((at - home(moved, mask)) & mask) >= ((at - hole) & mask)) {
                table[hole] = moved;
                hole = at;
            }
        }
        table[hole] = null;
        return true;
    }

    int size() {
        return size;
    }

    void forEach(Consumer<Process> action) {
        for (Process process : table) {
            if (process != null) {
                action.accept(process);
            }
        }
    }

    List<Pid> sorted() {
        List<Pid> pids = new ArrayList<>(size);
        forEach(pids::add);
        pids.sort(null);
        return pids;
    }

    /// Where the process stands, or where it would.
    private int find(Process process) {
        int mask = table.length - 1;
        int at = home(process, mask);
        while (table[at] != null && table[at] != process) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private static int home(Process process, int mask) {
        return (int) ((process.id * 0x9E3779B97F4A7C15L) >>> 40) & mask;
    }

    private void grow() {
        @Nullable Process[] old = table;
        table = new Process[old.length * 2];
        for (Process process : old) {
            if (process != null) {
                table[find(process)] = process;
            }
        }
    }
}
