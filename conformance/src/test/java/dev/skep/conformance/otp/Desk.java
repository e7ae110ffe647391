package dev.skep.conformance.otp;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ReplyTo;
import dev.skep.Self;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// A server that does as it is told. Tests override what they need otherwise. Its state is a text.
class Desk implements GenServer<String, Desk.Rpc> {
    static final ExitReason STOPPED = ExitReason.because("stopped");
    static final Duration A_SECOND = Duration.ofSeconds(1);

    /// What it is sent.
    sealed interface Rpc {
        /// What it is asked: to `hello` and to others it answers with the same; `later`, when it is told to `answer`;
        /// `state`, with its state; to `stop`, with `ok`. `crash` crashes it, and some end it.
        record Ask(String what) implements Rpc, Call<Rpc, String> {}

        /// What it is told: to `answer`, to `stop`; other things become its state.
        record Tell(String what) implements Rpc, Cast<Rpc> {}

        /// Sends a process what it is told.
        record Notify(Pid who, String what) implements Rpc, Cast<Rpc> {}
    }

    Self<Rpc> self;
    private final Deque<ReplyTo<String>> waiting = new ArrayDeque<>();

    @Override
    public String init(Self<Rpc> here) throws Exception {
        self = here;
        return "new";
    }

    @Override
    public Next<String> handle(Rpc message, From from, String state) throws Exception {
        return switch (message) {
            case Rpc.Ask ask -> asked(ask, from, state);
            case Rpc.Tell(String what) -> told(what, state);
            case Rpc.Notify(Pid who, String what) -> {
                who.send(what);
                yield Next.noReply();
            }
        };
    }

    Next<String> asked(Rpc.Ask ask, From from, String state) throws Exception {
        return switch (ask.what()) {
            case "state" -> ask.reply(state);
            case "later" -> {
                waiting.add(ask.replyTo(from));
                yield Next.noReply();
            }
            case "stop" -> ask.reply("ok").thenStop(STOPPED);
            case "crash" -> throw new IllegalStateException("crashed");
            case "exit" -> throw new ProcessExit(ExitReason.shutdown());
            case "exit with detail" -> throw new ProcessExit(ExitReason.shutdown("reason"));
            case "shutdown" -> Next.stop(ExitReason.shutdown());
            case "shutdown with detail" -> Next.stop(ExitReason.shutdown("stop reason"));
            default -> ask.reply(ask.what());
        };
    }

    Next<String> told(String what, String state) throws Exception {
        return switch (what) {
            case "answer" -> {
                waiting.removeFirst().reply("delayed");
                yield Next.noReply();
            }
            case "stop" -> Next.stop(STOPPED);
            default -> Next.<String>noReply().state(what);
        };
    }
}
