package dev.skep.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The Erlang peer: compiled anew for each comparison, into a temporary folder.
final class ErlangPeer {
    private ErlangPeer() {}

    static Contender.Launch launch(Contender.Place place, Mode mode) throws BenchException {
        List<String> compile =
                new ArrayList<>(List.of("erlc", "-o", place.work().toString()));
        Path sources = place.home().resolve(Path.of("src", "main", "erlang"));
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(sources, "*.erl")) {
            modules.forEach(module -> compile.add(module.toString()));
        } catch (IOException e) {
            throw new BenchException("the Erlang peer's sources cannot be read: " + e);
        }
        Optional<Preparation> compiled = Preparation.run(compile);
        if (compiled.isEmpty()) {
            return new Contender.Launch.Missing("erlc is not on the path; install Erlang/OTP 25 or later");
        }
        if (!compiled.get().succeeded()) {
            throw new BenchException(
                    "the Erlang peer does not compile: " + compiled.get().output());
        }
        // +P: more processes than the default of 262,144, for the workloads with a million.
        return new Contender.Launch.Command(List.of(
                "erl",
                "-noshell",
                "-noinput",
                "+P",
                "5000000",
                "-pa",
                place.work().toString(),
                "-run",
                "skep_peer",
                "main",
                mode.plan()));
    }
}
