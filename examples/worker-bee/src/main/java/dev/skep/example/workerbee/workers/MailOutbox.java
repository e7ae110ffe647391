package dev.skep.example.workerbee.workers;

import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.Result;
import dev.skep.Result.Err;
import dev.skep.Result.Ok;
import dev.skep.Self;
import dev.skep.example.workerbee.data.Mail;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.OutboxRpc;
import dev.skep.statem.Event;
import dev.skep.statem.GenStatem;
import dev.skep.statem.Transition;
import dev.skep.task.FailedInput;
import dev.skep.task.Task;
import dev.skep.task.TaskStream;
import dev.skep.task.TaskSupervisorRef;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Sends the mails that were written into the outbox table, in the transactions that they are about. A mail is
/// marked as sent after it has been sent: when the outbox dies in between, it is sent again. So every mail is
/// sent at least once, and nothing is mailed about what has not happened.
///
/// It is a circuit breaker too: a mail server that takes no mails is left alone for a while.
public final class MailOutbox implements GenStatem<MailOutbox.Circuit, MailOutbox.Mailing, OutboxRpc> {
    /// What is known of the mail server.
    public enum Circuit {
        /// It takes mails.
        CLOSED,
        /// It takes none, and is asked nothing.
        OPEN,
        /// It may take mails again: a few are tried.
        HALF_OPEN
    }

    private static final System.Logger LOG = System.getLogger(MailOutbox.class.getName());

    /// How often it looks for mails when there were few.
    private static final Duration INTERVAL = Duration.ofMillis(100);

    /// How many mails it takes out of the table at a time.
    private static final int BATCH = 200;

    /// How many mails are on their way at a time.
    static final int CONCURRENCY = 8;

    /// How long a mail may be on its way.
    private static final Duration TIME_LIMIT = Duration.ofSeconds(2);

    /// A mail that nobody takes may be the mail's own fault. So many in a row are not.
    private static final int FAILURES = 5;

    /// Before something is tried again that has failed once.
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final String LOOK = "look for mails";

    private final Storage storage;
    private final Mailer mailer;

    /// An outbox.
    ///
    /// @param storage where the mails are
    /// @param mailer what sends them
    public MailOutbox(Storage storage, Mailer mailer) {
        this.storage = storage;
        this.mailer = mailer;
    }

    /// The data: the mails, what is being sent, and how long the mail server will be left alone next time.
    static final class Mailing implements AutoCloseable, Severable {
        private final Self<OutboxRpc> self;
        private final MailStore mails;
        private Optional<Task<Delivery>> sending = Optional.empty();
        private Duration pause = FIRST_PAUSE;

        Mailing(Self<OutboxRpc> self, MailStore mails) {
            this.self = self;
            this.mails = mails;
        }

        @Override
        public void sever() throws SQLException {
            mails.close();
        }

        @Override
        public void close() throws SQLException {
            mails.close();
        }

        @Override
        public String toString() {
            return sending.map(task -> "sending mails").orElse("waiting for mails");
        }
    }

    /// What has become of a batch.
    ///
    /// @param sent the mails that have been sent
    /// @param refused those that have not; the rest was not tried
    /// @param failuresInARow how many of them came last
    private record Delivery(List<Mail> sent, List<Mail> refused, int failuresInARow) {
        boolean isFullBatch() {
            return sent.size() + refused.size() == BATCH;
        }
    }

    @Override
    public Transition<Circuit, Mailing, OutboxRpc> init(Self<OutboxRpc> self) throws SQLException {
        return goTo(Circuit.CLOSED).data(new Mailing(self, storage.mails(self))).timeout(LOOK, Duration.ZERO, LOOK);
    }

    @Override
    public Transition<Circuit, Mailing, OutboxRpc> handle(Event<OutboxRpc> event, Circuit circuit, Mailing mailing)
            throws SQLException {
        return switch (event) {
            case Event.Message(OutboxRpc.Waiting m, var _) -> keepState().reply(m, mailing.mails.countWaiting());
            case Event.NamedTimeout<OutboxRpc> _ -> look(circuit == Circuit.CLOSED ? BATCH : CONCURRENCY, mailing);
            case Event.StateTimeout<OutboxRpc> _ -> goTo(Circuit.HALF_OPEN).timeout(LOOK, Duration.ZERO, LOOK);
            case Event.Info(var message) -> heard(message, circuit, mailing);
            case Event.EventTimeout<OutboxRpc> _, Event.Internal<OutboxRpc> _ -> unhandled();
        };
    }

    /// The mails are sent by a task, so that the outbox goes on answering. It is linked: it ends with the outbox, and
    /// what it cannot deal with ends the outbox.
    private Transition<Circuit, Mailing, OutboxRpc> look(int limit, Mailing mailing) throws SQLException {
        List<Mail> mails = mailing.mails.waiting(limit);
        if (mails.isEmpty()) {
            return keepState().timeout(LOOK, INTERVAL, LOOK);
        }
        Node node = mailing.self.node();
        TaskSupervisorRef tasks = TaskSupervisorRef.of(node, Names.MAILS);
        Task<Delivery> task = tasks.async(mailing.self, () -> deliver(mails, tasks, node));
        task.sendOutcome();
        mailing.sending = Optional.of(task);
        return keepState();
    }

    /// Sends mails, each in a task of its own, until it is hopeless.
    private Delivery deliver(List<Mail> mails, TaskSupervisorRef tasks, Node node) {
        List<Mail> sent = new ArrayList<>();
        List<Mail> refused = new ArrayList<>();
        int failuresInARow = 0;
        try (Stream<Result<Mail, FailedInput<Mail>>> outcomes = TaskStream.over(mails, this::send)
                .maxConcurrency(CONCURRENCY)
                .timeout(TIME_LIMIT)
                .killOnTimeout()
                .unordered()
                .under(tasks)
                .asyncNolinkWithInput(node)) {
            Iterator<Result<Mail, FailedInput<Mail>>> each = outcomes.iterator();
            while (failuresInARow < FAILURES && each.hasNext()) {
                switch (each.next()) {
                    case Ok(var mail) -> {
                        sent.add(mail);
                        failuresInARow = 0;
                    }
                    case Err(FailedInput(var mail, var _)) -> {
                        refused.add(mail);
                        failuresInARow++;
                    }
                }
            }
        }
        return new Delivery(sent, refused, failuresInARow);
    }

    private Mail send(Mail mail) throws IOException {
        mailer.send(mail);
        return mail;
    }

    private Transition<Circuit, Mailing, OutboxRpc> heard(Object message, Circuit circuit, Mailing mailing)
            throws SQLException {
        Optional<Result<Delivery, ExitReason>> outcome = mailing.sending.flatMap(task -> task.outcomeIn(message));
        if (outcome.isEmpty()) {
            return unhandled();
        }
        return switch (outcome.get()) {
            case Ok(var delivery) -> delivered(delivery, circuit, mailing);
            case Err(var reason) -> stop(reason);
        };
    }

    private Transition<Circuit, Mailing, OutboxRpc> delivered(Delivery delivery, Circuit circuit, Mailing mailing)
            throws SQLException {
        mailing.sending = Optional.empty();
        mailing.mails.mark(delivery.sent(), delivery.refused());
        boolean stillDown = circuit == Circuit.HALF_OPEN && delivery.sent().isEmpty();
        if (stillDown || delivery.failuresInARow() == FAILURES) {
            Duration pause = mailing.pause;
            LOG.log(Level.WARNING, "the mail server takes no mails; it is left alone for " + pause);
            mailing.pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            return goTo(Circuit.OPEN).stateTimeout(pause, "try again");
        }
        mailing.pause = FIRST_PAUSE;
        Duration next =
                delivery.isFullBatch() ? Duration.ZERO : delivery.refused().isEmpty() ? INTERVAL : FIRST_PAUSE;
        return goTo(Circuit.CLOSED).timeout(LOOK, next, LOOK);
    }
}
