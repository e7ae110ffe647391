package dev.skep.conformance.coverage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// An upstream test case.
///
/// @param source whose it is: `OTP 25`
/// @param suite its suite, unique over all sources
/// @param name its name, unique in its suite
record Case(String source, String suite, String name) {

    /// All cases, as the sources list them.
    static List<Case> all() {
        List<Case> otp = listed("OTP 25", "otp-25-cases.tsv");
        List<Case> elixir = listed("Elixir 1.14", "elixir-cases.tsv");
        List<Case> otpylib = listed("otpylib", "otpylib-cases.tsv");
        return List.of(otp, elixir, otpylib).stream().flatMap(List::stream).toList();
    }

    private static List<Case> listed(String source, String resource) {
        try (InputStream in = Case.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the list of cases " + resource + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t", 2))
                    .map(columns -> new Case(source, columns[0], columns[1]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
