package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.PendingCall;
import dev.skep.PendingCalls;
import dev.skep.Response;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.otp.PhoneStatem.PhoneRpc;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests to several machines, whose answers are taken as they come.
@SkepTest(virtualTime = true)
@CasesOf("gen_statem_SUITE")
class StatemRequestTest {
    private static final Duration NOW = Duration.ZERO;

    private Testkit skep;
    private VirtualClock clock;
    private ServerRef<PhoneRpc> one;
    private ServerRef<PhoneRpc> two;
    private ServerRef<PhoneRpc> three;
    private PendingCall<String> before;

    @BeforeEach
    void startThree(Testkit testkit, VirtualClock time) {
        skep = testkit;
        clock = time;
        one = testkit.start(PhoneStatem.spec());
        two = testkit.start(PhoneStatem.spec());
        three = testkit.start(PhoneStatem.spec());
        before = one.request(new PhoneRpc.IsAlive());
    }

    private static PendingCall<String> ask(ServerRef<PhoneRpc> phone, int milliseconds) {
        return phone.request(new PhoneRpc.AnswerAfter(Duration.ofMillis(milliseconds)));
    }

    private PendingCalls<String, String> askAll() {
        PendingCalls<String, String> calls = new PendingCalls<>();
        calls.add("req1", ask(one, 400));
        assertThat(calls.size()).isEqualTo(1);
        calls.add("req2", ask(two, 1));
        assertThat(calls.size()).isEqualTo(2);
        calls.add("req3", ask(three, 200));
        assertThat(calls.size()).isEqualTo(3);
        skep.settle();
        return calls;
    }

    private void passes(int milliseconds) {
        clock.advance(Duration.ofMillis(milliseconds));
    }

    private static Optional<PendingCalls.Answer<String, String>> delayed(String label) {
        return Optional.of(new PendingCalls.Answer<>(label, Result.ok("delayed")));
    }

    private static CallException failureOf(Result<?, CallException> outcome) {
        return outcome.fold(value -> fail("there is an answer: " + value), failure -> failure);
    }

    private void theOtherRequestHasItsAnswer() {
        assertThat(before.get(NOW)).isEqualTo("yes");
    }

    @Test
    @Covers({"send_request_wait_reqid_collection", "send_request_receive_reqid_collection"})
    void answersAreTakenInTheOrderInWhichTheyCome() {
        PendingCalls<String, String> calls = askAll();

        passes(1);
        assertThat(calls.next(NOW)).isEqualTo(delayed("req2"));
        assertThat(calls.size()).isEqualTo(2);
        passes(199);
        assertThat(calls.next(NOW)).isEqualTo(delayed("req3"));
        passes(200);
        assertThat(calls.next(NOW)).isEqualTo(delayed("req1"));
        assertThat(calls.size()).isZero();

        assertThat(calls.next(Duration.ofSeconds(5))).as("there is no request").isEmpty();
        theOtherRequestHasItsAnswer();
    }

    @Test
    @Covers("send_request_wait_reqid_collection")
    void whoHasWaitedInVainMayWaitAgain() {
        PendingCalls<String, String> calls = askAll();

        passes(100);
        assertThat(calls.next(NOW)).isEqualTo(delayed("req2"));
        assertThat(calls.next(NOW)).isEmpty();
        assertThat(calls.size()).isEqualTo(2);

        passes(1500);
        assertThat(calls.next(NOW)).isEqualTo(delayed("req3"));
        assertThat(calls.next(NOW)).isEqualTo(delayed("req1"));
        theOtherRequestHasItsAnswer();
    }

    @Test
    @Covers("send_request_receive_reqid_collection")
    void whatIsNotAnsweredInTimeCanBeGivenUp() throws Exception {
        var answers = AsProcess.begin(skep, _ -> {
            PendingCalls<String, String> calls = askAll(400, 1, 200);
            List<PendingCalls.Answer<String, String>> all = calls.awaitAll(Duration.ofMillis(100));
            assertThat(calls.size()).isZero();
            assertThat(calls.next(Duration.ofSeconds(1))).as("they were given up").isEmpty();
            return all;
        });

        passes(100);
        passes(2000);

        assertThat(AsProcess.result(answers)).satisfiesExactly(
                answer -> assertThat(Optional.of(answer)).isEqualTo(delayed("req2")),
                answer -> timedOut("req1", answer),
                answer -> timedOut("req3", answer));
        theOtherRequestHasItsAnswer();
    }

    private PendingCalls<String, String> askAll(int first, int second, int third) {
        PendingCalls<String, String> calls = new PendingCalls<>();
        calls.add("req1", ask(one, first));
        calls.add("req2", ask(two, second));
        calls.add("req3", ask(three, third));
        return calls;
    }

    private static void timedOut(String label, PendingCalls.Answer<String, String> answer) {
        assertThat(answer.label()).isEqualTo(label);
        assertThat(failureOf(answer.outcome())).isInstanceOf(CallException.Timeout.class);
    }

    @Test
    @Covers({"send_request_wait_reqid_collection", "send_request_receive_reqid_collection"})
    void aRequestToADeadMachineFailsAndTheOthersAreAnswered() {
        kill(two);
        PendingCalls<String, String> calls = new PendingCalls<>();
        PendingCall<String> first = ask(one, 400);
        calls.add("req1", first);
        assertThatThrownBy(() -> calls.add("again", first)).isInstanceOf(IllegalStateException.class);
        calls.add("req2", ask(two, 1));
        calls.add("req3", ask(three, 200));
        assertThat(calls.size()).isEqualTo(3);

        assertThat(calls.next(NOW)).hasValueSatisfying(answer -> {
            assertThat(answer.label()).isEqualTo("req2");
            assertThat(failureOf(answer.outcome())).isInstanceOf(CallException.NoProcess.class);
        });
        passes(400);
        assertThat(calls.next(NOW)).isEqualTo(delayed("req3"));
        assertThat(calls.next(NOW)).isEqualTo(delayed("req1"));
        theOtherRequestHasItsAnswer();
    }

    private void kill(ServerRef<PhoneRpc> phone) {
        skep.allowCrashes(crash -> crash.reason().equals(ExitReason.killed()));
        phone.pid().orElseThrow().exit(ExitReason.kill());
        assertThat(skep.awaitEnd(phone.pid().orElseThrow())).isEqualTo(ExitReason.killed());
    }

    @Test
    @Covers("send_request_check_reqid_collection")
    void aProcessGetsTheAnswersAsMessagesWithTheLabelsOfTheirRequests(Probe probe) {
        before.sendTo(probe.pid(), "before");
        ask(one, 400).sendTo(probe.pid(), "req1");
        ask(two, 1).sendTo(probe.pid(), "req2");
        ask(three, 200).sendTo(probe.pid(), "req3");

        probe.expectNext(new Response("before", Result.ok("yes")));
        skep.settle();
        passes(400);

        for (String label : List.of("req2", "req3", "req1")) {
            probe.expectNext(new Response(label, Result.ok("delayed")));
        }
        probe.refuteAny();
    }

    @Test
    @Covers("send_request_check_reqid_collection")
    void theMessageOfARequestToADeadMachineSaysSo(Probe probe) {
        kill(two);
        ask(one, 400).sendTo(probe.pid(), "req1");
        ask(two, 1).sendTo(probe.pid(), "req2");
        ask(three, 200).sendTo(probe.pid(), "req3");

        Response dead = probe.expect(Response.class);
        assertThat(dead.label()).isEqualTo("req2");
        assertThat(failureOf(dead.outcome())).isInstanceOf(CallException.NoProcess.class);
        skep.settle();
        passes(400);
        probe.expectNext(new Response("req3", Result.ok("delayed")));
        probe.expectNext(new Response("req1", Result.ok("delayed")));
        theOtherRequestHasItsAnswer();
    }
}
