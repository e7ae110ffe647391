package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.conformance.otp.PhoneStatem.PhoneRpc;
import dev.skep.conformance.otp.PhoneStatem.State;
import dev.skep.statem.Event;
import dev.skep.statem.GenStatem;
import dev.skep.statem.StatemSpec;
import dev.skep.statem.Transition;
import dev.skep.testkit.Probe;
import java.time.Duration;

/// A phone: somebody calls, the phone says that it was taken, the caller confirms, both talk, and hang up.
final class PhoneStatem implements GenStatem<State, Integer, PhoneRpc> {
    enum State {
        IDLE,
        TAKEN,
        CONNECTED
    }

    sealed interface PhoneRpc {
        record IsAlive() implements PhoneRpc, Call<PhoneRpc, String> {}

        record TellAlive(Pid who) implements PhoneRpc, Cast<PhoneRpc> {}

        record Where() implements PhoneRpc, Call<PhoneRpc, State> {}

        record Connect() implements PhoneRpc, Call<PhoneRpc, String> {}

        record TellConnect(Pid who) implements PhoneRpc, Cast<PhoneRpc> {}

        record Confirm() implements PhoneRpc, Call<PhoneRpc, String> {}

        record TellConfirm() implements PhoneRpc, Cast<PhoneRpc> {}

        record Ping(Pid who, String tag) implements PhoneRpc, Cast<PhoneRpc> {}

        record Say(String words) implements PhoneRpc, Call<PhoneRpc, String> {}

        record TellWords(Pid who, String words) implements PhoneRpc, Cast<PhoneRpc> {}

        record HangUp() implements PhoneRpc, Cast<PhoneRpc> {}

        record AnswerAfter(Duration time) implements PhoneRpc, Call<PhoneRpc, String> {}

        record Stop(ExitReason reason) implements PhoneRpc, Call<PhoneRpc, String> {}
    }

    static StatemSpec<PhoneRpc> spec() {
        return GenStatem.spec(PhoneStatem::new);
    }

    /// A phone that does something before it starts.
    static StatemSpec<PhoneRpc> after(Runnable init) {
        return GenStatem.spec(() -> {
            init.run();
            return new PhoneStatem();
        });
    }

    @Override
    public Transition<State, Integer, PhoneRpc> init(Self<PhoneRpc> self) {
        return goTo(State.IDLE).data(0);
    }

    @Override
    public Transition<State, Integer, PhoneRpc> handle(Event<PhoneRpc> event, State state, Integer said) {
        return switch (event) {
            case Event.Message<PhoneRpc> message -> handle(message, state, said);
            case Event.NamedTimeout<PhoneRpc>(Object _, Object answer) -> {
                ((Runnable) answer).run();
                yield keepState();
            }
            case Event.Info<PhoneRpc> _,
                    Event.StateTimeout<PhoneRpc> _,
                    Event.EventTimeout<PhoneRpc> _,
                    Event.Internal<PhoneRpc> _ -> unhandled();
        };
    }

    private Transition<State, Integer, PhoneRpc> handle(Event.Message<PhoneRpc> event, State state, Integer said) {
        return switch (event.message()) {
            case PhoneRpc.IsAlive m -> keepState().reply(m, "yes");
            case PhoneRpc.TellAlive(Pid who) -> tell(who, "yes", keepState());
            case PhoneRpc.Where m -> keepState().reply(m, state);
            case PhoneRpc.Stop m -> stop(m.reason()).reply(m, "stopped");
            case PhoneRpc.AnswerAfter m -> {
                var caller = m.replyTo(event.from());
                Runnable answer = () -> caller.reply("delayed");
                yield keepState().timeout(caller, m.time(), answer);
            }
            case PhoneRpc.Connect m ->
                state == State.IDLE ? goTo(State.TAKEN).reply(m, "accept") : postpone();
            case PhoneRpc.TellConnect(Pid who) ->
                state == State.IDLE ? tell(who, "accept", goTo(State.TAKEN)) : postpone();
            case PhoneRpc.Confirm m ->
                state == State.TAKEN ? goTo(State.CONNECTED).reply(m, "yes") : postpone();
            case PhoneRpc.TellConfirm() -> state == State.TAKEN ? goTo(State.CONNECTED) : postpone();
            case PhoneRpc.Ping(Pid who, String tag) ->
                state == State.CONNECTED ? tell(who, "pong " + tag, keepState()) : postpone();
            case PhoneRpc.Say m ->
                state == State.CONNECTED ? keepState().data(said + 1).reply(m, "ack " + m.words()) : postpone();
            case PhoneRpc.TellWords(Pid who, String words) ->
                state == State.CONNECTED ? tell(who, "ack " + words, keepState().data(said + 1)) : postpone();
            case PhoneRpc.HangUp() -> state == State.CONNECTED ? goTo(State.IDLE) : postpone();
        };
    }

    private static Transition<State, Integer, PhoneRpc> tell(
            Pid who, String what, Transition<State, Integer, PhoneRpc> next) {
        who.send(what);
        return next;
    }

    /// Goes once through everything that a phone can do, with casts and with calls. The phone is idle afterwards.
    static void works(ServerRef<PhoneRpc> phone, Probe probe) {
        worksByCasts(phone, probe);
        worksByCalls(phone, probe);
    }

    private static void worksByCasts(ServerRef<PhoneRpc> phone, Probe probe) {
        phone.cast(new PhoneRpc.TellAlive(probe.pid()));
        probe.expectNext("yes");
        isIn(State.IDLE, phone);
        phone.cast(new PhoneRpc.TellConnect(probe.pid()));
        probe.expectNext("accept");
        isIn(State.TAKEN, phone);
        phone.cast(new PhoneRpc.Ping(probe.pid(), "1"));
        phone.cast(new PhoneRpc.TellConfirm());
        probe.expectNext("pong 1");
        isIn(State.CONNECTED, phone);
        for (String words : new String[] {"a", "b", "c"}) {
            phone.cast(new PhoneRpc.TellWords(probe.pid(), words));
            probe.expectNext("ack " + words);
        }
        phone.cast(new PhoneRpc.HangUp());
        isIn(State.IDLE, phone);
    }

    private static void worksByCalls(ServerRef<PhoneRpc> phone, Probe probe) {
        assertThat(phone.call(new PhoneRpc.IsAlive())).isEqualTo("yes");
        assertThat(phone.call(new PhoneRpc.Connect())).isEqualTo("accept");
        isIn(State.TAKEN, phone);
        phone.cast(new PhoneRpc.Ping(probe.pid(), "2"));
        assertThat(phone.call(new PhoneRpc.Confirm())).isEqualTo("yes");
        probe.expectNext("pong 2");
        for (String words : new String[] {"d", "e", "f"}) {
            assertThat(phone.call(new PhoneRpc.Say(words))).isEqualTo("ack " + words);
        }
        phone.cast(new PhoneRpc.HangUp());
        isIn(State.IDLE, phone);
    }

    static void isIn(State state, ServerRef<PhoneRpc> phone) {
        assertThat(phone.call(new PhoneRpc.Where())).isEqualTo(state);
    }
}
