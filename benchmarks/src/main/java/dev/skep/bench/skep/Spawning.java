package dev.skep.bench.skep;

import dev.skep.Down;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.bench.measure.Task;

/// Short-lived plain processes.
final class Spawning {
    private static final int CHILDREN = 10;

    private Spawning() {}

    static Task withMonitor(int operations) {
        return SkepTask.of(
                operations,
                self -> Processes.inParallel(self, 2, spawner -> {
                    for (int i = 0; i < operations / 2; i++) {
                        spawner.spawnMonitor(_ -> {});
                        spawner.receive(Down.class);
                    }
                }));
    }

    static Task burst(int operations) {
        return SkepTask.of(operations, self -> {
            Pid parent = self.pid();
            for (int i = 0; i < operations; i++) {
                self.spawn(_ -> parent.send("done"));
            }
            for (int i = 0; i < operations; i++) {
                self.receive();
            }
        });
    }

    static Task skynet(int operations) {
        int leaves = 1;
        for (int processes = 1; processes < operations; processes += leaves) {
            leaves *= CHILDREN;
        }
        int size = leaves;
        return SkepTask.of(operations, self -> {
            Pid parent = self.pid();
            self.spawn(root -> sum(root, 0, size, parent));
            long sum = (Long) self.receive();
            if (sum != (long) size * (size - 1) / 2) {
                throw new IllegalStateException("the tree added up to " + sum);
            }
        });
    }

    private static void sum(Receiver<Object> self, long number, int size, Pid parent) {
        if (size == 1) {
            parent.send(number);
            return;
        }
        int part = size / CHILDREN;
        Pid own = self.pid();
        for (int i = 0; i < CHILDREN; i++) {
            long first = number + (long) i * part;
            self.spawn(child -> sum(child, first, part, own));
        }
        long sum = 0;
        for (int i = 0; i < CHILDREN; i++) {
            sum += (Long) self.receive();
        }
        parent.send(sum);
    }
}
