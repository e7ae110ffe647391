package dev.skep.conformance.otp;

import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Waits;

/// Says of all cases that they wait.
@CasesOf("erpc_SUITE")
@Waits(because = "distribution over several nodes: calls of functions on another one")
final class RemoteCallsTest {}
