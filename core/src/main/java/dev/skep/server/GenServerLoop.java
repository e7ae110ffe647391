package dev.skep.server;

import dev.skep.Behaviour;
import dev.skep.CodeChange;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.ProcessExit;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.SystemEvent;
import dev.skep.Timeout;
import dev.skep.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Drives a [GenServer]: gives it its messages, and does what it says next.
final class GenServerLoop<S, P> implements Behaviour {
    private final Self<Object> self;
    private GenServer<S, P> server;
    private @Nullable S state;
    /// What `afterInit` said, until the start has been acknowledged.
    private @Nullable Next<S> first;
    /// The answer of a callback that answered and stopped: it is given when `terminate` is done, as in OTP, so that
    /// the caller finds everything cleaned up.
    private @Nullable Runnable farewell;
    /// Runs while the server waits for the next message with a limit.
    private @Nullable Timer idle;

    GenServerLoop(GenServer<S, P> server, Self<Object> self) {
        this.server = server;
        this.self = self;
    }

    @Override
    @SuppressWarnings("unchecked") // the protocol exists only for the compiler
    public void init() throws Exception {
        state = Objects.requireNonNull(server.init((Self<P>) (Self<?>) self), "init returned no state");
    }

    @Override
    public void initialised() throws Exception {
        first = Objects.requireNonNull(server.afterInit(state()), "afterInit returned null; return Next.noReply()");
        Optional<ExitReason> refused = first.stopReason();
        if (refused.isPresent()) {
            throw new ProcessExit(refused.get());
        }
    }

    @Override
    public void started() throws Exception {
        Next<S> next = Objects.requireNonNull(first);
        first = null;
        proceed(next, From.nobody());
    }

    @Override
    @SuppressWarnings("unchecked") // checked by the compiler where it was sent
    public void call(Object message, From from) throws Exception {
        stopWaiting();
        check(server.handle((P) message, from, state()), from, message);
    }

    @Override
    @SuppressWarnings("unchecked") // checked by the compiler where it was sent
    public void cast(Object message) throws Exception {
        stopWaiting();
        check(server.handle((P) message, From.nobody(), state()), From.nobody(), message);
    }

    @Override
    public void info(Object message) throws Exception {
        if (message instanceof Timeout(Timer timer, IdleTimeout idled)) {
            if (timer == idle) {
                idle = null;
                check(server.info(idled, state()), From.nobody(), idled);
            }
        } else {
            stopWaiting();
            check(server.info(message, state()), From.nobody(), message);
        }
    }

    private void check(Next<S> next, From from, Object message) throws Exception {
        Objects.requireNonNull(next, "the handler returned null; return Next.noReply()");
        if (next.isUnhandled()) {
            self.node().unexpected(self.pid(), "does not handle a message; it was dropped", message);
        } else if (next != Next.noReply()) {
            proceed(next, from);
        }
    }

    private void proceed(Next<S> first, From to) throws Exception {
        Next<S> next = first;
        From from = to;
        while (true) {
            Optional<S> newState = next.newState();
            if (newState.isPresent()) {
                state = newState.get();
            }
            Optional<Object> reply = next.reply();
            if (reply.isPresent() && from == From.nobody()) {
                throw new IllegalStateException(
                        "a callback replied with a " + reply.get().getClass().getName()
                                + ", but the message it handled is no call, so nobody waits for a reply");
            }
            Optional<ExitReason> stop = next.stopReason();
            if (stop.isPresent()) {
                if (reply.isPresent()) {
                    From caller = from;
                    farewell = () -> caller.reply(reply.get());
                }
                self.stop(stop.get());
                return;
            }
            reply.ifPresent(from::reply);
            Optional<Duration> timeout = next.idleTimeout();
            if (timeout.isPresent()) {
                idle = self.startTimer(timeout.get(), IdleTimeout.INSTANCE);
                return;
            }
            Optional<Object> continuation = next.continuation();
            if (continuation.isEmpty()) {
                return;
            }
            self.debug(() -> new SystemEvent.Continue(continuation.get()));
            next = Objects.requireNonNull(
                    server.handleContinue(continuation.get(), state()), "handleContinue returned null");
            from = From.nobody();
        }
    }

    /// A message has come: a running idle timeout is over.
    private void stopWaiting() {
        Timer waiting = idle;
        if (waiting != null) {
            waiting.cancel();
            idle = null;
        }
    }

    // ---- System requests -----------------------------------------------------------------------------------------

    @Override
    public S state() {
        return Objects.requireNonNull(state);
    }

    @Override
    public Result<?, String> health() throws Exception {
        return server.health(state());
    }

    @Override
    @SuppressWarnings("unchecked") // checked as far as the server's class tells
    public void replaceState(Object replacement) {
        CodeChange.refuseForeignState(replacement, server, GenServer.class, 0);
        state = (S) replacement;
    }

    @Override
    public Optional<String> version() {
        return server.version();
    }

    @Override
    @SuppressWarnings("unchecked") // checked as far as the classes of the two servers tell
    public Runnable changeCode(CodeChange change) throws Exception {
        GenServer<?, ?> given = change.implementation(GenServer.class);
        CodeChange.refuseForeignProtocol(server, given, GenServer.class, 1);
        GenServer<S, P> next = (GenServer<S, P>) given;
        Object exported = Objects.requireNonNull(
                server.exportState(state(), next.version()), "exportState of the old version returned null");
        Object converted = change.conversion().isPresent()
                ? change.conversion().get().convert(exported, server.version())
                : next.codeChange(exported, server.version(), (Self<P>) (Self<?>) self);
        Objects.requireNonNull(converted, "the conversion made no state");
        CodeChange.refuseForeignState(converted, next, GenServer.class, 0);
        return () -> {
            server = next;
            state = (S) converted;
        };
    }

    @Override
    public void terminate(ExitReason reason) throws Exception {
        try {
            server.terminate(reason, state());
        } finally {
            if (farewell != null) {
                farewell.run();
            }
        }
    }

    @Override
    public Object reportedState() {
        return server.reportedState(state());
    }

    @Override
    public String initialCall() {
        return server.getClass().getName();
    }
}
