package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.Cast;
import dev.skep.DebugFunction;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Incoming;
import dev.skep.InitAck;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.ProcessSpec;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.SystemEvent;
import dev.skep.SystemMessage;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.otp.Desk.Rpc;
import dev.skep.server.GenServer;
import dev.skep.sys.LogEntry;
import dev.skep.sys.Statistics;
import dev.skep.sys.Sys;
import dev.skep.sys.SysException;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SkepTest(virtualTime = true)
@CasesOf("sys_SUITE")
class SysTest {
    private static final Name<Rpc> NAME = Name.of("sys");

    private Crew crew;
    private ServerRef<Rpc> server;
    private Sys sys;

    @BeforeEach
    void start(Testkit skep) {
        crew = new Crew(skep);
        crew.start(GenServer.spec(Negating::new).named(NAME));
        server = skep.node().ref(NAME);
        sys = Sys.of(server);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    /// Answers with a minus before what it is asked, and counts.
    private static final class Negating extends Desk {
        @Override
        Next<String> asked(Rpc.Ask ask, From from, String state) {
            return ask.reply("-" + ask.what()).state(state + "|");
        }
    }

    private String request(String what) {
        return server.call(new Rpc.Ask(what));
    }

    @Test
    @Covers("log")
    void theLatestEventsAreKeptUntilTheLogEnds() {
        sys.startLog(10);
        assertThat(request("44")).isEqualTo("-44");

        assertThat(sys.log())
                .extracting(LogEntry::event)
                .containsExactly(
                        new SystemEvent.Called(new Rpc.Ask("44"), Optional.empty()),
                        new SystemEvent.Answered("-44", Optional.empty()));

        assertThat(sys.stopLog()).isTrue();
        assertThat(sys.log()).isEmpty();
    }

    @Test
    @Covers("log_to_file")
    void eventsAreWrittenToAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("events");
        sys.startLogToFile(file);
        assertThat(request("44")).isEqualTo("-44");
        assertThat(sys.stopLogToFile()).isTrue();
        assertThat(request("45")).isEqualTo("-45");

        assertThat(Files.readAllLines(file))
                .satisfiesExactly(
                        in -> assertThat(in).contains(NAME.text(), "got call Ask[what=44] from "),
                        out -> assertThat(out).contains(NAME.text(), "sent -44 to "));
    }

    @Test
    @Covers("stats")
    void messagesAreCounted() {
        assertThat(sys.startStatistics()).isTrue();
        assertThat(request("44")).isEqualTo("-44");

        assertThat(sys.statistics()).hasValueSatisfying(counted -> {
            assertThat(counted.messagesIn()).isEqualTo(1);
            assertThat(counted.messagesOut()).isEqualTo(1);
            assertThat(counted.startTime()).isBeforeOrEqualTo(counted.currentTime());
        });
        assertThat(sys.stopStatistics()).isTrue();
        assertThat(sys.status().suspended()).isFalse();
        assertThat(sys.statistics()).isEmpty();
    }

    @Test
    @Covers("trace")
    void eventsAreTracedAsTheyHappen() {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        assertThat(sys.startTrace(lines::add)).isTrue();
        assertThat(request("44")).isEqualTo("-44");
        assertThat(sys.stopTrace()).isTrue();
        assertThat(request("45")).isEqualTo("-45");

        assertThat(lines)
                .satisfiesExactly(
                        in -> assertThat(in).contains(NAME.text(), "got call Ask[what=44] from "),
                        out -> assertThat(out).contains(NAME.text(), "sent -44 to "));
    }

    @Test
    @Covers("suspend")
    @SkepTest(virtualTime = true)
    void aSuspendedServerAnswersNobodyUntilItIsResumed(Testkit skep, Probe probe) {
        for (int i = 0; i < 2; i++) {
            assertThat(sys.suspend()).as("whether it was running").isEqualTo(i == 0);
            skep.spawn(_ -> {
                assertThatExceptionOfType(CallException.Timeout.class)
                        .isThrownBy(() -> server.call(new Rpc.Ask("48"), Duration.ofSeconds(1)));
                probe.pid().send("timeout");
            });
            skep.clock().advance(Duration.ofSeconds(1));
            probe.expectNext("timeout");
            assertThat(sys.status().suspended()).isTrue();
        }

        for (int i = 0; i < 2; i++) {
            assertThat(sys.resume()).as("whether it was suspended").isEqualTo(i == 0);
            assertThat(sys.status().suspended()).isFalse();
            assertThat(request("48")).isEqualTo("-48");
        }
    }

    // ---- Debug functions -----------------------------------------------------------------------------------------

    /// Tells of each call that is about to be handled.
    private static DebugFunction<Integer> spy(Probe probe) {
        return (count, event, process) -> {
            if (event instanceof SystemEvent.Called(Rpc.Ask(String what), var _)) {
                probe.pid().send(what + " to " + process.pid().equals(probe.pid()));
            }
            return Optional.of(count + 1);
        };
    }

    @Test
    @Covers("install")
    void debugFunctionsHearOfEventsOncePerId(Probe probe) {
        assertThat(sys.install("id1", 0, spy(probe))).isTrue();
        request("1");
        sys.noDebug();
        request("2");
        probe.expectNext("1 to false");
        probe.refuteAny();

        assertThat(sys.install("id1", 0, spy(probe))).isTrue();
        assertThat(sys.install("id1", 0, spy(probe)))
                .as("there is one with that id")
                .isFalse();
        request("3");
        probe.expectNext("3 to false");
        probe.refuteAny();

        assertThat(sys.install("id2", 0, spy(probe))).isTrue();
        request("4");
        probe.expectNext("4 to false");
        probe.expectNext("4 to false");

        assertThat(sys.remove("id1")).isTrue();
        assertThat(sys.remove("id1")).isFalse();
        request("5");
        probe.expectNext("5 to false");
        sys.noDebug();
        request("6");
        probe.refuteAny();
    }

    // ---- A special process ---------------------------------------------------------------------------------------

    /// A process of one's own making, which allocates channels.
    sealed interface ChannelRpc {
        record Alloc() implements ChannelRpc, Call<ChannelRpc, Integer> {}

        record Free(int channel) implements ChannelRpc, Cast<ChannelRpc> {}
    }

    private record Channels(List<Integer> allocated, List<Integer> free) {
        static Channels of(int count) {
            return new Channels(
                    List.of(), IntStream.rangeClosed(1, count).boxed().toList());
        }

        Channels afterAlloc() {
            return new Channels(List.of(free.getFirst()), free.subList(1, free.size()));
        }

        Channels afterFree(int channel) {
            TreeSet<Integer> all = new TreeSet<>(free);
            all.add(channel);
            return new Channels(List.of(), List.copyOf(all));
        }
    }

    private static ProcessSpec<ChannelRpc> channels(int count) {
        return ProcessSpec.of((Receiver<ChannelRpc> self, InitAck ack) -> {
            Channels state = Channels.of(count);
            ack.ack();
            while (true) {
                switch (self.receive()) {
                    case SystemMessage message -> state = self.handleSystem(message, state);
                    case Incoming(ChannelRpc.Alloc alloc, From from) -> {
                        self.debug(() -> new SystemEvent.Called(alloc, from.pid()));
                        int channel = state.free().getFirst();
                        state = state.afterAlloc();
                        from.reply(channel);
                        self.debug(() -> new SystemEvent.Answered(channel, from.pid()));
                    }
                    case ChannelRpc.Free free -> {
                        self.debug(() -> new SystemEvent.Told(free));
                        state = state.afterFree(free.channel());
                    }
                    default -> {}
                }
            }
        });
    }

    @Test
    @Covers("special_process")
    void aPlainProcessThatHandlesSystemMessagesIsInspectedLikeAServer(Testkit skep) {
        Name<ChannelRpc> name = Name.of("channels");
        ServerRef<ChannelRpc> channels = crew.start(channels(100).named(name));
        Pid pid = channels.pid().orElseThrow();
        Sys special = Sys.of(skep.node().ref(name));
        assertThat(special.startStatistics()).isTrue();

        assertThat(channels.call(new ChannelRpc.Alloc())).isEqualTo(1);
        assertThat(special.state(Channels.class, Channels::free)).hasSize(99).startsWith(2);
        assertThat(special.replaceState(Channels.class, state -> new Channels(state.allocated(), List.of(2, 3, 4))))
                .isEqualTo(new Channels(List.of(1), List.of(2, 3, 4)));
        channels.cast(new ChannelRpc.Free(1));
        assertThat(special.state()).isEqualTo(new Channels(List.of(), List.of(1, 2, 3, 4)));

        assertThat(special.statistics().map(Statistics::messagesIn)).contains(2L);
        assertThat(special.statistics().map(Statistics::messagesOut)).contains(1L);
        assertThatThrownBy(() -> special.replaceState(Channels.class, _ -> {
                    throw new IllegalArgumentException("fail");
                }))
                .isInstanceOf(SysException.class)
                .rootCause()
                .hasMessage("fail");
        assertThat(special.state()).as("it stays").isEqualTo(new Channels(List.of(), List.of(1, 2, 3, 4)));

        special.terminate(ExitReason.normal());
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.normal());
        assertThat(skep.node().whereis(name)).isEmpty();
    }
}
