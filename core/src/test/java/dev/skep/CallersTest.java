package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// What a body says of itself, and which process a thread runs.
class CallersTest {
    @AutoClose
    private final Lab lab = new Lab();

    /// A body that names itself and its callers.
    private record Described(String name, List<Pid> callers) implements Body<Object> {
        @Override
        public void run(Receiver<Object> self) {
            throw new ProcessExit(self.receive(ExitReason.class));
        }

        @Override
        public String initialCall() {
            return name;
        }
    }

    @Test
    void aBodySaysWhatItIsAndOnWhoseBehalfItRuns() {
        Pid first = lab.idle();
        Pid second = lab.idle();
        Pid described = lab.node.spawn(new Described("a name", List.of(first, second)));
        ProcessInfo info = described.info().orElseThrow();
        assertThat(info.initialCall()).isEqualTo("a name");
        assertThat(info.callers()).containsExactly(first, second);
        assertThat(described.callers()).containsExactly(first, second);

        described.send(ExitReason.because("oops"));
        lab.endOf(described);
        CrashReport report = (CrashReport) Await.next(lab.reports);
        assertThat(report.info().callers()).containsExactly(first, second);
        assertThat(report.text()).contains("callers: " + first + ", " + second);
        Await.until(() -> described.callers().isEmpty()); // it lets go of its body after its end has been heard of
    }

    @Test
    void aBodyThatSaysNothingIsNamedByItsClassAndHasNoCallers() {
        Pid plain = lab.idle();
        assertThat(plain.info().orElseThrow().initialCall()).startsWith(Lab.class.getName());
        assertThat(plain.callers()).isEmpty();
        assertThat(lab.start(_ -> new Lab.Echo()).callers()).isEmpty();
        Pid crashing = lab.node.spawn(_ -> {
            throw new ProcessExit(ExitReason.because("oops"));
        });
        lab.endOf(crashing);
        assertThat(Await.next(lab.reports).text()).doesNotContain("callers");
    }

    @Test
    void aBodyThatCannotSayItsCallersHurtsNobodyWhoAsks() {
        Pid broken = lab.node.spawn(new Body<Object>() {
            @Override
            public void run(Receiver<Object> self) {
                Lab.drop(self);
            }

            @Override
            public List<Pid> callers() {
                throw new IllegalStateException("on purpose");
            }
        });
        assertThat(broken.info().orElseThrow().callers()).isEmpty();
        assertThat(broken.isAlive()).isTrue();
    }

    @Test
    void aBodyThatCannotSayWhatItIsIsNotStarted() {
        assertThatNullPointerException().isThrownBy(() -> lab.node.spawn(new Described(null, List.of())));
        lab.inProcess(self -> {
            assertThatNullPointerException().isThrownBy(() -> self.spawnLink(new Described(null, List.of())));
            assertThat(self.pid().info().orElseThrow().links()).isEmpty(); // and this process goes on
        });
    }

    @Test
    void aThreadKnowsItsProcess() {
        assertThat(Pid.ofCurrentThread()).isEmpty();
        lab.inProcess(self -> assertThat(Pid.ofCurrentThread()).contains(self.pid()));
        Pid server = lab.start(self -> new Lab.Echo() {
            @Override
            public void call(Object message, From from) {
                from.reply(Pid.ofCurrentThread().equals(java.util.Optional.of(self.pid())));
            }
        });
        assertThat(ServerRef.<Object>of(server).call(new Lab.Ask(1))).isEqualTo(true);
    }

    @Test
    void aReferenceKnowsItsNode() {
        assertThat(ServerRef.of(lab.idle()).node()).isSameAs(lab.node);
        assertThat(lab.node.ref(Name.of("nobody")).node()).isSameAs(lab.node);
    }

    // ---- Answers that are sent on ----------------------------------------------------------------------------------

    @Test
    void anAnswerIsSentToAProcessThatHasNotAsked() {
        Pid server = lab.start(_ -> new Lab.Echo());
        PendingCall<Object> asked = ServerRef.<Object>of(server).request(new Lab.Ask(1));
        lab.inProcess(self -> {
            asked.sendTo(self.pid(), "label");
            Response response = self.receive(Response.class);
            assertThat(response.label()).isEqualTo("label");
            assertThat(response.outcome().isOk()).isTrue();
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void aFailureIsSentOnToo() {
        Pid mute = lab.node.spawn((Receiver<Object> self) -> {
            self.receive(Incoming.class);
            throw new ProcessExit(ExitReason.because("oops"));
        });
        PendingCall<Object> asked = ServerRef.<Object>of(mute).request(new Lab.Ask(1));
        lab.inProcess(self -> {
            asked.sendTo(self.pid(), "label");
            assertThat(self.receive(Response.class).outcome())
                    .isInstanceOfSatisfying(
                            Result.Err.class,
                            failed -> assertThat(failed.error()).isInstanceOf(CallException.ServerExited.class));
        });
        assertThat(asked.await(Duration.ZERO)).isPresent();
    }

    @Test
    void anAnswerGoesOneWayOnly() {
        PendingCall<Object> asked = ServerRef.<Object>of(lab.idle()).request(new Lab.Ask(1));
        Pid receiver = lab.idle();
        asked.sendTo(receiver, "label");
        assertThatIllegalStateException().isThrownBy(() -> asked.sendTo(receiver, "label"));
        assertThatIllegalStateException().isThrownBy(asked::toFuture);
        assertThatNullPointerException().isThrownBy(() -> asked.sendTo(null, "label"));
        assertThatNullPointerException().isThrownBy(() -> asked.sendTo(receiver, null));
    }
}
