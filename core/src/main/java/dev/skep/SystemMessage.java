package dev.skep;

/// A system request, as a plain process receives it. It hands it to [Receiver#handleSystem(SystemMessage,
/// Object)] or [Receiver#handleSystem(SystemMessage, SystemCallbacks)], which does what it asks for. Erlang:
/// `{system, From, Request}`.
public final class SystemMessage {
    final SystemCall call;

    SystemMessage(SystemCall call) {
        this.call = call;
    }

    /// What is asked for.
    ///
    /// @return the request
    public SystemRequest<?> request() {
        return call.request;
    }

    @Override
    public String toString() {
        return "system message " + call.request.getClass().getSimpleName();
    }
}
