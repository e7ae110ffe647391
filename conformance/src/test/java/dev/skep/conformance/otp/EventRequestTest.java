package dev.skep.conformance.otp;

import static dev.skep.conformance.otp.EventFixture.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Incoming;
import dev.skep.PendingCall;
import dev.skep.PendingCalls;
import dev.skep.Response;
import dev.skep.Result;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.otp.EventFixture.Happening;
import dev.skep.conformance.otp.EventFixture.Question;
import dev.skep.event.GenEvent;
import dev.skep.event.GenEventRef;
import dev.skep.event.HandlerError;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests to handlers of several managers, whose answers are taken as they come. Each handler answers when its gate
/// does.
@SkepTest(virtualTime = true)
@CasesOf("gen_event_SUITE")
class EventRequestTest {
    private static final Duration NOW = Duration.ZERO;
    private static final Duration LONG = Duration.ofSeconds(10);

    private record Managed(GenEventRef<Happening> manager, Probe gate) {
        PendingCall<Result<String, HandlerError>> ask() {
            return manager.request(ONE, new Question.AskFirst(gate.pid()));
        }

        void open() {
            gate.expect(Incoming.class).from().reply("go on");
        }
    }

    private Testkit skep;
    private Managed one;
    private Managed two;
    private Managed three;
    private PendingCall<Result<String, HandlerError>> before;

    @BeforeEach
    void startThree(Testkit testkit) {
        skep = testkit;
        one = start();
        two = start();
        three = start();
        before = one.manager().request(ONE, new Question.Hello());
    }

    private Managed start() {
        Managed made = new Managed(skep.start(GenEvent.manager()), skep.probe());
        made.manager().addHandler(ONE, () -> new EventFixture(ONE, made.gate().pid()));
        return made;
    }

    private void theOtherRequestHasItsAnswer() {
        assertThat(before.get(LONG)).isEqualTo(Result.ok("hello from one"));
    }

    private static Optional<PendingCalls.Answer<String, Result<String, HandlerError>>> delayed(String label) {
        return Optional.of(new PendingCalls.Answer<>(label, Result.ok(Result.ok("delayed"))));
    }

    private PendingCalls<String, Result<String, HandlerError>> askAll() {
        PendingCalls<String, Result<String, HandlerError>> calls = new PendingCalls<>();
        calls.add("req1", one.ask());
        assertThat(calls.size()).isEqualTo(1);
        calls.add("req2", two.ask());
        calls.add("req3", three.ask());
        assertThat(calls.size()).isEqualTo(3);
        return calls;
    }

    @Test
    @Covers({"send_request_wait_reqid_collection", "send_request_receive_reqid_collection"})
    void answersAreTakenInTheOrderInWhichTheyComeAndWhoHasWaitedInVainMayWaitAgain() {
        PendingCalls<String, Result<String, HandlerError>> calls = askAll();

        assertThat(calls.next(NOW)).isEmpty();
        two.open();
        assertThat(calls.next(LONG)).isEqualTo(delayed("req2"));
        assertThat(calls.next(NOW)).isEmpty();
        assertThat(calls.size()).isEqualTo(2);
        three.open();
        assertThat(calls.next(LONG)).isEqualTo(delayed("req3"));
        one.open();
        assertThat(calls.next(LONG)).isEqualTo(delayed("req1"));
        assertThat(calls.size()).isZero();

        assertThat(calls.next(LONG)).as("there is no request").isEmpty();
        theOtherRequestHasItsAnswer();
    }

    @Test
    @Covers("send_request_receive_reqid_collection")
    void whatIsNotAnsweredInTimeCanBeGivenUp() {
        PendingCalls<String, Result<String, HandlerError>> calls = askAll();
        two.open();
        skep.await("the second has answered", () -> two.gate().messages().isEmpty());
        skep.settle();

        List<PendingCalls.Answer<String, Result<String, HandlerError>>> answers = calls.awaitAll(NOW);

        assertThat(Optional.of(answers.getFirst())).isEqualTo(delayed("req2"));
        assertThat(answers.subList(1, 3))
                .allSatisfy(answer -> assertThatThrownBy(() -> answer.outcome().orElseThrow(failure -> failure))
                        .isInstanceOf(CallException.Timeout.class));
        assertThat(calls.size()).isZero();
        one.open();
        three.open();
        assertThat(calls.next(LONG)).as("they were given up").isEmpty();
        theOtherRequestHasItsAnswer();
    }

    @Test
    @Covers({"send_request_wait_reqid_collection", "send_request_receive_reqid_collection"})
    void aRequestToADeadManagerFailsAndTheOthersAreAnswered() {
        kill(two);
        PendingCalls<String, Result<String, HandlerError>> calls = new PendingCalls<>();
        PendingCall<Result<String, HandlerError>> first = one.ask();
        calls.add("req1", first);
        assertThatThrownBy(() -> calls.add("again", first)).isInstanceOf(IllegalStateException.class);
        calls.add("req2", two.ask());
        calls.add("req3", three.ask());

        assertThat(calls.next(LONG)).hasValueSatisfying(answer -> {
            assertThat(answer.label()).isEqualTo("req2");
            assertThatThrownBy(() -> answer.outcome().orElseThrow(failure -> failure))
                    .isInstanceOf(CallException.NoProcess.class);
        });
        three.open();
        assertThat(calls.next(LONG)).isEqualTo(delayed("req3"));
        one.open();
        assertThat(calls.next(LONG)).isEqualTo(delayed("req1"));
        theOtherRequestHasItsAnswer();
    }

    private void kill(Managed managed) {
        skep.allowCrashes(crash -> crash.reason().equals(ExitReason.killed()));
        managed.manager().pid().orElseThrow().exit(ExitReason.kill());
        skep.awaitEnd(managed.manager().pid().orElseThrow());
    }

    @Test
    @Covers("send_request_check_reqid_collection")
    void aProcessGetsTheAnswersAsMessagesWithTheLabelsOfTheirRequests(Probe probe) {
        before.sendTo(probe.pid(), "before");
        probe.expectNext(new Response("before", Result.ok(Result.ok("hello from one"))));
        one.ask().sendTo(probe.pid(), "req1");
        two.ask().sendTo(probe.pid(), "req2");
        three.ask().sendTo(probe.pid(), "req3");
        probe.refuteAny();

        two.open();
        probe.expectNext(new Response("req2", Result.ok(Result.ok("delayed"))));
        three.open();
        probe.expectNext(new Response("req3", Result.ok(Result.ok("delayed"))));
        one.open();
        probe.expectNext(new Response("req1", Result.ok(Result.ok("delayed"))));
    }

    @Test
    @Covers("send_request_check_reqid_collection")
    void theMessageOfARequestToADeadManagerSaysSo(Probe probe) {
        kill(two);
        one.ask().sendTo(probe.pid(), "req1");
        two.ask().sendTo(probe.pid(), "req2");

        Response dead = probe.expect(Response.class);
        assertThat(dead.label()).isEqualTo("req2");
        assertThatThrownBy(() -> dead.outcome().orElseThrow(failure -> failure))
                .isInstanceOf(CallException.NoProcess.class);
        one.open();
        probe.expectNext(new Response("req1", Result.ok(Result.ok("delayed"))));
    }
}
