package dev.skep.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.ForkedJvm;
import dev.skep.application.ApplicationRunMain.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// [Application#run(Application)], each time in a JVM of its own, since it ends that.
class ApplicationRunTest {
    private static final int SIGTERM = 128 + 15;

    private static ForkedJvm run(Plan plan, String... options) throws Exception {
        return new ForkedJvm(ApplicationRunMain.class, List.of(options), plan.name());
    }

    private static void awaitStart(ForkedJvm jvm) throws Exception {
        assertThat(List.of(jvm.nextLine(), jvm.nextLine())).contains("below starts with 8080");
        assertThat(List.of(jvm.nextLine(), jvm.nextLine())).contains("above runs");
    }

    // ---- Ends by themselves --------------------------------------------------------------------------------------

    @Test
    void anApplicationThatEndsNormallyIsASuccess() throws Exception {
        try (ForkedJvm jvm = run(Plan.FINISH)) {
            assertThat(jvm.exitStatus()).as("%s", jvm.errors()).isZero();
            assertThat(jvm.furtherLines())
                    .contains("above starts with 8080")
                    .containsSubsequence("above stops", "below prepares", "below stops");
        }
    }

    @Test
    void applicationsThatAreStoppedAreASuccess() throws Exception {
        try (ForkedJvm jvm = run(Plan.STOP_ALL)) {
            assertThat(jvm.exitStatus()).as("%s", jvm.errors()).isZero();
            assertThat(jvm.furtherLines())
                    .containsSubsequence("above prepares", "above stops", "below prepares", "below stops");
        }
    }

    @Test
    void anApplicationThatGivesUpIsAFailureThatSaysWhy() throws Exception {
        try (ForkedJvm jvm = run(Plan.GIVE_UP)) {
            assertThat(jvm.exitStatus()).isEqualTo(1);
            assertThat(jvm.errors()).contains("above: it has ended: shutdown");
            assertThat(jvm.furtherLines())
                    .containsSubsequence("above stops", "below prepares", "below stops")
                    .as("its tree has ended, so there is nothing to prepare")
                    .doesNotContain("above prepares");
        }
    }

    // ---- Signals -------------------------------------------------------------------------------------------------

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void sigtermStopsTheApplicationsInTheReverseOrderOfTheirStart() throws Exception {
        try (ForkedJvm jvm = run(Plan.SERVE)) {
            awaitStart(jvm);
            jvm.sigterm();
            assertThat(jvm.exitStatus()).isEqualTo(SIGTERM);
            assertThat(jvm.furtherLines())
                    .containsExactly("above prepares", "above stops", "below prepares", "below stops");
            assertThat(jvm.errors()).noneMatch(line -> line.contains("killed"));
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatDoesNotStopWithinTheDeadlineIsKilled() throws Exception {
        try (ForkedJvm jvm = run(Plan.STUCK)) {
            awaitStart(jvm);
            jvm.sigterm();
            assertThat(jvm.exitStatus()).isEqualTo(SIGTERM);
            assertThat(jvm.furtherLines()).doesNotContain("above stops");
            assertThat(jvm.errors())
                    .contains("above: not everything has stopped within PT0.1S; what is left is killed");
        }
    }

    // ---- Starts that fail ----------------------------------------------------------------------------------------

    @Test
    void settingsThatAreNoGoodAreAllNamedWithoutAStackTrace() throws Exception {
        try (ForkedJvm jvm = run(Plan.SERVE, "-Dabove.port=eighty", "-Dabove.pause=-5s")) {
            assertThat(jvm.exitStatus()).isEqualTo(1);
            assertThat(jvm.errors())
                    .contains("above: settings of above: port is \"eighty\" in system property above.port, but has to"
                            + " be an integer; pause is \"-5s\" in system property above.pause, but has to be a length"
                            + " of time such as 250ms, 5s, 10m, 2h or PT1M30S")
                    .noneMatch(line -> line.contains("\tat ") || line.contains("crashed"));
            assertThat(jvm.furtherLines())
                    .as("what had been started is stopped")
                    .contains("below starts with 8080", "below stops")
                    .noneMatch(line -> line.startsWith("above"));
        }
    }

    @Test
    void aFileOfSettingsIsReadAndOneThatCannotBeReadIsNamed(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("above.properties"), "port=1234\n");
        try (ForkedJvm jvm = run(Plan.FINISH, "-Dabove.config=" + file)) {
            assertThat(jvm.exitStatus()).isZero();
            assertThat(jvm.furtherLines()).contains("above starts with 1234");
        }
        Path none = folder.resolve("none");
        try (ForkedJvm jvm = run(Plan.FINISH, "-Dabove.config=" + none)) {
            assertThat(jvm.exitStatus()).isEqualTo(1);
            assertThat(jvm.errors())
                    .contains("above: settings of above: the file " + none + " cannot be read: NoSuchFileException: "
                            + none);
            assertThat(jvm.furtherLines()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Plan.class,
            names = {"FAIL", "RING", "NEGATIVE"})
    void aStartThatFailsSaysWhy(Plan plan) throws Exception {
        String why = switch (plan) {
            case FAIL -> "out of order";
            case RING -> "above: applications depend on each other in a ring: above -> above";
            case NEGATIVE -> "above: its stop timeout must be zero or more, but was PT-0.001S";
            default -> throw new AssertionError(plan);
        };
        try (ForkedJvm jvm = run(plan)) {
            assertThat(jvm.exitStatus()).isEqualTo(1);
            assertThat(jvm.errors()).anyMatch(line -> line.startsWith("above: ") && line.contains(why));
            assertThat(jvm.furtherLines()).doesNotContain("above runs");
        }
    }

    @Test
    void nothingIsNoApplication() {
        assertThatNullPointerException().isThrownBy(() -> Application.run(null)).withMessage("application");
    }
}
