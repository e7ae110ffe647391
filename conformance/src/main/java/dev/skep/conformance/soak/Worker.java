package dev.skep.conformance.soak;

import dev.skep.From;
import dev.skep.Next;
import dev.skep.ReplyTo;
import dev.skep.Self;
import dev.skep.server.GenServer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A server of the soak: does what it is asked, and suffers what is done to it.
final class Worker implements GenServer<Map<Integer, Long>, WorkRpc> {
    private final Ledger ledger;
    /// Nothing is done to it, so it may lose no message.
    private final boolean spared;

    private @Nullable Self<WorkRpc> self;

    private record Answer(ReplyTo<Long> to, long number) {}

    Worker(Ledger ledger, boolean spared) {
        this.ledger = ledger;
        this.spared = spared;
    }

    @Override
    public Map<Integer, Long> init(Self<WorkRpc> own) {
        self = own;
        return new HashMap<>();
    }

    @Override
    public Next<Map<Integer, Long>> handle(WorkRpc message, From from, Map<Integer, Long> last) {
        return switch (message) {
            case WorkRpc.Echo m -> m.reply(m.number());
            case WorkRpc.Retriable m -> m.reply(m.number());
            case WorkRpc.Late m -> {
                Objects.requireNonNull(self).sendAfter(m.delay(), new Answer(m.replyTo(from), m.number()));
                yield Next.noReply();
            }
            case WorkRpc.Numbered(int sender, long number) -> {
                Long before = last.put(sender, number);
                if (spared && number != (before == null ? 0 : before) + 1) {
                    ledger.wrong("message " + number + " of sender " + sender + " came after " + before);
                }
                yield Next.noReply();
            }
            case WorkRpc.Ping() -> Next.noReply();
            case WorkRpc.Crash() -> throw new Fault();
            case WorkRpc.Stall(var time) -> {
                try {
                    Thread.sleep(time);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                yield Next.noReply();
            }
            case WorkRpc.Stick(var time) -> {
                long end = System.nanoTime() + time.toNanos();
                while (System.nanoTime() < end) {
                    LockSupport.parkNanos(end - System.nanoTime());
                    Thread.interrupted();
                }
                yield Next.noReply();
            }
        };
    }

    @Override
    public Next<Map<Integer, Long>> info(Object message, Map<Integer, Long> last) {
        if (message instanceof Answer(ReplyTo<Long> to, long number)) {
            to.reply(number);
        }
        return Next.noReply();
    }

    /// An injected crash. It has no stack, since there are many.
    static final class Fault extends RuntimeException {
        Fault() {
            super("injected", null, false, false);
        }
    }
}
