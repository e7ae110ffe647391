package dev.skep.task;

import dev.skep.Call;

/// What a task is asked, and answers when its value is there. The value itself does not travel in the message: it is
/// left in the [Execution], which makes it a transfer of ownership rather than a message.
enum Done implements Call<Object, Done> {
    /// The question and the answer.
    DONE
}
