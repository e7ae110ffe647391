package dev.skep.task;

import dev.skep.Body;
import java.util.Objects;
import java.util.concurrent.Callable;

/// What a task does.
///
/// @param work the same for all kinds of code
/// @param origin the object that the user wrote, whose class names the task in reports
record Code<T>(Work<? extends T> work, Object origin) {
    static <T> Code<T> of(Callable<? extends T> code) {
        Objects.requireNonNull(code, "code of a task");
        return new Code<>(_ -> code.call(), code);
    }

    static <T> Code<T> of(Work<? extends T> work) {
        return new Code<>(Objects.requireNonNull(work, "work of a task"), work);
    }

    static Code<Done> silent(Runnable code) {
        Objects.requireNonNull(code, "code of a task");
        return new Code<>(
                _ -> {
                    code.run();
                    return Done.DONE;
                },
                code);
    }

    static Code<Done> silent(Body<Object> body) {
        Objects.requireNonNull(body, "body of a task");
        return new Code<>(
                self -> {
                    body.run(self);
                    return Done.DONE;
                },
                body);
    }
}
