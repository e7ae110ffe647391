package dev.skep.example.workerbee.workers;

import dev.skep.From;
import dev.skep.Next;
import dev.skep.Self;
import dev.skep.example.workerbee.data.Mail;
import dev.skep.example.workerbee.data.OutboxRpc;
import dev.skep.server.GenServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// Sends the mails that were written into the outbox table, in the transactions that they are about. A mail is
/// marked as sent after it has been sent: when the worker dies in between, it is sent again. So every mail is
/// sent at least once, and nothing is mailed about what has not happened.
public final class MailOutbox implements GenServer<MailOutbox.Queue, OutboxRpc> {
    /// How often it looks for mails.
    private static final Duration INTERVAL = Duration.ofMillis(100);

    /// How many mails it sends before it looks after its callers.
    private static final int BATCH = 200;

    private final Database database;
    private final Mailer mailer;

    /// An outbox worker.
    ///
    /// @param database where the mails are
    /// @param mailer what sends them
    public MailOutbox(Database database, Mailer mailer) {
        this.database = database;
        this.mailer = mailer;
    }

    /// The state: the mails, and who sends itself the ticks.
    record Queue(MailStore mails, Self<OutboxRpc> self) implements AutoCloseable, Severable {
        @Override
        public void sever() throws SQLException {
            mails.close();
        }

        @Override
        public void close() throws SQLException {
            mails.close();
        }

        void tickAfter(Duration delay) {
            var _ = self.sendAfter(delay, Tick.TICK);
        }
    }

    /// Time to look for mails.
    private enum Tick {
        TICK
    }

    @Override
    public Queue init(Self<OutboxRpc> self) throws SQLException {
        var queue = new Queue(new MailStore(database.connectFor(self)), self);
        queue.tickAfter(Duration.ZERO);
        return queue;
    }

    @Override
    public Next<Queue> handle(OutboxRpc message, From from, Queue queue) throws SQLException {
        return switch (message) {
            case OutboxRpc.Waiting m -> m.reply(queue.mails().countWaiting());
        };
    }

    @Override
    public Next<Queue> info(Object message, Queue queue) throws SQLException {
        if (message != Tick.TICK) {
            return Next.unhandled();
        }
        List<Mail> mails = queue.mails().waiting(BATCH);
        mails.forEach(mailer::send);
        queue.mails().markSent(mails);
        queue.tickAfter(mails.size() < BATCH ? INTERVAL : Duration.ZERO);
        return Next.noReply();
    }
}
