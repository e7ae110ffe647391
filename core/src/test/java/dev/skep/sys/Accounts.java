package dev.skep.sys;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Reportable;
import dev.skep.Self;
import dev.skep.server.GenServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// The server of these tests: an account that writes down what happens to it.
final class Accounts {
    private Accounts() {}

    /// What the server is told.
    sealed interface Rpc {
        /// Adds, and answers with the balance.
        record Pay(long amount) implements Rpc, Call<Rpc, Long> {}

        /// Adds.
        record Give(long amount) implements Rpc, Cast<Rpc> {}

        /// Blocks until it is released.
        record Hold(CountDownLatch reached, CountDownLatch release) implements Rpc, Cast<Rpc> {}

        /// Answers after the end.
        record Close() implements Rpc, Call<Rpc, String> {}

        /// Is answered by the next one.
        record Later() implements Rpc, Call<Rpc, String> {}

        /// Answers the last [Later].
        record Now() implements Rpc, Cast<Rpc> {}

        /// Goes on with a continue.
        record GoOn(String argument) implements Rpc, Cast<Rpc> {}

        /// Crashes.
        record Crash() implements Rpc, Cast<Rpc> {}
    }

    /// The state.
    record Balance(long total, String pin) implements Reportable {
        Balance add(long amount) {
            return new Balance(total + amount, pin);
        }

        @Override
        public String toReport() {
            return "balance " + total;
        }
    }

    static final class Account implements GenServer<Balance, Rpc> {
        final List<Object> seen = Collections.synchronizedList(new ArrayList<>());
        private final boolean traps;
        private From waiting = From.nobody();

        Account(boolean traps) {
            this.traps = traps;
        }

        @Override
        public Balance init(Self<Rpc> self) {
            self.trapExit(traps);
            return new Balance(0, "1234");
        }

        @Override
        public Next<Balance> handle(Rpc message, From from, Balance balance) throws Exception {
            return switch (message) {
                case Rpc.Pay pay -> {
                    Balance next = balance.add(pay.amount());
                    yield pay.reply(next.total()).state(next);
                }
                case Rpc.Give(long amount) -> {
                    seen.add(amount);
                    yield Next.noReply().state(balance.add(amount));
                }
                case Rpc.Hold(CountDownLatch reached, CountDownLatch release) -> {
                    reached.countDown();
                    release.await();
                    yield Next.noReply();
                }
                case Rpc.Close close -> close.reply("closed").thenStop(ExitReason.normal());
                case Rpc.Later _ -> {
                    waiting = from;
                    yield Next.noReply();
                }
                case Rpc.Now _ -> {
                    waiting.reply("now");
                    yield Next.noReply();
                }
                case Rpc.GoOn(String argument) -> Next.noReply().continueWith(argument);
                case Rpc.Crash _ -> throw new IllegalStateException("crash");
            };
        }

        @Override
        public Next<Balance> info(Object message, Balance balance) {
            seen.add(message instanceof Exit(var _, ExitReason reason) ? "exit " + reason : message);
            return Next.noReply();
        }

        @Override
        public Next<Balance> handleContinue(Object argument, Balance balance) {
            seen.add("continue " + argument);
            return Next.noReply();
        }

        @Override
        public void terminate(ExitReason reason, Balance balance) {
            seen.add("terminate " + reason);
        }

        @Override
        public Optional<String> version() {
            return Optional.of("v1");
        }
    }
}
