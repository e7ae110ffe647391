package dev.skep;

import java.util.Objects;

/// The message that answers a request sent with [Self#request(ServerRef, Call, Object)]: its result, or
/// why there is none. Erlang: what `gen_server:check_response/2` recognises.
///
/// [PendingCall#sendTo(Pid)] asks for it too; [PendingCall#outcomeIn(Object)] then gives the answer with its type.
///
/// It answers [Self#requestStartLink(StartSpec, Object)] too: the result is the [Started] then.
///
/// @param label what the request was sent with, to tell the answers apart
/// @param outcome the answer, or the failure of the call
public record Response(Object label, Result<Object, CallException> outcome) {
    /// Checks the parts.
    ///
    /// @param label what the request was sent with
    /// @param outcome the answer, or the failure of the call
    public Response {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(outcome, "outcome");
    }
}
