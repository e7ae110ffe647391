package dev.skep.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The Python library otpylib, which Skep re-creates: a script, for the interpreter that is on the path and the library
/// that is installed for it.
final class OtpylibPeer {
    private static final String INSTALL = "pip install otpylib";

    private OtpylibPeer() {}

    static Contender.Launch launch(Contender.Place place, Mode mode) throws BenchException {
        return launch("python3", place, mode);
    }

    static Contender.Launch launch(String python, Contender.Place place, Mode mode) throws BenchException {
        Optional<Preparation> imported =
                Preparation.run(List.of(python, "-c", "import otpylib.gen_server, otpylib.module"));
        if (imported.isEmpty()) {
            return new Contender.Launch.Missing(
                    python + " is not on the path; install Python 3.10 or later, then the library: " + INSTALL);
        }
        if (!imported.get().succeeded()) {
            return new Contender.Launch.Missing(
                    python + " has no otpylib (" + imported.get().lastLine() + "); to install it: " + INSTALL);
        }
        Path script = place.home().resolve(Path.of("src", "main", "python", "skep_peer.py"));
        return new Contender.Launch.Command(List.of(python, script.toString(), mode.plan()));
    }
}
