/// Which upstream test cases Skep's own tests cover.
///
/// The resources list the cases of Erlang/OTP's, Elixir's and otpylib's suites by name. Tests say in annotations which
/// of
/// them they cover; [dev.skep.conformance.coverage.Coverage] compares the two.
@NullMarked
package dev.skep.conformance.coverage;

import org.jspecify.annotations.NullMarked;
