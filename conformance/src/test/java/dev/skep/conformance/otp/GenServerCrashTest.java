package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CallException;
import dev.skep.CodeChange;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Reportable;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Switchboard;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.otp.Desk.Rpc;
import dev.skep.server.GenServer;
import dev.skep.sys.LogEntry;
import dev.skep.sys.Sys;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepExtension;
import dev.skep.testkit.Testkit;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@CasesOf("gen_server_SUITE")
class GenServerCrashTest {
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();

    @RegisterExtension
    final SkepExtension skepExtension = new SkepExtension(Testkit.settings()
            .node(builder -> builder.logger(new System.Logger() {
                @Override
                public String getName() {
                    return "test";
                }

                @Override
                public boolean isLoggable(Level level) {
                    return level.getSeverity() >= Level.WARNING.getSeverity();
                }

                @Override
                public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
                    logged.add(level + " " + message);
                }

                @Override
                public void log(Level level, ResourceBundle bundle, String format, Object... params) {
                    logged.add(level + " " + format);
                }
            })));

    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private static Rpc.Ask ask(String what) {
        return new Rpc.Ask(what);
    }

    private ServerRef<Rpc> start(Supplier<Desk> desk) {
        return crew.start(GenServer.spec(desk));
    }

    private static ExitReason failureOf(ServerRef<Rpc> desk, String question) {
        CallException.ServerExited[] failure = new CallException.ServerExited[1];
        assertThatExceptionOfType(CallException.ServerExited.class)
                .isThrownBy(() -> desk.call(ask(question)))
                .satisfies(exited -> failure[0] = exited);
        return failure[0].reason();
    }

    // ---- Crashes -------------------------------------------------------------------------------------------------

    @Test
    @Covers("crash")
    void anOrderlyEndIsNoCrash(Testkit skep) {
        for (ExitReason reason :
                List.of(ExitReason.shutdown(), ExitReason.shutdown("reason"), ExitReason.shutdown("stop reason"))) {
            ServerRef<Rpc> desk = start(Desk::new);
            Pid pid = desk.pid().orElseThrow();
            String how = reason.equals(ExitReason.shutdown())
                    ? "exit"
                    : reason.equals(ExitReason.shutdown("reason")) ? "exit with detail" : "shutdown with detail";

            assertThat(failureOf(desk, how)).isEqualTo(reason);
            assertThat(skep.awaitEnd(pid)).isEqualTo(reason);
        }
        assertThat(failureOf(start(Desk::new), "shutdown")).isEqualTo(ExitReason.shutdown());
        assertThat(skep.crashes()).isEmpty();
    }

    /// Shows its state as `formatted`.
    private static class Formatting extends Desk {
        @Override
        public Object reportedState(String state) {
            return "formatted " + state;
        }
    }

    @Test
    @Covers({"crash", "error_format_status", "format_log_1"})
    void aCrashIsReportedWithAllThatIsKnownOfIt(Testkit skep) {
        ServerRef<Rpc> desk = start(Formatting::new);
        Pid pid = desk.pid().orElseThrow();
        desk.cast(new Rpc.Tell("state4"));

        ExitReason reason = failureOf(desk, "crash");

        CrashReport crash = skep.awaitCrash(IllegalStateException.class);
        assertThat(crash.pid()).isEqualTo(pid);
        assertThat(crash.reason()).isEqualTo(reason);
        assertThat(crash.lastMessage()).contains("Ask[what=crash]");
        assertThat(crash.state()).contains("formatted state4");
        assertThat(crash.text())
                .startsWith("process " + pid + " crashed")
                .contains("initial call", Formatting.class.getName())
                .contains("last message", "Ask[what=crash]")
                .contains("state", "formatted state4")
                .contains("java.lang.IllegalStateException: crashed", "at " + Desk.class.getName() + ".asked");
        assertThat(skep.crashes()).hasSize(1);
        assertThat(logged)
                .anySatisfy(line -> assertThat(line).startsWith("ERROR ").contains("Ask[what=crash]"));
    }

    @Test
    @Covers("format_log_2")
    void aReportIsBoundedHoweverLargeTheStateIs(Testkit skep) {
        ServerRef<Rpc> desk = start(() -> new Desk() {
            @Override
            public Object reportedState(String state) {
                return Collections.nCopies(1_000_000, 1);
            }
        });

        failureOf(desk, "crash");

        CrashReport crash = skep.awaitCrash(IllegalStateException.class);
        assertThat(crash.state().orElseThrow()).startsWith("[1, 1, 1").hasSizeLessThan(10_000);
        assertThat(crash.text()).contains("Ask[what=crash]").hasSizeLessThan(100_000);
    }

    @Test
    @Covers("terminate_crash_format")
    void aCrashInTerminateIsReportedWithTheStateToo(Testkit skep) {
        UnsupportedOperationException problem = new UnsupportedOperationException("terminate");
        ServerRef<Rpc> desk = start(() -> new Formatting() {
            @Override
            public void terminate(ExitReason reason, String state) {
                throw problem;
            }
        });
        Pid pid = desk.pid().orElseThrow();

        assertThat(desk.call(ask("stop"))).as("it is answered all the same").isEqualTo("ok");

        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.crashed(problem));
        CrashReport crash = skep.awaitCrash(UnsupportedOperationException.class);
        assertThat(crash.state()).contains("formatted new");
    }

    // ---- Callbacks that are not there, or fail -------------------------------------------------------------------

    /// What a switch throws for a message of which it did not know when it was compiled.
    private static final class Outdated extends Desk {
        @Override
        public Next<String> handle(Rpc message, From from, String state) {
            throw new MatchException("no case for " + message, null);
        }
    }

    @Test
    @Covers("undef_handle_call")
    void aCallThatNobodyHandlesCrashesTheServerAndFails(Testkit skep) {
        ServerRef<Rpc> desk = start(Outdated::new);

        assertThat(failureOf(desk, "hello").toString()).contains("no case for Ask[what=hello]");

        skep.awaitCrash(MatchException.class);
    }

    @Test
    @Covers("undef_handle_cast")
    void aCastThatNobodyHandlesCrashesTheServer(Testkit skep, Probe probe) {
        ServerRef<Rpc> desk = start(Outdated::new);
        Pid pid = desk.pid().orElseThrow();
        probe.monitor(pid);

        desk.cast(new Rpc.Tell("hello"));

        assertThat(probe.awaitDown(pid).toString()).contains("no case for Tell[what=hello]");
        skep.awaitCrash(MatchException.class);
    }

    @Test
    @Covers("undef_handle_continue")
    void aServerThatContinuesWithoutSayingHowCrashes(Testkit skep, Probe probe) {
        ServerRef<Rpc> desk = start(() -> new Desk() {
            @Override
            Next<String> told(String what, String state) {
                return Next.<String>noReply().continueWith(what);
            }
        });
        Pid pid = desk.pid().orElseThrow();
        probe.monitor(pid);

        desk.cast(new Rpc.Tell("more"));

        assertThat(probe.awaitDown(pid).toString())
                .contains("continues with more but does not override handleContinue");
        skep.awaitCrash(IllegalStateException.class);
    }

    @Test
    @Covers("undef_handle_info")
    void aMessageThatNobodyExpectedIsLoggedAndDropped() {
        ServerRef<Rpc> desk = start(Desk::new);

        desk.send("hej");

        assertThat(desk.call(ask("hello"))).isEqualTo("hello");
        assertThat(logged)
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("WARNING ")
                        .contains(desk.pid().orElseThrow().toString(), "does not handle a message", "hej"));
    }

    @Test
    @Covers("undef_in_handle_info")
    void anErrorInInfoCrashesTheServer(Testkit skep, Probe probe) {
        NoSuchMethodError undefined = new NoSuchMethodError("info");
        ServerRef<Rpc> desk = start(() -> new Desk() {
            @Override
            public Next<String> info(Object message, String state) {
                throw undefined;
            }
        });
        Pid pid = desk.pid().orElseThrow();
        probe.monitor(pid);

        pid.send("hej");

        assertThat(probe.awaitDown(pid)).isEqualTo(ExitReason.crashed(undefined));
        skep.awaitCrash(NoSuchMethodError.class);
    }

    /// Has another kind of state, and does not say how to make it of the old one.
    private static final class Numbered implements GenServer<Integer, Rpc> {
        @Override
        public Integer init(Self<Rpc> self) {
            return 1;
        }

        @Override
        public Next<Integer> handle(Rpc message, From from, Integer state) {
            return Next.noReply();
        }
    }

    @Test
    @Covers("undef_code_change")
    void aChangeOfCodeThatDoesNotSayWhatBecomesOfTheStateIsRefused() {
        ServerRef<Rpc> desk = start(Desk::new);
        Sys sys = Sys.of(desk);
        sys.suspend();

        assertThatThrownBy(() -> sys.changeCode(CodeChange.to(new Numbered())))
                .rootCause()
                .hasMessageContaining(Numbered.class.getName())
                .hasMessageContaining("java.lang.Integer", "java.lang.String");

        sys.resume();
        assertThat(desk.call(ask("state"))).isEqualTo("new");
    }

    // ---- Status and state ----------------------------------------------------------------------------------------

    @Test
    @Covers("call_format_status")
    void theStatusShowsTheStateAsTheServerWantsItShown(Testkit skep) {
        Switchboard via = new Switchboard();
        List<ServerRef<Rpc>> desks = List.of(
                crew.start(GenServer.<Rpc>spec(Formatting::new).named(Name.of("call_format_status"))),
                crew.start(GenServer.<Rpc>spec(Formatting::new)),
                crew.start(GenServer.<Rpc>spec(Formatting::new).named(Name.via(via, "call_format_status"))));

        for (ServerRef<Rpc> desk : desks) {
            assertThat(Sys.of(desk).status().state()).isEqualTo("formatted new");
            assertThat(Sys.of(desk).status().text()).contains("formatted new");
            assertThat(Sys.of(desk).status().suspended()).isFalse();
        }
        assertThat(Sys.of(skep.node().ref(Name.<Rpc>of("call_format_status")))
                        .status()
                        .state())
                .isEqualTo("formatted new");
    }

    @Test
    @Covers({"crash_in_format_status", "throw_in_format_status"})
    void aServerWhoseStateCannotBeShownGoesOn(Testkit skep) {
        for (RuntimeException problem : List.of(
                new IllegalStateException("crash, format status"), new RuntimeException("throw, format status"))) {
            ServerRef<Rpc> desk = start(() -> new Desk() {
                @Override
                public Object reportedState(String state) {
                    throw problem;
                }
            });

            assertThat(Sys.of(desk).status().state())
                    .contains(problem.getClass().getName());
            assertThat(desk.call(ask("hello"))).isEqualTo("hello");
            failureOf(desk, "crash");

            CrashReport crash = skep.awaitCrash(IllegalStateException.class);
            assertThat(crash.reason().toString())
                    .as("the crash, not that of the report")
                    .contains("crashed");
            assertThat(crash.state().orElseThrow()).contains(problem.getClass().getName());
        }
    }

    /// A message with a secret.
    private record Login(String password) implements Reportable {
        @Override
        public String toReport() {
            return "a login";
        }
    }

    @Test
    @Covers("format_all_status")
    void secretsAreLeftOutOfLogsStatusAndReports(Testkit skep) {
        ServerRef<Rpc> desk = start(() -> new Formatting() {
            @Override
            public Next<String> info(Object message, String state) {
                if (state.equals("broken")) {
                    throw new IllegalStateException("crashed");
                }
                return Next.<String>noReply().state("logged in");
            }
        });
        Sys sys = Sys.of(desk);
        sys.startLog(10);
        assertThat(desk.call(ask("hello"))).isEqualTo("hello");
        desk.send(new Login("secret"));

        assertThat(sys.log())
                .extracting(LogEntry::text)
                .satisfiesExactly(
                        in -> assertThat(in).contains("got call Ask[what=hello]"),
                        out -> assertThat(out).contains("sent hello", "formatted new"),
                        info -> assertThat(info).contains("got a login"),
                        done -> assertThat(done).contains("is done", "formatted logged in"));
        assertThat(sys.status().state()).isEqualTo("formatted logged in");

        desk.cast(new Rpc.Tell("broken"));
        desk.send(new Login("secret"));
        CrashReport crash = skep.awaitCrash(IllegalStateException.class);
        assertThat(crash.lastMessage()).contains("a login");
        assertThat(crash.text()).contains("formatted broken").doesNotContain("secret");
    }

    @Test
    @Covers("get_state")
    void theStateIsLookedAtAlsoWhileTheServerIsSuspended(Testkit skep) {
        Name<Rpc> name = Name.of("get_state");
        ServerRef<Rpc> desk = crew.start(GenServer.<Rpc>spec(Desk::new).named(name));

        assertThat(Sys.of(skep.node().ref(name)).state()).isEqualTo("new");
        Sys sys = Sys.of(desk.pid().orElseThrow());
        assertThat(sys.state()).isEqualTo("new");
        sys.suspend();
        assertThat(sys.state()).isEqualTo("new");
        sys.resume();
    }

    @Test
    @Covers("replace_state")
    void theStateIsReplacedUnlessThatFails() {
        ServerRef<Rpc> desk = start(Desk::new);
        Sys sys = Sys.of(desk);

        assertThat(sys.replaceState(String.class, _ -> "replaced")).isEqualTo("replaced");
        assertThat(sys.state()).isEqualTo("replaced");
        assertThat(sys.replaceState(String.class, state -> state + " again")).isEqualTo("replaced again");
        assertThat(desk.call(ask("state"))).isEqualTo("replaced again");

        assertThatThrownBy(() -> sys.replaceState(String.class, _ -> {
                    throw new IllegalArgumentException("fail");
                }))
                .rootCause()
                .hasMessage("fail");
        assertThat(sys.state()).isEqualTo("replaced again");

        sys.suspend();
        assertThat(sys.replaceState(String.class, state -> state + " and again"))
                .isEqualTo("replaced again and again");
        sys.resume();
        assertThat(desk.call(ask("state"))).isEqualTo("replaced again and again");
    }
}
