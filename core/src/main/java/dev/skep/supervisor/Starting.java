package dev.skep.supervisor;

import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Started;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A child that is being started on demand, while its init runs: its supervisor goes on meanwhile.
///
/// @param <A> what a child is started with
final class Starting<A> {
    final A argument;
    final ChildSpec spec;
    /// Tells who has asked for it.
    final Consumer<Started<?>> outcome;
    /// Set once it exists.
    @Nullable
    Pid pid;
    /// Why it has ended, if that was heard of before the outcome of the start.
    @Nullable
    ExitReason ended;

    Starting(A argument, ChildSpec spec, Consumer<Started<?>> outcome) {
        this.argument = argument;
        this.spec = spec;
        this.outcome = outcome;
    }

    /// Children that were asked for at once: one answer, when the last outcome is there.
    static final class Batch {
        private final From from;
        private final List<Result<Optional<Pid>, ChildError>> results;
        private int open;

        Batch(From from, int size) {
            this.from = from;
            this.results = new ArrayList<>(Collections.nCopies(size, Result.ok(Optional.empty())));
            this.open = size;
            answerOnceComplete();
        }

        void set(int index, Result<Optional<Pid>, ChildError> result) {
            results.set(index, result);
            open--;
            answerOnceComplete();
        }

        private void answerOnceComplete() {
            if (open == 0) {
                from.reply(List.copyOf(results));
            }
        }
    }
}
