package dev.skep.example.workerbee.lifecycle;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Result;
import dev.skep.Result.Err;
import dev.skep.Result.Ok;
import dev.skep.application.Application;
import dev.skep.application.ApplicationError;
import dev.skep.application.Config;
import dev.skep.application.ConfigException;
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
        } catch (ConfigException e) {
            return failed(BAD_USAGE, String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            LOG.log(Level.ERROR, "the database failed", e);
            return failed(FAILED, "the database cannot be used: " + e.getMessage());
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

    // ---- The two things it can do --------------------------------------------------------------------------------

    /// Runs until the program is told to end, or until the root supervisor gives up, and does not return then.
    private int serve() {
        Application.run(service(), this::config);
        return DONE;
    }

    private int demonstrate() throws SQLException, IOException, InterruptedException {
        // Whatever the settings of a real service are: it is neither to be broken, nor in the way.
        Config config = config(WorkerBee.NAME)
                .with(WorkerBee.PORT, String.valueOf(options.port().orElse(0)))
                .with(
                        WorkerBee.DATABASE,
                        options.database().orElseGet(() -> Database.inMemory().url()));
        WorkerBee service = options.chaos() ? service().breakable() : service();
        try (var _ = new OrderlyEnd();
                Hive hive = started(Hive.start(service, config));
                Screen screen = Screen.on(out, System.getenv())) {
            Optional<String> wrong = new Demo(options, hive, screen, out, Demo.PATIENCE).run();
            return wrong.map(what -> failed(FAILED, what)).orElse(DONE);
        }
    }

    private WorkerBee service() {
        return new WorkerBee(Program::logMail, out::println);
    }

    private static void logMail(Mail mail) {
        LOG.log(Level.DEBUG, () -> "mail to " + mail.to() + ": " + mail.text());
    }

    /// What the command line says wins over all other settings.
    private Config config(String name) {
        Config config = Config.standard(name);
        if (options.port().isPresent()) {
            config = config.with(WorkerBee.PORT, String.valueOf(options.port().get()));
        }
        return options.database().isPresent()
                ? config.with(WorkerBee.DATABASE, options.database().get())
                : config;
    }

    private static Hive started(Result<Hive, ApplicationError> started) throws SQLException, IOException {
        return switch (started) {
            case Ok(var hive) -> hive;
            case Err(ApplicationError.Failed(var _, ExitReason.Crashed(SQLException cause))) -> throw cause;
            case Err(ApplicationError.Failed(var _, ExitReason.Crashed(IOException cause))) -> throw cause;
            case Err(ApplicationError.Failed(var _, ExitReason.Crashed(ConfigException cause))) -> throw cause;
            case Err(ApplicationError.Failed(var _, var reason)) ->
                throw new IOException("the service cannot be started: " + reason);
            case Err(var error) -> throw new IOException("the service cannot be started: " + error);
        };
    }
}
