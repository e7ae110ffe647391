package dev.skep;

import dev.skep.stress.Scenario;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/// A call with a time limit, whose server answers late, at once, or never, and may die meanwhile.
///
/// Promised: every call ends, with the answer or one failure. An answer that `reply` has said to be accepted is what
/// the
/// caller gets. An answer that comes after the time limit, or after the server's death, is refused.
@Scenario({"call", "clock", "reply"})
@Scenario({"call", "kill"})
@Scenario({"call", "kill", "reply"})
@Scenario({"call", "clock", "kill"})
@Scenario({"callAtOnce", "kill"})
@Scenario({"callAtOnce", "callAtOnce"})
public class CallModel {
    private static final int MOST = 4;

    private record Ask(boolean atOnce) implements Call<Object, String> {}

    private final Stage stage = new Stage();
    private volatile @Nullable From open;
    private volatile boolean over;
    private volatile boolean killed;
    private volatile boolean timePasses;
    private boolean accepted;
    private final @Nullable String[] outcomes = new String[MOST];
    private final @Nullable String[] expected = new String[MOST];

    private final class Server extends Stage.Part {
        @Override
        public void call(Object message, From from) {
            if (((Ask) message).atOnce) {
                from.reply("answer");
            } else {
                open = from;
            }
        }
    }

    private final Process server = stage.begin(new Server());

    /// Calls, and waits for a second for an answer that comes late.
    @Operation
    public void call(@Param(gen = IntGen.class) int number) {
        outcomes[number] = outcome(false);
        over = true;
        stage.wake();
    }

    /// Calls, and is answered at once.
    @Operation
    public void callAtOnce(@Param(gen = IntGen.class) int number) {
        outcomes[number] = outcome(true);
        expected[number] = "answer";
    }

    private String outcome(boolean atOnce) {
        try {
            return ServerRef.<Object>of(server).call(new Ask(atOnce), Duration.ofSeconds(1));
        } catch (CallException.Timeout late) {
            return "timeout";
        } catch (CallException.ServerExited | CallException.NoProcess dead) {
            return "dead";
        }
    }

    /// Answers, if the call has come.
    @Operation
    public void reply() {
        From from = open;
        if (from != null) {
            accepted = from.reply("answer");
        }
    }

    /// Kills the server.
    @Operation
    public void kill() {
        killed = true;
        server.exit(ExitReason.kill());
    }

    /// Lets the time pass until the call has ended.
    @Operation
    public void clock() {
        timePasses = true;
        stage.drive(() -> over);
    }

    /// What is promised.
    @Validate
    public void everyCallHasEndedAsTheServerWasTold() {
        for (int i = 0; i < MOST; i++) {
            String outcome = outcomes[i];
            if (outcome == null) {
                continue;
            }
            boolean right = switch (outcome) {
                case "answer" -> accepted || expected[i] != null;
                case "timeout" -> timePasses && !accepted;
                case "dead" -> killed && !accepted;
                default -> false;
            };
            if (!right) {
                throw new AssertionError("the call ended with " + outcome + ", its answer was "
                        + (accepted ? "accepted" : "not accepted"));
            }
        }
        From late = open;
        if (late != null && late.reply("late")) {
            throw new AssertionError("an answer was accepted after the call had ended");
        }
        stage.pass(2_000_000_000);
        stage.tick();
        if (stage.node.timers.pending() != 0) {
            throw new AssertionError("a time limit is left behind");
        }
    }
}
