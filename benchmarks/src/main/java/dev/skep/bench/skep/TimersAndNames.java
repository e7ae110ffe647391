package dev.skep.bench.skep;

import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Timer;
import dev.skep.bench.measure.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Timers that never fire, and the registry of names.
final class TimersAndNames {
    private static final int NAMES = 10_000;

    private TimersAndNames() {}

    static Task timerStartCancel(int operations) {
        return SkepTask.of(operations, self -> {
            for (int i = 0; i < operations; i++) {
                self.sendAfter(Duration.ofHours(1), "late").cancel();
            }
        });
    }

    static Task timersPending(int operations) {
        return SkepTask.of(operations, self -> {
            List<Timer> timers = new ArrayList<>(operations);
            for (int i = 0; i < operations; i++) {
                // Spread over ten minutes, out of order.
                timers.add(self.sendAfter(Duration.ofMillis(600_000 + i * 7919L % 600_000), "late"));
            }
            for (Timer timer : timers) {
                timer.cancel();
            }
        });
    }

    static Task lookup(int operations) {
        List<Name<Object>> names = names();
        return new SkepTask(operations) {
            @Override
            public void before() {
                if (node.registered().isEmpty()) {
                    for (Name<Object> name : names) {
                        node.register(name, node.spawn(self -> self.receive()));
                    }
                }
            }

            @Override
            public void run() {
                inProcess(_ -> {
                    long sum = 0;
                    for (int i = 0; i < operations; i++) {
                        sum += node.whereis(names.get(i % NAMES)).orElseThrow().id();
                    }
                    if (sum == 0) {
                        throw new IllegalStateException("nobody was found");
                    }
                });
            }
        };
    }

    static Task register(int operations) {
        List<Name<Object>> names = names();
        return SkepTask.of(operations, self -> {
            Pid own = self.pid();
            for (int i = 0; i < operations; i++) {
                Name<Object> name = names.get(i % NAMES);
                self.node().register(name, own);
                self.node().unregister(name);
            }
        });
    }

    private static List<Name<Object>> names() {
        return IntStream.range(0, NAMES).mapToObj(i -> Name.of("name" + i)).toList();
    }
}
