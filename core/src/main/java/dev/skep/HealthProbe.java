package dev.skep;

/// Looks at a process from outside and says whether it is well: whether its port answers, for instance, or the file
/// that it writes grows. For [HealthCheck#probe(HealthProbe)].
@FunctionalInterface
public interface HealthProbe {
    /// Looks at the process. Runs on a virtual thread of its own, which is no process, and may block; it is
    /// interrupted when the check's timeout is over. Calls go through [ServerRef#of(Pid)].
    ///
    /// @param pid the process
    /// @return `Ok` of anything if it is well; `Err` with what is wrong
    /// @throws Exception if it is not well either: the exception is what is wrong
    Result<?, String> check(Pid pid) throws Exception;
}
