package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.MultiCall;
import dev.skep.Next;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.ReplyTo;
import dev.skep.ServerRef;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.otp.Desk.Rpc;
import dev.skep.server.GenServer;
import dev.skep.server.IdleTimeout;
import dev.skep.sys.Sys;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("gen_server_SUITE")
class GenServerCallTest extends DeskFixture {
    // ---- Calls ---------------------------------------------------------------------------------------------------

    @Test
    @Covers("call")
    void aCallIsAnsweredAtOnceOrLater(Testkit skep) {
        crew.start(GenServer.spec(Desk::new).named(NAME));
        ServerRef<Rpc> desk = skep.node().ref(NAME);
        assertThat(desk.call(ask("hello"))).isEqualTo("hello");

        CompletableFuture<String> answer = new CompletableFuture<>();
        skep.spawn(_ -> answer.complete(desk.call(ask("later"))));
        skep.settle();
        assertThat(answer).isNotDone();
        assertThat(desk.call(ask("hello"))).as("it serves others meanwhile").isEqualTo("hello");
        desk.cast(tell("answer"));
        skep.settle();

        assertThat(answer).isCompletedWithValue("delayed");
    }

    @Test
    @Covers("call")
    void aCallThatIsNotAnsweredInTimeFailsAndItsLateAnswerIsDropped(Testkit skep, VirtualClock clock, Probe probe) {
        ServerRef<Rpc> desk = desk();
        skep.spawn((Receiver<Object> self) -> {
            try {
                desk.call(ask("later"), Duration.ofMillis(30));
            } catch (CallException.Timeout e) {
                probe.pid().send("timeout");
            }
            probe.pid().send(self.receive());
        });

        clock.advance(Duration.ofMillis(29));
        probe.refuteAny();
        clock.advance(Duration.ofMillis(1));
        probe.expectNext("timeout");
        desk.cast(tell("answer"));
        probe.refuteAny();
        assertThat(desk.call(ask("hello"))).isEqualTo("hello");
    }

    /// Answers `in time` or `too late` to a second call, depending on whether it comes within a second.
    private static final class Hurried extends Desk {
        @Override
        Next<String> asked(Rpc.Ask ask, From from, String state) {
            return switch (ask.what()) {
                case "call within a second" ->
                    ask.reply("ok").<String>state("in time").timeout(A_SECOND);
                default -> ask.reply(state);
            };
        }

        @Override
        public Next<String> info(Object message, String state) {
            return Next.<String>noReply().state(message instanceof IdleTimeout ? "too late" : state);
        }
    }

    @Test
    @Covers("call")
    void aServerNoticesThatNoCallComesInTime(VirtualClock clock) {
        ServerRef<Rpc> desk = crew.start(GenServer.spec(Hurried::new));

        assertThat(desk.call(ask("call within a second"))).isEqualTo("ok");
        clock.advance(Duration.ofMillis(999));
        assertThat(desk.call(ask("next"))).isEqualTo("in time");

        assertThat(desk.call(ask("call within a second"))).isEqualTo("ok");
        clock.advance(Duration.ofSeconds(1));
        assertThat(desk.call(ask("next"))).isEqualTo("too late");
    }

    @Test
    @Covers("call")
    void aBadReturnValueCrashesTheServerAndFailsTheCall(Testkit skep) {
        skep.expectCrash(NullPointerException.class);
        ServerRef<Rpc> desk = crew.start(GenServer.spec(() -> new Desk() {
            @Override
            Next<String> asked(Rpc.Ask ask, From from, String state) {
                return null;
            }
        }));

        assertThatExceptionOfType(CallException.ServerExited.class)
                .isThrownBy(() -> desk.call(ask("hello")))
                .withMessageContaining("the handler returned null");
    }

    @Test
    @Covers("calling_self")
    void aServerCannotCallItself(Testkit skep) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        skep.spawn((Receiver<Rpc> self) -> {
            for (Duration timeout : List.of(ServerRef.DEFAULT_TIMEOUT, ServerRef.FOREVER)) {
                assertThatExceptionOfType(CallException.CallingSelf.class)
                        .isThrownBy(() -> self.ref().call(ask("oops"), timeout))
                        .satisfies(failure::complete);
            }
        });

        skep.await("the call has failed", failure::isDone);
        assertThat(failure.join()).isInstanceOf(CallException.CallingSelf.class);
    }

    /// Lets others answer: it hands on who waits for it.
    private static final class Delegating extends Desk {
        private final AtomicReference<ReplyTo<String>> last;

        Delegating(AtomicReference<ReplyTo<String>> last) {
            this.last = last;
        }

        @Override
        Next<String> asked(Rpc.Ask ask, From from, String state) {
            last.set(ask.replyTo(from));
            return Next.noReply();
        }
    }

    @Test
    @Covers("reply_by_alias_with_payload")
    void anotherProcessMayAnswerACallOnce(Testkit skep) {
        AtomicReference<ReplyTo<String>> last = new AtomicReference<>();
        ServerRef<Rpc> desk = crew.start(GenServer.spec(() -> new Delegating(last)));
        PendingCall<String> call = desk.request(ask("hello"));
        skep.settle();
        ReplyTo<String> replyTo = last.get();
        CompletableFuture<List<Boolean>> taken = new CompletableFuture<>();

        skep.spawn(_ -> taken.complete(List.of(replyTo.reply("from elsewhere"), replyTo.reply("again"))));

        assertThat(call.get(ServerRef.FOREVER)).isEqualTo("from elsewhere");
        skep.await("both answers were given", taken::isDone);
        assertThat(taken.join()).containsExactly(true, false);
    }

    @Test
    @Covers("call_with_huge_message_queue")
    void aCallerWithAHugeMailboxGetsItsAnswersAndKeepsItsMessages(Testkit skep) {
        int many = 200_000; // to look through them for each answer would be a billion looks
        ServerRef<Rpc> desk = desk();
        CompletableFuture<Boolean> go = new CompletableFuture<>();
        CompletableFuture<Integer> kept = new CompletableFuture<>();
        Pid caller = skep.spawn((Receiver<Object> self) -> {
            go.join();
            for (int i = 0; i < 5_000; i++) {
                assertThat(desk.call(ask("hello"), ServerRef.FOREVER)).isEqualTo("hello");
            }
            int next = 0;
            while (self.receive(Duration.ZERO)
                    .filter(Integer.valueOf(next)::equals)
                    .isPresent()) {
                next++;
            }
            kept.complete(next);
        });
        for (int i = 0; i < many; i++) {
            caller.send(i);
        }
        go.complete(true);

        assertThat(skep.awaitEnd(caller)).isEqualTo(ExitReason.normal());
        assertThat(kept).isCompletedWithValue(many);
    }

    // ---- Casts and other messages --------------------------------------------------------------------------------

    @Test
    @Covers("cast")
    void castsAreHandledInOrderAndMayStopTheServer(Testkit skep, Probe probe) {
        crew.start(GenServer.spec(Desk::new).named(NAME));
        ServerRef<Rpc> desk = skep.node().ref(NAME);
        Pid pid = desk.pid().orElseThrow();

        desk.cast(new Rpc.Notify(probe.pid(), "first"));
        desk.cast(new Rpc.Notify(probe.pid(), "second"));
        probe.expectNext("first");
        probe.expectNext("second");

        desk.cast(tell("stop"));
        assertThat(skep.awaitEnd(pid)).isEqualTo(Desk.STOPPED);
        desk.cast(tell("anything"));
        probe.refuteAny();
    }

    @Test
    @Covers("abcast")
    void severalServersAreToldTheSameAndThoseThatAreNotThereAreSkipped(Testkit skep, Probe probe) {
        List<ServerRef<Rpc>> desks = List.of(desk(), skep.node().ref(NAME), desk());

        desks.forEach(desk -> desk.cast(new Rpc.Notify(probe.pid(), "told")));
        probe.expectNext("told");
        probe.expectNext("told");
        probe.refuteAny();

        List<Pid> pids = List.of(
                desks.getFirst().pid().orElseThrow(), desks.getLast().pid().orElseThrow());
        desks.forEach(desk -> desk.cast(tell("stop")));
        assertThat(pids).allSatisfy(pid -> assertThat(skep.awaitEnd(pid)).isEqualTo(Desk.STOPPED));
    }

    @Test
    @Covers("info")
    void messagesOutsideOfTheProtocolComeToInfo(Testkit skep) {
        ServerRef<Rpc> desk = crew.start(GenServer.spec(() -> new Desk() {
            @Override
            public Next<String> info(Object message, String state) {
                return message.equals("stop")
                        ? Next.stop(STOPPED)
                        : Next.<String>noReply().state("info " + message);
            }
        }));
        Pid pid = desk.pid().orElseThrow();

        pid.send("hello");
        assertThat(desk.call(ask("state"))).isEqualTo("info hello");
        pid.send("stop");
        assertThat(skep.awaitEnd(pid)).isEqualTo(Desk.STOPPED);
    }

    // ---- Several servers -----------------------------------------------------------------------------------------

    @Test
    @Covers("multicall")
    void severalServersAreAsked(Testkit skep) {
        ServerRef<Rpc> a = desk();
        ServerRef<Rpc> b = desk();
        Pid pid = a.pid().orElseThrow();

        MultiCall<Rpc, String> answers = ServerRef.multiCall(List.of(a, b), ask("hello"), ServerRef.FOREVER);
        assertThat(answers.replies())
                .containsExactlyInAnyOrder(new MultiCall.Reply<>(a, "hello"), new MultiCall.Reply<>(b, "hello"));
        assertThat(answers.failures()).isEmpty();

        assertThat(ServerRef.multiCall(List.of(a), ask("stop"), ServerRef.FOREVER)
                        .replies())
                .containsExactly(new MultiCall.Reply<>(a, "ok"));
        assertThat(skep.awaitEnd(pid)).isEqualTo(Desk.STOPPED);
    }

    @Test
    @Covers({"multicall", "multicall_down"})
    void serversThatAreNotThereOrDoNotAnswerAreNamed(Testkit skep, VirtualClock clock) {
        ServerRef<Rpc> here = desk();
        ServerRef<Rpc> nobody = skep.node().ref(NAME);
        CompletableFuture<MultiCall<Rpc, String>> outcome = new CompletableFuture<>();

        MultiCall<Rpc, String> answers = ServerRef.multiCall(List.of(nobody, here), ask("hello"), ServerRef.FOREVER);
        assertThat(answers.replies()).containsExactly(new MultiCall.Reply<>(here, "hello"));
        assertThat(answers.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.server()).isEqualTo(nobody);
            assertThat(failure.cause()).isInstanceOf(CallException.NoProcess.class);
        });

        skep.spawn(_ -> outcome.complete(ServerRef.multiCall(List.of(here), ask("later"), Duration.ofSeconds(3))));
        clock.advance(Duration.ofSeconds(3));
        assertThat(outcome.join().failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.cause()).isInstanceOf(CallException.Timeout.class));
    }

    // ---- Hibernation ---------------------------------------------------------------------------------------------

    /// Says which thread has run it last.
    private static final class Threaded extends Desk {
        private final AtomicReference<Thread> thread;

        Threaded(AtomicReference<Thread> thread) {
            this.thread = thread;
        }

        @Override
        Next<String> asked(Rpc.Ask ask, From from, String state) throws Exception {
            thread.set(Thread.currentThread());
            return super.asked(ask, from, state);
        }
    }

    /// In OTP a server has to ask for it, or for a time after which it hibernates. Here it always does.
    @Test
    @Covers({"hibernate", "auto_hibernate"})
    void anIdleServerHasNoThreadAndWakesUpForWhateverComes(Testkit skep, Probe probe) throws InterruptedException {
        AtomicReference<Thread> thread = new AtomicReference<>();
        ServerRef<Rpc> desk = crew.start(GenServer.spec(() -> new Threaded(thread)));
        Pid pid = desk.pid().orElseThrow();
        Sys sys = Sys.of(desk);

        desk.cast(tell("remembered"));
        assertThat(desk.call(ask("hello"))).isEqualTo("hello");
        thread.get().join(Duration.ofMinutes(2));
        assertThat(thread.get().isAlive()).as("it lets go of its thread").isFalse();
        assertThat(pid.info().map(ProcessInfo::status)).contains(ProcessInfo.Status.WAITING);

        assertThat(desk.call(ask("state"))).isEqualTo("remembered");
        desk.cast(new Rpc.Notify(probe.pid(), "awake"));
        probe.expectNext("awake");
        assertThat(sys.state()).isEqualTo("remembered");
        sys.suspend();
        assertThat(pid.info().map(ProcessInfo::status)).contains(ProcessInfo.Status.SUSPENDED);
        sys.resume();
        assertThat(desk.call(ask("state"))).isEqualTo("remembered");
        thread.get().join(Duration.ofMinutes(2));
        assertThat(thread.get().isAlive()).isFalse();
    }
}
