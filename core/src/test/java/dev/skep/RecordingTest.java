package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
    @TempDir
    private Path folder;

    @Test
    void crashesAndEndsAreEventsOfTheFlightRecorder() throws Exception {
        List<RecordedEvent> events;
        try (Node node = Node.start("recorded");
                jdk.jfr.Recording recording = new jdk.jfr.Recording()) {
            recording.enable("dev.skep.ProcessExit");
            recording.start();
            Pid pid = node.spawn(_ -> {
                throw new IllegalStateException("recorded boom");
            });
            pid.exited().get(30, TimeUnit.SECONDS);
            node.stop(java.time.Duration.ofSeconds(30));
            recording.stop();
            events = dumped(recording);
        }

        assertThat(events)
                .anySatisfy(event -> {
                    assertThat(event.getEventType().getName()).isEqualTo("dev.skep.Report");
                    assertThat(event.getString("kind")).isEqualTo("CrashReport");
                    assertThat(event.getString("text")).contains("recorded boom");
                })
                .anySatisfy(event -> {
                    assertThat(event.getEventType().getName()).isEqualTo("dev.skep.ProcessExit");
                    assertThat(event.getString("reason")).contains("recorded boom");
                });
    }

    private List<RecordedEvent> dumped(jdk.jfr.Recording recording) throws IOException {
        Path file = folder.resolve("skep.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file);
    }
}
