package dev.skep.sys;

import java.util.Objects;

/// A process has answered a system request with a failure: a function of the request, or a callback of the
/// process, has thrown. The process goes on as it was. The cause is what was thrown.
///
/// Erlang: `{callback_failed, _, _}`, and the errors of `sys:change_code/4`.
public final class SysException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SysException(String what, Throwable cause) {
        super(what + " failed: " + Objects.requireNonNull(cause, "cause"), cause);
    }
}
