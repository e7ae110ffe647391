package dev.skep.example.workerbee.lifecycle;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Result.Err;
import dev.skep.Result.Ok;
import dev.skep.StartException;
import dev.skep.example.workerbee.boundary.Ports;
import dev.skep.example.workerbee.boundary.Screen;
import dev.skep.example.workerbee.data.Command;
import dev.skep.example.workerbee.data.Mail;
import dev.skep.example.workerbee.data.Options;
import dev.skep.example.workerbee.functions.CommandLine;
import dev.skep.example.workerbee.workers.Database;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// The program as the command line has it: the demo, or the service alone.
public final class Program {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int BAD_USAGE = 2;

    private static final System.Logger LOG = System.getLogger(Program.class.getName());
    /// A random seed has few digits, to be typed again.
    private static final int SEEDS = 1_000_000;

    private final Options options;
    private final PrintStream out;
    private final PrintStream err;

    private Program(Options options, PrintStream out, PrintStream err) {
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /// Runs the program to its end. Blocks.
    ///
    /// @param arguments the command line
    /// @param out what would be standard output
    /// @param err what would be standard error
    /// @return the exit status
    public static int run(List<String> arguments, PrintStream out, PrintStream err) {
        long randomSeed = ThreadLocalRandom.current().nextInt(SEEDS);
        return switch (CommandLine.parse(arguments, randomSeed)) {
            case Err(var problem) -> {
                err.println("worker-bee: " + problem + "; --help shows how to use it");
                yield BAD_USAGE;
            }
            case Ok(Command.Help _) -> {
                out.print(CommandLine.HELP);
                yield DONE;
            }
            case Ok(Command.Run(var options)) -> new Program(options, out, err).run();
        };
    }

    private int run() {
        try {
            prepareFiles();
        } catch (IOException e) {
            return failed(BAD_USAGE, "cannot write " + e.getMessage());
        }
        try {
            return options.serve() ? serve() : demonstrate();
        } catch (InterruptedException | CallException.Interrupted _) {
            return failed(FAILED, "told to end before it was done");
        } catch (SQLException e) {
            LOG.log(Level.ERROR, "the database failed", e);
            return failed(FAILED, "the database cannot be used: " + e.getMessage());
        } catch (StartException e) {
            LOG.log(Level.ERROR, "the start failed", e);
            return failed(FAILED, String.valueOf(e.getMessage()));
        } catch (CallException e) {
            LOG.log(Level.ERROR, "the service does not answer", e);
            return failed(FAILED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return failed(FAILED, String.valueOf(e.getMessage()));
        }
    }

    private int failed(int status, String why) {
        err.println("worker-bee: " + why);
        return status;
    }

    /// A file that cannot be written should be found before the demo has run, not after.
    private void prepareFiles() throws IOException {
        if (options.report().isPresent()) {
            Files.write(options.report().get(), new byte[0]);
        }
        if (options.log().isPresent()) {
            Logs.toFile(options.log().get());
        } else if (options.serve()) {
            Logs.toStandardError();
        } else {
            Logs.off();
        }
    }

    private WorkerBee start(Database database) throws SQLException, IOException {
        database.createTables();
        int port;
        try {
            port = Ports.choose(options.port());
        } catch (IOException e) {
            throw new IOException("cannot listen at port " + options.port() + ": " + e.getMessage(), e);
        }
        return WorkerBee.start(Settings.of(database, Program::logMail, port).chaos(options.chaos()));
    }

    private static void logMail(Mail mail) {
        LOG.log(Level.DEBUG, () -> "mail to " + mail.to() + ": " + mail.text());
    }

    private Database database() {
        return options.database().map(Database::at).orElseGet(Database::inMemory);
    }

    // ---- The two things it can do --------------------------------------------------------------------------------

    private int demonstrate() throws SQLException, IOException, InterruptedException {
        Database database = database();
        try (var _ = new OrderlyEnd();
                WorkerBee bee = start(database);
                Screen screen = Screen.on(out, System.getenv())) {
            Optional<String> wrong = new Demo(options, database, bee, screen, out, Demo.PATIENCE).run();
            return wrong.map(what -> failed(FAILED, what)).orElse(DONE);
        }
    }

    /// Serves until the program is told to end, or until the root supervisor gives up.
    private int serve() throws SQLException, IOException {
        Database database = database();
        try (var _ = new OrderlyEnd();
                WorkerBee bee = start(database)) {
            out.println("worker-bee serves " + bee.address() + "/users, users in " + database + "; Ctrl-C ends it");
            ExitReason end = bee.awaitEnd();
            return failed(FAILED, "the service has given up: " + end);
        } catch (CallException.Interrupted _) {
            out.println("worker-bee has ended");
            return DONE;
        }
    }
}
