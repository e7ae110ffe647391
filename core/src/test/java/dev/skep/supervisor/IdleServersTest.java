package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ForkedJvm;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdleServersTest {

    @ParameterizedTest
    @ValueSource(strings = {IdleServers.SIMPLE, IdleServers.DYNAMIC})
    void aHundredThousandIdleServersLiveInAHeapOf256Megabytes(String kind) throws Exception {
        try (ForkedJvm program = new ForkedJvm(IdleServers.class, List.of("-Xmx256m"), kind, "100000")) {
            assertThat(program.exitStatus()).as("%s", program.errors()).isZero();
            assertThat(program.furtherLines()).containsExactly(IdleServers.DONE);
            assertThat(program.errors()).isEmpty();
        }
    }
}
