/// Tests of processes with a node for each test: [dev.skep.testkit.Testkit] starts and stops what a test needs and
/// sees to it that nothing is left behind, [dev.skep.testkit.Probe] is a process that the test thread speaks
/// through, and [dev.skep.testkit.VirtualClock] is time that passes only when a test says so. It uses nothing of
/// the runtime that is not public.
@NullMarked
package dev.skep.testkit;

import org.jspecify.annotations.NullMarked;
