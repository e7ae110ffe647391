package dev.skep.example.workerbee.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.example.workerbee.workers.PostgreSql;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DemoOnPostgreSqlTest {

    @RegisterExtension
    static final PostgreSql POSTGRESQL = new PostgreSql();

    @Test
    void losesNothingWhileItsServersAreBroken() throws Exception {
        var output = new ByteArrayOutputStream();
        var out = new PrintStream(output, true, StandardCharsets.UTF_8);

        int status = Program.run(List.of("--seconds", "3", "--seed", "7", "--db", POSTGRESQL.newDatabase()), out, out);

        assertThat(output.toString(StandardCharsets.UTF_8)).contains("users in PostgreSQL", "lost: 0, duplicated: 0");
        assertThat(status).as(output.toString(StandardCharsets.UTF_8)).isZero();
    }

    /// What an earlier run has left in the database is none of a later run's business.
    @Test
    void runsTwiceInOneDatabase() throws Exception {
        String database = POSTGRESQL.newDatabase();
        var output = new ByteArrayOutputStream();
        var out = new PrintStream(output, true, StandardCharsets.UTF_8);

        assertThat(Program.run(List.of("--seconds", "1", "--db", database), out, out))
                .as(output.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(Program.run(List.of("--seconds", "1", "--db", database), out, out))
                .as(output.toString(StandardCharsets.UTF_8))
                .isZero();
    }
}
