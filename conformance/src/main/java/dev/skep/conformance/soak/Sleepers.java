package dev.skep.conformance.soak;

import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Finds lost wake-ups: processes that sleep although there is something for them.
///
/// To ask a process what it is doing is to send it a signal, and that wakes a process at rest. So a look changes what
/// it looks at, which makes it exact:
///
/// - A process whose wake-up was lost does not count as at rest: somebody is believed to attend to it. Whoever sends it
///   something, does not wake it. So *it does not answer*. A process that lives and is not stuck answers within
///   moments, whatever its code does, since a busy one is borrowed. One that has not answered a question at two
///   later looks, each at least [#LEAST] after the one before, is asleep.
/// - A process that does answer goes on to handle what is in its mailbox. One that handles nothing, with messages in
/// its
///   mailbox, and has neither handled nor skipped any at two later looks, is asleep with its eyes open. (None of the
///   soak's processes leaves messages in its mailbox on purpose, or stays away from its receive for so long.)
final class Sleepers {
    /// A process that does nothing for so long, though it could, does nothing; unless the machine is at a standstill.
    static final Duration LEAST = Duration.ofSeconds(5);

    private static final int LOOKS = 3;

    private final Node node;
    private final Duration least;
    private final LongSupplier nanoTime;
    private final Map<Pid, Question> open = new ConcurrentHashMap<>();
    private final Map<Pid, Resting> resting = new HashMap<>();
    private final Set<Pid> found = new HashSet<>();
    private long lastLook;

    private static final class Question {
        volatile boolean answered;
        volatile Optional<ProcessInfo> answer = Optional.empty();
        int looks;
    }

    /// @param done what it has done so far
    /// @param looks how often it has been seen like that
    private record Resting(long done, int looks) {}

    /// @param least how long a process has from one look to the next, and to answer
    Sleepers(Node node, Duration least) {
        this(node, least, System::nanoTime);
    }

    /// @param nanoTime the time from look to look
    Sleepers(Node node, Duration least, LongSupplier nanoTime) {
        this.node = node;
        this.least = least;
        this.nanoTime = nanoTime;
        this.lastLook = nanoTime.getAsLong() - least.toNanos();
    }

    /// Looks at all processes, unless the last look was a moment ago.
    ///
    /// @return how many sleepers have been found so far
    int look() throws InterruptedException {
        long now = nanoTime.getAsLong();
        if (now - lastLook < least.toNanos()) {
            return found.size();
        }
        lastLook = now;
        List<Pid> all = node.processes();
        ask(all);
        Map<Pid, Resting> before = Map.copyOf(resting);
        resting.clear();
        for (Map.Entry<Pid, Question> entry : open.entrySet()) {
            judge(entry.getKey(), entry.getValue(), Optional.ofNullable(before.get(entry.getKey())));
        }
        open.values().removeIf(question -> question.answered);
        open.keySet().removeIf(pid -> !pid.isAlive());
        return found.size();
    }

    private void ask(List<Pid> all) throws InterruptedException {
        List<Pid> asked = all.stream().filter(pid -> !open.containsKey(pid)).toList();
        CountDownLatch answers = new CountDownLatch(asked.size());
        for (Pid pid : asked) {
            Question question = new Question();
            open.put(pid, question);
            Thread.ofVirtual().start(() -> {
                question.answer = pid.info();
                question.answered = true;
                answers.countDown();
            });
        }
        answers.await(least.toMillis(), TimeUnit.MILLISECONDS); // who has not answered is looked at again
    }

    private void judge(Pid pid, Question question, Optional<Resting> before) {
        if (!question.answered) {
            if (++question.looks >= LOOKS && pid.isAlive()) {
                found.add(pid);
            }
            return;
        }
        question.answer
                .filter(info -> info.mailboxLength() > 0 && handlesNothing(info))
                .ifPresent(info -> {
                    long done = info.messagesHandled()
                            + info.expiredSkipped()
                            + info.load().dropped();
                    int looks = before.filter(seen -> seen.done() == done)
                                    .map(Resting::looks)
                                    .orElse(0)
                            + 1;
                    resting.put(pid, new Resting(done, looks));
                    if (looks >= LOOKS) {
                        found.add(pid);
                    }
                });
    }

    private static boolean handlesNothing(ProcessInfo info) {
        return switch (info.status()) {
            case WAITING -> true;
            case RUNNING -> info.currentHandler().isEmpty();
            case STARTING, SUSPENDED, EXITING -> false;
        };
    }

    /// Whether there is anybody who may turn out to be asleep.
    boolean isInDoubt() {
        return !open.isEmpty() || !resting.isEmpty();
    }

    Set<Pid> found() {
        return Set.copyOf(found);
    }
}
