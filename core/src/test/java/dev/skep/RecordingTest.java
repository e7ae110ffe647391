package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
        CountDownLatch ended = new CountDownLatch(1);
        NodeListener listener = new NodeListener() {
            @Override
            public void exited(Pid pid, Optional<Name<?>> name, ExitReason reason) {
                ended.countDown(); // after the event of the recording
            }
        };
        try (Node node = Node.builder("recorded").listener(listener).start();
                jdk.jfr.Recording recording = new jdk.jfr.Recording()) {
            recording.enable("dev.skep.ProcessExit");
            recording.start();
            node.spawn(_ -> {
                throw new IllegalStateException("recorded boom");
            });
            assertThat(ended.await(2, TimeUnit.MINUTES)).isTrue();
            node.report(new HealthReport(node.spawn(_ -> {}), "does not answer", 3, 3));
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
                    assertThat(event.getEventType().getName()).isEqualTo("dev.skep.Report");
                    assertThat(event.getString("kind")).isEqualTo("HealthReport");
                    assertThat(event.getString("text")).contains("health check 3 of 3: does not answer");
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
