package dev.skep.task;

import dev.skep.Body;

/// A body that can tell when its work is done, which is a moment before its process has ended.
interface Finite extends Body<Object> {
    boolean isDone();
}
