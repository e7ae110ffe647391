package dev.skep.application;

/// What becomes of the others when an application ends by itself, which it does when its top supervisor gives up.
/// Erlang: the type in `application:start/2`.
public enum ApplicationType {
    /// All other applications are stopped: without it there is no point in going on.
    PERMANENT,
    /// The same, unless it has ended with the reason `normal`.
    TRANSIENT,
    /// That is reported, and the others go on. The default, as in OTP.
    TEMPORARY
}
