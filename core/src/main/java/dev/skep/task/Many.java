package dev.skep.task;

import dev.skep.CallException;
import dev.skep.Clock;
import dev.skep.ExitReason;
import dev.skep.PendingCalls;
import dev.skep.Result;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Waits for several tasks at once.
final class Many {
    private Many() {}

    static <T> List<T> values(Collection<Task<T>> tasks, Duration timeout) {
        Stopwatch watch = Stopwatch.start(clockOf(tasks), timeout);
        Set<Task<T>> open = new LinkedHashSet<>(tasks);
        open.forEach(task -> task.begin("awaitMany")); // all of them, before anything is done
        PendingCalls<Task<T>, Done> answers = new PendingCalls<>();
        for (Task<T> task : open) {
            Task.Running<T> running = task.begin("awaitMany");
            if (running != null) {
                answers.add(task, running.answer());
            }
        }
        open.removeIf(task -> task.pid().isEmpty());
        try {
            while (!open.isEmpty()) {
                Task<T> done = answers.next(watch.left())
                        .orElseThrow(() -> late(open, tasks.size(), timeout))
                        .label();
                open.remove(done);
                var _ = done.await(Duration.ZERO); // throws if it has failed
            }
        } catch (CallException.Interrupted e) {
            throw new TaskException.Interrupted("awaitMany of " + tasks.size() + " tasks", e);
        } finally {
            open.forEach(task -> task.giveUp("an awaitMany that it was part of has failed"));
        }
        return tasks.stream().map(task -> task.await(Duration.ZERO)).toList();
    }

    private static <T> TaskException late(Set<Task<T>> open, int all, Duration timeout) {
        String which = open.iterator().next().toString();
        return new TaskException.TimedOut(
                open.size() == 1 ? which : which + ", one of " + open.size() + " of " + all + " tasks,", timeout);
    }

    static <T> List<Yielded<T>> outcomes(Collection<Task<T>> tasks, Duration timeout, OnTimeout late) {
        Objects.requireNonNull(late, "late");
        Stopwatch watch = Stopwatch.start(clockOf(tasks), timeout);
        tasks.forEach(task -> task.begin("yieldMany"));
        tasks.forEach(task -> task.look(watch.left(), "yieldMany"));
        List<Yielded<T>> yielded = new ArrayList<>(tasks.size());
        for (Task<T> task : tasks) {
            Optional<Result<T, ExitReason>> found = task.look(Duration.ZERO, "yieldMany");
            if (found.isEmpty()) {
                found = switch (late) {
                    case KEEP -> found;
                    case IGNORE -> task.ignore();
                    case KILL -> task.kill();
                };
            }
            yielded.add(new Yielded<>(task, found));
        }
        return yielded;
    }

    private static <T> @Nullable Clock clockOf(Collection<Task<T>> tasks) {
        return tasks.stream()
                .flatMap(task -> task.pid().stream())
                .findFirst()
                .map(pid -> ServerRef.of(pid).node().clock())
                .orElse(null);
    }
}
