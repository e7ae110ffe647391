package dev.skep.conformance.otp;

import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Waits;

/// Says of all cases that they wait.
@CasesOf("global_SUITE")
@Waits(because = "distribution over several nodes: names that are the same on all of them")
final class GlobalNamesTest {}
