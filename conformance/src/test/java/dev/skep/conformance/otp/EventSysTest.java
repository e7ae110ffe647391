package dev.skep.conformance.otp;

import static dev.skep.conformance.otp.EventFixture.ONE;
import static dev.skep.conformance.otp.EventFixture.TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Call;
import dev.skep.CodeChange;
import dev.skep.HandlerReport;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.NodeListener;
import dev.skep.Report;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.otp.EventFixture.Happening;
import dev.skep.event.EventHandler;
import dev.skep.event.EventRpc;
import dev.skep.event.GenEvent;
import dev.skep.event.GenEventRef;
import dev.skep.event.HandlerChange;
import dev.skep.event.HandlerError;
import dev.skep.event.HandlerId;
import dev.skep.event.HandlerState;
import dev.skep.sys.Sys;
import dev.skep.sys.SysException;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepExtension;
import dev.skep.testkit.Testkit;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// System requests to an event manager, its reports, and handlers that do no more than they have to.
@CasesOf("gen_event_SUITE")
class EventSysTest {
    private static final Name<EventRpc<Happening>> NAME = Name.of("my_dummy_handler");

    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();

    private final RecordingLogger log = new RecordingLogger();

    @RegisterExtension
    final SkepExtension extension = new SkepExtension(Testkit.settings()
            .virtualTime()
            .node(builder -> builder.logger(log))
            .listener(new NodeListener() {
                @Override
                public void reported(Report report) {
                    reports.add(report);
                }
            }));

    private GenEventRef<Happening> manager;
    private Sys sys;
    private Probe probe;

    @BeforeEach
    void startManager(Testkit skep, Probe witness) {
        probe = witness;
        manager = skep.start(GenEvent.<Happening>manager().named(NAME));
        sys = Sys.of(manager.server());
    }

    private void add(HandlerId<EventFixture.Question> id, String initial) {
        manager.addHandler(id, () -> new EventFixture(id, probe.pid(), initial));
    }

    // ---- System requests -----------------------------------------------------------------------------------------

    @Test
    @Covers("get_state")
    void theStatesOfAllHandlersAreSeenByPidByNameAndWhileSuspended(Testkit skep) {
        add(ONE, "first");
        assertThat(sys.state()).isEqualTo(List.of(new HandlerState(ONE, "first")));
        add(TWO, "second");
        List<HandlerState> both = List.of(new HandlerState(TWO, "second"), new HandlerState(ONE, "first"));
        assertThat(sys.state()).isEqualTo(both);
        assertThat(Sys.of(skep.node().ref(NAME)).state()).isEqualTo(both);

        sys.suspend();
        assertThat(sys.state()).isEqualTo(both);
        sys.resume();
    }

    @Test
    @Covers("replace_state")
    void theStatesOfHandlersAreReplacedUnlessTheFunctionThrows() {
        add(ONE, "first");

        sys.replaceState(List.class, _ -> List.of(new HandlerState(ONE, "replaced")));
        assertThat(sys.state()).isEqualTo(List.of(new HandlerState(ONE, "replaced")));
        assertThatThrownBy(() -> sys.replaceState(List.class, _ -> {
                    throw new IllegalArgumentException("fail");
                }))
                .isInstanceOf(SysException.class);
        assertThat(sys.state()).isEqualTo(List.of(new HandlerState(ONE, "replaced")));
        sys.suspend();
        sys.replaceState(List.class, _ -> List.of(new HandlerState(ONE, "replaced again")));
        sys.resume();

        assertThat(sys.state()).isEqualTo(List.of(new HandlerState(ONE, "replaced again")));
    }

    // ---- Reports -------------------------------------------------------------------------------------------------

    @Test
    @Covers({"call_format_status", "call_format_status_anon"})
    void theStatusShowsEachHandlerWithItsStateAsItFormatsIt(Testkit skep) {
        GenEventRef<Happening> anonymous = skep.start(GenEvent.manager());
        anonymous.addHandler(ONE, () -> new EventFixture(ONE, probe.pid(), "first"));
        add(ONE, "first");
        add(TWO, "second");

        assertThat(sys.status().state()).isEqualTo("[two: formatted second, one: formatted first]");
        assertThat(Sys.of(anonymous.server()).status().state()).isEqualTo("[one: formatted first]");
        assertThat(Sys.of(anonymous.server()).status().text())
                .contains(anonymous.pid().orElseThrow().toString());
    }

    private HandlerReport crash() {
        manager.syncNotify(new Happening.Crashing());
        return (HandlerReport) reports.stream()
                .filter(HandlerReport.class::isInstance)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Covers("error_format_status")
    void theReportOfACrashShowsTheHandlersStateAsItFormatsIt() {
        add(ONE, "first");

        HandlerReport report = crash();

        assertThat(report.handler()).isEqualTo("one");
        assertThat(report.pid()).isEqualTo(manager.pid().orElseThrow());
        assertThat(report.lastMessage()).contains(new Happening.Crashing());
        assertThat(report.state()).isEqualTo("formatted first");
        assertThat(manager.whichHandlers()).isEmpty();
    }

    @Test
    @Differs(
            cases = {"format_log_1", "format_log_2"},
            entry = "A report has one text, of bounded length")
    void aReportSaysWhatHappenedInATextOfBoundedLength() {
        add(ONE, "much data ".repeat(10_000));

        assertThat(crash().text())
                .hasSizeLessThan(21_000)
                .startsWith("handler one of event manager " + manager.pid().orElseThrow() + " crashed")
                .contains("reason: java.lang.IllegalStateException: do crash", "last message: Crashing[]")
                .contains("state: formatted much data", "more characters");
    }

    // ---- A handler that does no more than it has to --------------------------------------------------------------

    /// A protocol that nobody answers.
    private record Ask() implements Call<Ask, String> {}

    private static final HandlerId<Ask> BARE = HandlerId.of("bare");

    private static final class Bare implements EventHandler<Integer, Happening, Ask> {
        @Override
        public Integer init(Self<Object> self) {
            return 0;
        }

        @Override
        public Next<Integer> event(Happening event, Integer state) {
            return Next.unhandled();
        }
    }

    @Test
    @Covers("undef_handle_call")
    void aCallOfAHandlerThatAnswersNoneRemovesIt() {
        manager.addHandler(BARE, Bare::new);

        assertThat(manager.call(BARE, new Ask()))
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.error())
                                .isInstanceOfSatisfying(
                                        HandlerError.Crashed.class,
                                        crash -> assertThat(crash.reason().toString())
                                                .contains("does not override call")));

        assertThat(manager.whichHandlers()).isEmpty();
    }

    @Test
    @Differs(cases = "undef_handle_event", entry = "Messages without a clause crash")
    void anEventThatAHandlerDoesNotKnowIsLoggedAndTheHandlerStays() {
        manager.addHandler(BARE, Bare::new);

        manager.syncNotify(new Happening.Said("anything"));

        assertThat(manager.whichHandlers()).isEqualTo(List.of(BARE));
        isLoggedAsUnexpected("Said[what=anything]");
    }

    @Test
    @Covers("undef_handle_info")
    void aMessageThatAHandlerDoesNotKnowIsLoggedAndTheHandlerStays() {
        manager.addHandler(BARE, Bare::new);

        manager.server().send("hello");

        assertThat(manager.whichHandlers()).isEqualTo(List.of(BARE));
        isLoggedAsUnexpected("hello");
    }

    private void isLoggedAsUnexpected(String message) {
        assertThat(log.lines())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("WARNING")
                        .contains(manager.pid().orElseThrow().toString(), "handler bare does not handle", message));
    }

    @Test
    @Differs(cases = "undef_code_change", entry = "It gets what the old version exports, the state unless it says")
    void withoutAConversionANewVersionTakesTheStateIfItCanHaveIt() {
        manager.addHandler(BARE, Bare::new);

        sys.suspend();
        sys.changeCode(CodeChange.to(new HandlerChange(BARE, new Bare())));
        assertThatThrownBy(() -> sys.changeCode(
                        CodeChange.to(new HandlerChange(BARE, new Bare()), (_, _) -> "a text is no number")))
                .isInstanceOf(SysException.class)
                .hasMessageContaining("has a state of");
        sys.resume();

        assertThat(sys.state()).isEqualTo(List.of(new HandlerState(BARE, 0)));
    }
}
