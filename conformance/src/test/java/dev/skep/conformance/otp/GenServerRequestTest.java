package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.PendingCall;
import dev.skep.PendingCalls;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.otp.Desk.Rpc;
import dev.skep.server.GenServer;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("gen_server_SUITE")
class GenServerRequestTest extends DeskFixture {
    private static <R> R valueOf(Result<R, CallException> outcome) {
        return outcome.orElseThrow(failure -> failure);
    }

    @Test
    @Covers("send_request")
    void aRequestIsAnsweredWhileItsSenderDoesSomethingElse(Testkit skep) {
        crew.start(GenServer.spec(Desk::new).named(NAME));
        ServerRef<Rpc> desk = skep.node().ref(NAME);

        PendingCall<String> later = desk.request(ask("later"));
        PendingCall<String> hello = desk.request(ask("hello"));
        assertThat(hello.get(ServerRef.FOREVER)).isEqualTo("hello");
        assertThat(later.await(Duration.ZERO)).as("a look does not give it up").isEmpty();
        desk.cast(tell("answer"));
        assertThat(later.get(ServerRef.FOREVER)).isEqualTo("delayed");
    }

    @Test
    @Covers("send_request")
    void aRequestFailsWithItsServerOrWhenNobodyIsThere(Testkit skep) {
        ServerRef<Rpc> desk = desk();

        assertThatExceptionOfType(CallException.ServerExited.class)
                .isThrownBy(() -> desk.request(ask("shutdown")).get(ServerRef.FOREVER))
                .satisfies(failed -> assertThat(failed.reason()).isEqualTo(ExitReason.shutdown()));
        for (ServerRef<Rpc> nobody : List.of(desk, skep.node().ref(NAME))) {
            assertThatExceptionOfType(CallException.NoProcess.class)
                    .isThrownBy(() -> nobody.request(ask("hello")).get(ServerRef.FOREVER));
        }
    }

    private PendingCalls<String, String> threeRequests(ServerRef<Rpc> a, ServerRef<Rpc> b, ServerRef<Rpc> c) {
        PendingCalls<String, String> calls = new PendingCalls<>();
        calls.add("a", a.request(ask("later")));
        calls.add("b", b.request(ask("later")));
        calls.add("c", c.request(ask("later")));
        assertThat(calls.size()).isEqualTo(3);
        return calls;
    }

    private static void assertNext(PendingCalls<String, String> calls, String label) {
        PendingCalls.Answer<String, String> next = calls.next(ServerRef.FOREVER).orElseThrow();
        assertThat(next.label()).isEqualTo(label);
        assertThat(valueOf(next.outcome())).isEqualTo("delayed");
    }

    @Test
    @Covers({"send_request_receive_reqid_collection", "send_request_wait_reqid_collection"})
    void requestsOfACollectionAreTakenInTheOrderOfTheirAnswers() {
        ServerRef<Rpc> a = desk();
        ServerRef<Rpc> b = desk();
        ServerRef<Rpc> c = desk();
        PendingCall<String> alone = a.request(ask("hello"));
        PendingCalls<String, String> calls = threeRequests(a, b, c);

        b.cast(tell("answer"));
        assertNext(calls, "b");
        assertThat(calls.size()).isEqualTo(2);
        c.cast(tell("answer"));
        assertNext(calls, "c");
        a.cast(tell("answer"));
        assertNext(calls, "a");

        assertThat(calls.size()).isZero();
        assertThat(calls.next(ServerRef.FOREVER))
                .as("there is none to wait for")
                .isEmpty();
        assertThat(alone.get(ServerRef.FOREVER)).isEqualTo("hello");
    }

    @Test
    @Covers("send_request_wait_reqid_collection")
    void aWaitThatIsOverAbandonsNothing(Testkit skep, VirtualClock clock, Probe probe) {
        ServerRef<Rpc> a = desk();
        ServerRef<Rpc> b = desk();
        ServerRef<Rpc> c = desk();
        skep.spawn(_ -> {
            PendingCalls<String, String> calls = threeRequests(a, b, c);
            b.cast(tell("answer"));
            assertNext(calls, "b");
            assertThat(calls.next(Duration.ofMillis(100))).isEmpty();
            probe.pid().send("waited");
            a.cast(tell("answer"));
            c.cast(tell("answer"));
            assertThat(calls.awaitAll(ServerRef.FOREVER))
                    .extracting(answer -> valueOf(answer.outcome()))
                    .containsExactly("delayed", "delayed");
            probe.pid().send("done");
        });

        clock.advance(Duration.ofMillis(99));
        probe.refuteAny();
        clock.advance(Duration.ofMillis(1));
        probe.expectNext("waited");
        probe.expectNext("done");
    }

    @Test
    @Covers("send_request_receive_reqid_collection")
    void requestsThatAreNotAnsweredInTimeAreAbandoned(Testkit skep, VirtualClock clock, Probe probe) {
        ServerRef<Rpc> a = desk();
        ServerRef<Rpc> b = desk();
        ServerRef<Rpc> c = desk();
        skep.spawn(_ -> {
            PendingCalls<String, String> calls = threeRequests(a, b, c);
            b.cast(tell("answer"));
            List<PendingCalls.Answer<String, String>> answers = calls.awaitAll(Duration.ofMillis(100));
            assertThat(answers)
                    .extracting(PendingCalls.Answer::label)
                    .startsWith("b")
                    .contains("a", "c");
            assertThat(valueOf(answers.getFirst().outcome())).isEqualTo("delayed");
            assertThat(answers.subList(1, 3))
                    .allSatisfy(answer -> assertThatExceptionOfType(CallException.Timeout.class)
                            .isThrownBy(() -> valueOf(answer.outcome())));
            assertThat(calls.size()).isZero();
            probe.pid().send("done");
        });

        clock.advance(Duration.ofMillis(100));

        probe.expectNext("done");
        a.cast(tell("answer"));
        assertThat(a.call(ask("hello"))).as("the late answer went nowhere").isEqualTo("hello");
    }

    @Test
    @Covers("send_request_check_reqid_collection")
    void aLookAtACollectionTakesOnlyWhatIsThere(Testkit skep) {
        ServerRef<Rpc> a = desk();
        ServerRef<Rpc> b = desk();
        ServerRef<Rpc> c = desk();
        PendingCalls<String, String> calls = threeRequests(a, b, c);
        assertThat(calls.next(Duration.ZERO)).isEmpty();

        b.cast(tell("answer"));
        skep.settle();
        assertThat(calls.next(Duration.ZERO))
                .hasValueSatisfying(answer -> assertThat(answer.label()).isEqualTo("b"));
        assertThat(calls.next(Duration.ZERO)).isEmpty();
        assertThat(calls.size()).isEqualTo(2);

        a.cast(tell("answer"));
        c.cast(tell("answer"));
        skep.settle();
        assertThat(calls.next(Duration.ZERO)).isPresent();
        assertThat(calls.next(Duration.ZERO)).isPresent();
        assertThat(calls.next(Duration.ZERO)).isEmpty();
    }

    @Test
    @Covers({
        "send_request_receive_reqid_collection",
        "send_request_wait_reqid_collection",
        "send_request_check_reqid_collection"
    })
    void aServerThatEndsFailsItsRequestAlone() {
        ServerRef<Rpc> a = desk();
        ServerRef<Rpc> b = desk();
        PendingCalls<String, String> calls = new PendingCalls<>();
        PendingCall<String> first = a.request(ask("later"));
        calls.add("a", first);
        assertThatIllegalStateException()
                .as("a request is in one collection, once")
                .isThrownBy(() -> calls.add("again", first));

        calls.add("b", b.request(ask("shutdown")));
        PendingCalls.Answer<String, String> failed =
                calls.next(ServerRef.FOREVER).orElseThrow();
        assertThat(failed.label()).isEqualTo("b");
        assertThatExceptionOfType(CallException.ServerExited.class)
                .isThrownBy(() -> valueOf(failed.outcome()))
                .satisfies(exited -> assertThat(exited.reason()).isEqualTo(ExitReason.shutdown()));

        a.cast(tell("answer"));
        assertNext(calls, "a");
    }
}
