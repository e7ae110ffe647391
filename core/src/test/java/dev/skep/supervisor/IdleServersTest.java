package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IdleServersTest {

    @Test
    void aHundredThousandIdleServersLiveInAHeapOf256Megabytes() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        folderOf(Supervisor.class) + File.pathSeparator + folderOf(IdleServers.class),
                        IdleServers.class.getName(),
                        "100000")
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(output).isEqualToIgnoringNewLines(IdleServers.DONE);
            assertThat(program.exitValue()).isZero();
        } finally {
            program.destroyForcibly();
        }
    }

    /// Where a class was loaded from. Tests and what they test are one module, in two folders.
    private static Path folderOf(Class<?> type) throws URISyntaxException, IOException {
        String file = type.getName().replace('.', '/') + ".class";
        String url = Objects.requireNonNull(type.getResource("/" + file), file).toString();
        return Path.of(new URI(url.substring(0, url.length() - file.length())));
    }
}
