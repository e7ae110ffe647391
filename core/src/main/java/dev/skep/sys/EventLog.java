package dev.skep.sys;

import java.util.ArrayDeque;
import java.util.List;

/// The latest events of a process. Only the process touches it.
final class EventLog {
    private final ArrayDeque<LogEntry> entries = new ArrayDeque<>();
    private int size;

    EventLog(int size) {
        this.size = size;
    }

    void resize(int changed) {
        size = changed;
        trim();
    }

    void add(LogEntry entry) {
        entries.addLast(entry);
        trim();
    }

    private void trim() {
        while (entries.size() > size) {
            entries.removeFirst();
        }
    }

    List<LogEntry> entries() {
        return List.copyOf(entries);
    }
}
