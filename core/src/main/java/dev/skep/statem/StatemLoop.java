package dev.skep.statem;

import dev.skep.Behaviour;
import dev.skep.CodeChange;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Reportable;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.SystemEvent;
import dev.skep.Timeout;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Drives a [GenStatem]: gives it its events, and makes the transitions that it asks for. What is at hand is
/// handled before the process takes another message, so all of it happens within the handling of one message.
final class StatemLoop<S, D, P> implements Behaviour {
    private final Self<Object> self;
    private GenStatem<S, D, P> callbacks;
    /// The callbacks below the pushed ones, latest first.
    private @Nullable ArrayDeque<GenStatem<S, D, P>> below;
    private @Nullable S state;
    private @Nullable D data;
    /// What `init` said, until the start has been acknowledged.
    private @Nullable Transition<S, D, P> first;
    private @Nullable Agenda<P> agenda;
    private @Nullable Timeouts timeouts;
    /// What is being handled, if it is not the message that the process knows of.
    private @Nullable Event<P> handling;
    private boolean stopping;

    StatemLoop(GenStatem<S, D, P> callbacks, Self<Object> self) {
        this.callbacks = callbacks;
        this.self = self;
    }

    // ---- Starting ------------------------------------------------------------------------------------------------

    @Override
    @SuppressWarnings("unchecked") // the protocol exists only for the compiler
    public void init() throws Exception {
        Transition<S, D, P> start = Objects.requireNonNull(
                callbacks.init((Self<P>) (Self<?>) self), "init returned null; return goTo(state).data(data)");
        if (start.stateOrNull() == null || start.dataOrNull() == null) {
            throw new IllegalStateException("init has to say where the machine starts, and returned " + start
                    + "; return goTo(state).data(data), or throw a ProcessExit to fail");
        }
        state = start.stateOrNull();
        data = start.dataOrNull();
        first = start;
    }

    @Override
    public void started() throws Exception {
        Transition<S, D, P> start = Objects.requireNonNull(first);
        first = null;
        move(start, null);
        handleAllAtHand();
    }

    // ---- Events --------------------------------------------------------------------------------------------------

    @Override
    @SuppressWarnings("unchecked") // checked by the compiler where it was sent
    public void call(Object message, From from) throws Exception {
        handle(new Event.Message<>((P) message, from));
        handleAllAtHand();
    }

    @Override
    @SuppressWarnings("unchecked") // checked by the compiler where it was sent
    public void cast(Object message) throws Exception {
        handle(new Event.Message<>((P) message, From.nobody()));
        handleAllAtHand();
    }

    @Override
    public void info(Object message) throws Exception {
        if (message instanceof Timeout(var timer, TimeoutKey key)) {
            handling = timeouts == null ? null : timeouts.rung(key, timer);
            if (handling == null) {
                return; // cancelled, or started anew, when it was in the mailbox already
            }
            handle(handling);
        } else {
            handle(new Event.Info<>(message));
        }
        handleAllAtHand();
    }

    private void handleAllAtHand() throws Exception {
        while (true) {
            handling = stopping ? null : next();
            if (handling == null) {
                return;
            }
            self.checkpoint(); // there may be no end of them
            tell(handling);
            handle(handling);
        }
    }

    /// Tells debug functions, who hear of messages from the runtime.
    private void tell(Event<P> atHand) {
        self.debug(() -> new SystemEvent.Continue(atHand));
    }

    private @Nullable Event<P> next() {
        Event<P> event = agenda == null ? null : agenda.poll();
        return event != null || timeouts == null ? event : timeouts.pollDue();
    }

    private void handle(Event<P> event) throws Exception {
        Transition<S, D, P> transition = Objects.requireNonNull(
                callbacks.handle(event, current(), data()), "the callback returned null; return keepState()");
        if (transition.isPlainKeep()) {
            endEventTimeout();
        } else if (transition.isUnhandled()) {
            endEventTimeout();
            self.node().unexpected(self.pid(), "does not handle an event in its state; it was dropped", event);
        } else {
            move(transition, event);
        }
    }

    // ---- Transitions ---------------------------------------------------------------------------------------------

    /// @param event what was handled; null at the start
    private void move(Transition<S, D, P> transition, @Nullable Event<P> event) throws Exception {
        S old = current();
        S next = transition.stateOrNull() == null ? old : transition.stateOrNull();
        boolean changes = next != old && !next.equals(old);
        state = next;
        replaceData(transition);
        Effects<P> effects = new Effects<>();
        perform(transition, event, effects);
        if (stops(transition.stopReason())) {
            return;
        }
        if ((changes || transition.repeats() || event == null) && !enter(old, effects)) {
            return;
        }
        if (effects.postpone && event != null) {
            agenda().postpone(event);
            self.debug(() -> new SystemEvent.Other("postpones " + event.toReport()));
        }
        if (changes) {
            leaveState();
            self.debug(() -> new SystemEvent.Other("leaves state " + StateAndData.text(old)));
        }
        endEventTimeout();
        if (effects.haveTimeouts()) {
            Timeouts mine = timeouts();
            effects.timeouts().forEach(mine::apply);
        }
        if (!effects.inserted().isEmpty()) {
            agenda().insert(effects.inserted());
        }
    }

    /// Makes the enter calls.
    ///
    /// @return false if the machine stops
    private boolean enter(S old, Effects<P> effects) throws Exception {
        while (true) {
            Entry<D> entry = Objects.requireNonNull(
                    callbacks.enter(old, current(), data()), "enter returned null; return entered()");
            replaceData(entry);
            perform(entry, null, effects);
            if (stops(entry.stopReason())) {
                return false;
            }
            if (!entry.isAgain()) {
                return true;
            }
            self.checkpoint(); // there may be no end of it
        }
    }

    private void leaveState() {
        if (agenda != null) {
            agenda.retryPostponed();
        }
        if (timeouts != null) {
            timeouts.cancel(TimeoutKey.Single.STATE);
        }
    }

    private void endEventTimeout() {
        if (timeouts != null) {
            timeouts.cancelEventTimeout();
        }
    }

    private void replaceData(Actions<D, ?> said) {
        if (said.dataOrNull() != null) {
            data = said.dataOrNull();
        }
    }

    private boolean stops(Optional<ExitReason> reason) {
        reason.ifPresent(why -> {
            stopping = true;
            self.stop(why);
        });
        return stopping;
    }

    // ---- Actions -------------------------------------------------------------------------------------------------

    private void perform(Actions<D, ?> said, @Nullable Event<P> event, Effects<P> effects) {
        if (said.hasActions()) {
            for (Action action : said.inOrder()) {
                perform(action, event, effects);
            }
        }
    }

    @SuppressWarnings("unchecked") // Transition's methods take them with the types of this machine
    private void perform(Action action, @Nullable Event<P> event, Effects<P> effects) {
        switch (action) {
            case Action.Answer answer -> callerOf(answer, event).reply(answer.value());
            case Action.Reply reply -> reply.to().from().reply(reply.value());
            case Action.OfTimeout timeout -> effects.change(timeout);
            case Action.Postpone(boolean postpone) -> effects.postpone = postpone;
            case Action.NextEvent(Event<?> inserted) -> effects.insert((Event<P>) inserted);
            case Action.ChangeCallbacks(GenStatem<?, ?, ?> next) -> callbacks = (GenStatem<S, D, P>) next;
            case Action.PushCallbacks(GenStatem<?, ?, ?> next) -> {
                if (below == null) {
                    below = new ArrayDeque<>(2);
                }
                below.push(callbacks);
                callbacks = (GenStatem<S, D, P>) next;
            }
            case Action.PopCallbacks() -> {
                if (below == null || below.isEmpty()) {
                    throw new IllegalStateException("popCallbacks() without callbacks to go back to: those of "
                            + callbacks.getClass().getName() + " have not been pushed");
                }
                callbacks = below.pop();
            }
        }
    }

    /// Whom an answer to the event at hand is for. An answer to any other message would reach the wrong caller.
    private static From callerOf(Action.Answer answer, @Nullable Event<?> event) {
        String what = "a callback replied to a " + answer.message().getClass().getName();
        if (!(event instanceof Event.Message<?>(Object message, From from)) || message != answer.message()) {
            throw new IllegalStateException(what + ", but the event that it handled is "
                    + (event == null
                            ? "none"
                            : "another one: " + event.getClass().getName())
                    + "; keep message.replyTo(from) to reply later");
        }
        if (from == From.nobody()) {
            throw new IllegalStateException(what + ", but that has not come as a call, so nobody waits for a reply");
        }
        return from;
    }

    // ---- System requests -----------------------------------------------------------------------------------------

    @Override
    public Object state() {
        return new StateAndData<>(current(), data());
    }

    @Override
    @SuppressWarnings("unchecked") // checked as far as the class of the callbacks tells
    public void replaceState(Object replacement) {
        StateAndData<?, ?> both = stateAndData(replacement, callbacks);
        state = (S) both.state();
        data = (D) both.data();
    }

    @Override
    public Optional<String> version() {
        return callbacks.version();
    }

    /// What is postponed and what runs goes on. Pushed callbacks are of the old version, so there must be none.
    @Override
    @SuppressWarnings("unchecked") // checked as far as the classes of the callbacks tell
    public Runnable changeCode(CodeChange change) throws Exception {
        GenStatem<?, ?, ?> given = change.implementation(GenStatem.class);
        CodeChange.refuseForeignProtocol(callbacks, given, GenStatem.class, 2);
        if (below != null && !below.isEmpty()) {
            throw new IllegalStateException("callbacks have been pushed, and those below would be of another version;"
                    + " change the code when they are popped");
        }
        GenStatem<S, D, P> next = (GenStatem<S, D, P>) given;
        Object exported = Objects.requireNonNull(
                callbacks.exportState(new StateAndData<>(current(), data()), next.version()),
                "exportState of the old version returned null");
        Object converted = change.conversion().isPresent()
                ? change.conversion().get().convert(exported, callbacks.version())
                : next.codeChange(exported, callbacks.version(), (Self<P>) (Self<?>) self);
        StateAndData<?, ?> both = stateAndData(Objects.requireNonNull(converted, "the conversion made no state"), next);
        return () -> {
            callbacks = next;
            state = (S) both.state();
            data = (D) both.data();
        };
    }

    private static StateAndData<?, ?> stateAndData(Object given, GenStatem<?, ?, ?> callbacks) {
        if (!(given instanceof StateAndData<?, ?> both)) {
            throw new IllegalArgumentException("the state of a GenStatem is a StateAndData, but was given a "
                    + given.getClass().getName());
        }
        CodeChange.refuseForeignState(both.state(), callbacks, GenStatem.class, 0);
        CodeChange.refuseForeignState(both.data(), callbacks, GenStatem.class, 1);
        return both;
    }

    // ---- The end, and reports ------------------------------------------------------------------------------------

    @Override
    public Result<?, String> health() throws Exception {
        return callbacks.health(current(), data());
    }

    @Override
    public void terminate(ExitReason reason) throws Exception {
        callbacks.terminate(reason, current(), data());
    }

    /// What is short comes first: the text of the data may be cut.
    @Override
    public Object reportedState() {
        StringBuilder text = new StringBuilder();
        if (agenda != null) {
            text.append(agenda.postponed()).append(" postponed, ");
            text.append(agenda.atHand()).append(" at hand; ");
        }
        String running = timeouts == null ? "" : timeouts.describe();
        if (!running.isEmpty()) {
            text.append("runs ").append(running).append("; ");
        }
        if (handling != null) {
            text.append("handles ").append(StateAndData.text(handling)).append("; ");
        }
        text.append(StateAndData.text(callbacks.reportedState(current(), data())));
        return (Reportable) text::toString;
    }

    @Override
    public String initialCall() {
        return callbacks.getClass().getName();
    }

    private S current() {
        return Objects.requireNonNull(state);
    }

    private D data() {
        return Objects.requireNonNull(data);
    }

    private Agenda<P> agenda() {
        Agenda<P> mine = agenda;
        if (mine == null) {
            mine = new Agenda<>();
            agenda = mine;
        }
        return mine;
    }

    private Timeouts timeouts() {
        Timeouts mine = timeouts;
        if (mine == null) {
            mine = new Timeouts(self);
            timeouts = mine;
        }
        return mine;
    }
}
