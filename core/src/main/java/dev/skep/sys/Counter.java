package dev.skep.sys;

import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.SystemEvent;
import java.time.Instant;

/// Counts what a process does. Only the process touches it.
final class Counter {
    private final Pid process;
    private final Instant startTime = Instant.now();
    private final long handledBefore;
    private long in;
    private long out;

    private Counter(Pid process) {
        this.process = process;
        this.handledBefore = handled();
    }

    static Counter startFor(Pid process) {
        return new Counter(process);
    }

    private long handled() {
        return process.info().map(ProcessInfo::messagesHandled).orElse(0L);
    }

    void count(SystemEvent event) {
        if (event.isIncoming()) {
            in++;
        } else if (event instanceof SystemEvent.Answered) {
            out++;
        }
    }

    Statistics statistics() {
        return new Statistics(startTime, Instant.now(), handled() - handledBefore, in, out);
    }
}
