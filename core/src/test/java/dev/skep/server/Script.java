package dev.skep.server;

import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Self;
import java.util.Optional;

/// A server whose callbacks a test writes as lambdas, and which notes in its journal what happens to it. A callback
/// that is not given does what comes closest to nothing: calls are answered with what they asked.
///
/// The state is a text.
final class Script {
    interface Init {
        String init(Self<Rpc> self) throws Exception;
    }

    interface AfterInit {
        Next<String> afterInit(String state) throws Exception;
    }

    interface OnCall {
        Next<String> call(Rpc.Ask message, From from, String state) throws Exception;
    }

    interface OnCast {
        Next<String> cast(String what, String state) throws Exception;
    }

    interface OnMessage {
        Next<String> message(Object message, String state) throws Exception;
    }

    interface OnTerminate {
        void terminate(ExitReason reason, String state) throws Exception;
    }

    final Journal journal = new Journal();
    private Init init = _ -> "new";
    private AfterInit afterInit = _ -> Next.noReply();
    private OnCall onCall = (message, _, _) -> message.reply(message.what());
    private OnCast onCast = (_, _) -> Next.noReply();
    private Optional<OnMessage> onInfo = Optional.empty();
    private Optional<OnMessage> onContinue = Optional.empty();
    private OnTerminate onTerminate = (_, _) -> {};
    private Optional<Name<Rpc>> name = Optional.empty();

    Script init(Init callback) {
        init = callback;
        return this;
    }

    Script afterInit(AfterInit callback) {
        afterInit = callback;
        return this;
    }

    Script call(OnCall callback) {
        onCall = callback;
        return this;
    }

    Script cast(OnCast callback) {
        onCast = callback;
        return this;
    }

    Script info(OnMessage callback) {
        onInfo = Optional.of(callback);
        return this;
    }

    Script onContinue(OnMessage callback) {
        onContinue = Optional.of(callback);
        return this;
    }

    Script terminate(OnTerminate callback) {
        onTerminate = callback;
        return this;
    }

    Script named(Name<Rpc> given) {
        name = Optional.of(given);
        return this;
    }

    ServerSpec<Rpc> spec() {
        ServerSpec<Rpc> spec = GenServer.spec(Server::new);
        return name.map(spec::named).orElse(spec);
    }

    private final class Server implements GenServer<String, Rpc> {
        @Override
        public String init(Self<Rpc> self) throws Exception {
            journal.add("init");
            return init.init(self);
        }

        @Override
        public Next<String> afterInit(String state) throws Exception {
            return afterInit.afterInit(state);
        }

        @Override
        public Next<String> handle(Rpc message, From from, String state) throws Exception {
            return switch (message) {
                case Rpc.Ask ask -> {
                    journal.add("call " + ask.what());
                    yield onCall.call(ask, from, state);
                }
                case Rpc.Tell(String what) -> {
                    journal.add("cast " + what);
                    yield onCast.cast(what, state);
                }
            };
        }

        @Override
        public Next<String> info(Object message, String state) throws Exception {
            journal.add("info " + message);
            return onInfo.isPresent() ? onInfo.get().message(message, state) : GenServer.super.info(message, state);
        }

        @Override
        public Next<String> handleContinue(Object argument, String state) throws Exception {
            journal.add("continue " + argument);
            return onContinue.isPresent()
                    ? onContinue.get().message(argument, state)
                    : GenServer.super.handleContinue(argument, state);
        }

        @Override
        public void terminate(ExitReason reason, String state) throws Exception {
            journal.add("terminate " + reason);
            onTerminate.terminate(reason, state);
        }
    }
}
