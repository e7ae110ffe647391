package dev.skep.conformance.otp;

import static dev.skep.conformance.otp.EventFixture.ONE;
import static dev.skep.conformance.otp.EventFixture.TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Incoming;
import dev.skep.Name;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Response;
import dev.skep.Result;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.otp.EventFixture.Happening;
import dev.skep.conformance.otp.EventFixture.Question;
import dev.skep.event.EventRpc;
import dev.skep.event.GenEvent;
import dev.skep.event.GenEventRef;
import dev.skep.event.HandlerError;
import dev.skep.event.HandlerExit;
import dev.skep.event.HandlerId;
import dev.skep.sys.Sys;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How handlers come and go, and what they hear.
@SkepTest(virtualTime = true)
@CasesOf("gen_event_SUITE")
class EventHandlerTest {
    private GenEventRef<Happening> manager;
    private Testkit skep;
    private Probe probe;

    @BeforeEach
    void startManager(Testkit testkit, Probe witness) {
        skep = testkit;
        probe = witness;
        manager = testkit.start(GenEvent.manager());
    }

    private Result<HandlerId<?>, HandlerError> add(HandlerId<Question> id, String initial) {
        return manager.addHandler(id, () -> new EventFixture(id, probe.pid(), initial));
    }

    private Result<HandlerId<?>, HandlerError> addOwned(Receiver<?> owner, HandlerId<Question> id, String initial) {
        return manager.addSupervisedHandler(owner, id, () -> new EventFixture(id, probe.pid(), initial));
    }

    private void handlersAre(HandlerId<?>... ids) {
        assertThat(manager.whichHandlers()).isEqualTo(List.of(ids));
    }

    private static void failed(Result<?, HandlerError> outcome, HandlerId<?> id, String why) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.error()).isInstanceOfSatisfying(HandlerError.Crashed.class, crash -> {
                            assertThat(crash.id()).isEqualTo(id);
                            assertThat(crash.reason().toString()).contains(why);
                        }));
    }

    private static void notFound(Result<?, HandlerError> outcome, HandlerId<?> id) {
        assertThat(outcome).isEqualTo(Result.err(new HandlerError.NotFound(id)));
    }

    private void ownerHears(Receiver<?> owner, HandlerId<?> of, ExitReason reason) {
        assertThat(owner.receive(HandlerExit.class))
                .isEqualTo(new HandlerExit(manager.pid().orElseThrow(), of, reason));
    }

    private static void ownerHearsOfACrash(Receiver<?> owner, HandlerId<?> of) {
        HandlerExit exit = owner.receive(HandlerExit.class);
        assertThat(exit.handler()).isEqualTo(of);
        assertThat(exit.reason()).isInstanceOf(ExitReason.Crashed.class);
    }

    // ---- Adding, deleting, swapping ------------------------------------------------------------------------------

    @Test
    @Covers({"add_handler", "undef_init"})
    void theLatestHandlerIsTheFirstAndOneThatCannotStartIsNotAdded() {
        failed(add(ONE, "error"), ONE, "my error");
        handlersAre();
        assertThat(add(ONE, "")).isEqualTo(Result.ok(ONE));
        handlersAre(ONE);
        failed(add(TWO, "error"), TWO, "my error");
        handlersAre(ONE);
        assertThat(add(TWO, "")).isEqualTo(Result.ok(TWO));
        handlersAre(TWO, ONE);
    }

    @Test
    @Covers("add_sup_handler")
    void aSupervisedHandlerGoesWithItsOwnerAndItsOwnerHearsOfTheManagersEnd() throws Exception {
        AsProcess.run(skep, self -> {
            failed(addOwned(self, ONE, "error"), ONE, "my error");
            assertThat(addOwned(self, ONE, "")).isEqualTo(Result.ok(ONE));
            handlersAre(ONE);

            manager.pid().orElseThrow().exit(ExitReason.because("sup died"));
            handlersAre();
            probe.expectNext("one lost its owner: sup died");
            ownerHears(self, ONE, ExitReason.shutdown());

            addOwned(self, ONE, "");
            addOwned(self, TWO, "");
            handlersAre(TWO, ONE);
            manager.stop();
            ownerHears(self, TWO, ExitReason.shutdown());
            ownerHears(self, ONE, ExitReason.shutdown());
            return null;
        });
        probe.expectNext("two stops: normal");
        probe.expectNext("one stops: normal");
    }

    @Test
    @Covers("add_sup_handler")
    void aSupervisedHandlerIsRemovedWhenItsOwnerEnds() throws Exception {
        Pid owner = AsProcess.run(skep, self -> {
            addOwned(self, ONE, "");
            return self.pid();
        });

        assertThat(skep.awaitEnd(owner)).isEqualTo(ExitReason.normal());
        probe.expectNext("one lost its owner: normal");
        handlersAre();
    }

    @Test
    @Covers({"delete_handler", "undef_terminate"})
    void whoDeletesAHandlerGetsItsLastWords() {
        add(ONE, "");
        add(TWO, "");
        notFound(manager.deleteHandler(HandlerId.of("nobody")), HandlerId.of("nobody"));
        assertThat(manager.deleteHandler(ONE, "hello")).isEqualTo(Result.ok(Optional.of("hello")));
        handlersAre(TWO);
        assertThat(manager.deleteHandler(TWO)).isEqualTo(Result.ok(Optional.empty()));
        handlersAre();
        notFound(manager.deleteHandler(ONE), ONE);
    }

    @Test
    @Covers("undef_in_terminate")
    void aTerminateThatThrowsIsTheAnswerAndTheHandlerIsGone() {
        add(ONE, "");

        failed(manager.deleteHandler(ONE, "crash"), ONE, "UnsupportedOperationException: in terminate");

        handlersAre();
    }

    @Test
    @Covers("swap_handler")
    void aHandlerTakesThePlaceOfAnotherAndGetsItsLastWords() {
        EventFixture one = new EventFixture(ONE, probe.pid());
        add(ONE, "");
        failed(manager.swapHandler(HandlerId.of("faulty"), one.swapTo(TWO)), TWO, "non existing");
        handlersAre(ONE);

        assertThat(manager.swapHandler(ONE, one.swapTo(TWO))).isEqualTo(Result.ok(TWO));

        handlersAre(TWO);
        assertThat(Sys.of(manager.server()).status().state()).contains("after swap from one to two");
        manager.deleteHandler(TWO);
        handlersAre();
    }

    @Test
    @Covers("swap_sup_handler")
    void aSuccessorKeepsTheOwner() throws Exception {
        EventFixture one = new EventFixture(ONE, probe.pid());
        AsProcess.run(skep, self -> {
            addOwned(self, ONE, "");
            failed(manager.swapHandler(HandlerId.of("faulty"), one.swapTo(TWO)), TWO, "non existing");
            manager.swapHandler(ONE, one.swapTo(TWO));
            handlersAre(TWO);
            swappedAway(self, ONE);
            manager.deleteHandler(TWO);
            ownerHears(self, TWO, ExitReason.normal());

            addOwned(self, ONE, "");
            failed(manager.swapSupervisedHandler(self, HandlerId.of("faulty"), one.swapTo(TWO)), TWO, "non existing");
            assertThat(manager.swapSupervisedHandler(self, ONE, one.swapTo(TWO)))
                    .isEqualTo(Result.ok(TWO));
            handlersAre(TWO);
            swappedAway(self, ONE);
            manager.deleteHandler(TWO);
            ownerHears(self, TWO, ExitReason.normal());
            return null;
        });
    }

    private void swappedAway(Receiver<?> owner, HandlerId<?> old) {
        ownerHears(owner, old, ExitReason.because(new HandlerExit.Swapped(TWO, Optional.of(owner.pid()))));
    }

    // ---- Events and messages -------------------------------------------------------------------------------------

    @Test
    @Covers("notify")
    void handlersHearOfEvents() throws Exception {
        handlersComeAndGoBy(manager::notify);
    }

    @Test
    @Covers("sync_notify")
    void whoNotifiesMayWaitUntilTheHandlersHaveHeardOfIt() throws Exception {
        handlersComeAndGoBy(event -> {
            manager.syncNotify(event);
            if (event instanceof Happening.Said(String what)) {
                assertThat(probe.messages()).asString().contains(what);
            }
        });
    }

    @Test
    @Covers("info")
    void handlersHearOfMessagesToTheManager() throws Exception {
        handlersComeAndGoBy(manager.server()::send);
    }

    private void handlersComeAndGoBy(Consumer<Happening> tell) throws Exception {
        add(ONE, "");
        theyHearAreSwappedAndLeave(tell);

        add(ONE, "");
        tell.accept(new Happening.Faulty());
        probe.expectNext("one crashed");
        handlersAre();

        AsProcess.run(skep, owner -> {
            addOwned(owner, ONE, "");
            theyHearAreSwappedAndLeave(tell);
            swappedAway(owner, ONE);
            ownerHears(owner, TWO, ExitReason.normal());

            for (Happening fault : List.of(new Happening.Crashing(), new Happening.Faulty())) {
                addOwned(owner, ONE, "");
                tell.accept(fault);
                ownerHearsOfACrash(owner, ONE);
                probe.expectNext("one crashed");
            }
            addOwned(owner, ONE, "");
            tell.accept(new Happening.Swapping(TWO));
            tell.accept(new Happening.Crashing());
            swappedAway(owner, ONE);
            ownerHearsOfACrash(owner, TWO);
            probe.expectNext("two crashed");
            return null;
        });
        handlersAre();
        probe.refuteAny();
    }

    private void theyHearAreSwappedAndLeave(Consumer<Happening> tell) {
        handlersAre(ONE);
        tell.accept(new Happening.Said("a"));
        probe.expectNext("one a");
        tell.accept(new Happening.Swapping(TWO));
        handlersAre(TWO);
        tell.accept(new Happening.Said("b"));
        probe.expectNext("two b");
        tell.accept(new Happening.Leaving());
        probe.expectNext("two removed: normal");
        handlersAre();
    }

    // ---- Calls ---------------------------------------------------------------------------------------------------

    @Test
    @Covers("call")
    void aHandlerIsCalledByItsIdAtOnceOrLater() {
        add(ONE, "");
        add(TWO, "");
        for (HandlerId<Question> id : List.of(ONE, TWO)) {
            Result<String, HandlerError> hello = Result.ok("hello from " + id);
            assertThat(manager.call(id, new Question.Hello())).isEqualTo(hello);
            assertThat(manager.request(id, new Question.Hello()).get(Duration.ofSeconds(10)))
                    .isEqualTo(hello);
            manager.request(id, new Question.Hello()).sendTo(probe.pid(), "label");
            probe.expectNext(new Response("label", Result.ok(hello)));
        }
        HandlerId<Question> nobody = HandlerId.of("nobody");
        notFound(manager.call(nobody, new Question.Hello()), nobody);
        notFound(manager.request(nobody, new Question.Hello()).get(Duration.ofSeconds(10)), nobody);
    }

    @Test
    @Covers("call")
    void aCallFailsWithoutAManagerAndWithoutTime() {
        add(ONE, "");
        GenEventRef<Happening> nobody = GenEventRef.of(skep.node(), Name.<EventRpc<Happening>>of("non_exist"));

        assertThatThrownBy(() -> nobody.call(ONE, new Question.Hello())).isInstanceOf(CallException.NoProcess.class);
        PendingCall<Result<String, HandlerError>> request = nobody.request(ONE, new Question.Hello());
        assertThatThrownBy(() -> request.get(Duration.ofSeconds(10))).isInstanceOf(CallException.NoProcess.class);
        manager.request(ONE, new Question.AskFirst(probe.pid()));
        assertThatThrownBy(() -> manager.call(ONE, new Question.Hello(), Duration.ZERO))
                .isInstanceOf(CallException.Timeout.class);
        probe.expect(Incoming.class).from().reply("go on");
    }

    @Test
    @Covers("call")
    void aHandlerMayBeSwappedOrLeaveWithAnAnswerAndOneThatFailsIsRemoved() throws Exception {
        add(ONE, "");
        isSwappedAndLeaves();
        add(ONE, "");
        failed(manager.call(ONE, new Question.FaultyCall()), ONE, "did not reply");
        probe.expectNext("one crashed");
        add(ONE, "");
        failed(manager.call(ONE, new Question.CrashCall()), ONE, "exit call");
        probe.expectNext("one crashed");
        handlersAre();

        AsProcess.run(skep, owner -> {
            addOwned(owner, ONE, "");
            isSwappedAndLeaves();
            swappedAway(owner, ONE);
            ownerHears(owner, TWO, ExitReason.normal());
            for (Question fault : List.of(new Question.FaultyCall(), new Question.CrashCall())) {
                addOwned(owner, ONE, "");
                assertThat(manager.call(ONE, fault).isOk()).isFalse();
                ownerHearsOfACrash(owner, ONE);
                handlersAre();
            }
            return null;
        });
    }

    private void isSwappedAndLeaves() {
        assertThat(manager.call(ONE, new Question.SwapCall(TWO))).isEqualTo(Result.ok("swapped"));
        handlersAre(TWO);
        notFound(manager.call(ONE, new Question.Hello()), ONE);
        assertThat(manager.call(TWO, new Question.LeaveCall())).isEqualTo(Result.ok("gone"));
        probe.expectNext("two removed: normal");
        handlersAre();
    }
}
