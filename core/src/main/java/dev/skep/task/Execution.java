package dev.skep.task;

import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Incoming;
import dev.skep.Monitor;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The body of a task's process. It is asked one question, [Done], computes the value, leaves it here, and
/// answers. So the end of the process without a value is the failure of a call, of which the runtime tells the
/// owner.
final class Execution<T> implements Finite {
    private final Work<? extends T> work;
    private final String name;
    private final List<Pid> callers;
    /// Null if nobody asks: the work is done all the same.
    private final @Nullable Asked asked;
    /// Written before `done`, read after it or after the answer.
    private @Nullable T value;

    private volatile boolean done;

    /// How the question comes.
    ///
    /// @param asker whose death before it has asked ends the task; null if it asks at once, come what may
    /// @param linkedTo whom the task links itself to before it begins; null for nobody
    private record Asked(@Nullable Pid asker, @Nullable Pid linkedTo) {}

    private Execution(Work<? extends T> work, Object code, List<Pid> callers, @Nullable Asked asked) {
        this.work = work;
        this.name = code.getClass().getName();
        this.callers = callers;
        this.asked = asked;
    }

    /// The body of a task whose value somebody waits for.
    static <T> Execution<T> answering(Code<T> code, List<Pid> callers, @Nullable Pid asker, @Nullable Pid linkedTo) {
        return new Execution<>(code.work(), code.origin(), callers, new Asked(asker, linkedTo));
    }

    /// The body of a task that nobody waits for.
    static Execution<Done> silent(Code<Done> code, List<Pid> callers) {
        return new Execution<>(code.work(), code.origin(), callers, null);
    }

    @Override
    public void run(Receiver<Object> self) throws Exception {
        done = false; // a permanent child runs again
        From from = asked == null ? From.nobody() : question(self, asked);
        value = Objects.requireNonNull(
                work.run(self), "a task's code returned null; where there may be no value, return an Optional");
        done = true;
        from.reply(Done.DONE);
    }

    private static Optional<From> questionIn(Object message) {
        return message instanceof Incoming(Object asked, From from) && asked == Done.DONE
                ? Optional.of(from)
                : Optional.empty();
    }

    private static From question(Receiver<Object> self, Asked asked) {
        Pid linkedTo = asked.linkedTo;
        if (linkedTo != null) {
            self.link(linkedTo);
        }
        Pid asker = asked.asker;
        if (asker == null) {
            return self.select(Execution::questionIn);
        }
        Optional<From> there = self.select(Execution::questionIn, Duration.ZERO);
        if (there.isPresent()) {
            return there.get();
        }
        Monitor monitor = self.monitor(asker);
        Object first = self.select(message -> {
            Optional<From> question = questionIn(message);
            return question.isPresent()
                    ? Optional.<Object>of(question.get())
                    : Optional.of(message).filter(m -> m instanceof Down down && down.monitor() == monitor);
        });
        if (first instanceof From from) {
            self.demonitorAndFlush(monitor);
            return from;
        }
        throw new ProcessExit(ExitReason.shutdown(((Down) first).reason()));
    }

    /// The value; only when [Done] has been answered.
    T value() {
        return Objects.requireNonNull(value, "value of a task that is not done");
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public String initialCall() {
        return name;
    }

    @Override
    public List<Pid> callers() {
        return callers;
    }
}
