package dev.skep;

import dev.skep.stress.Scenario;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/// An idempotent call by name, while the server dies and another takes the name.
///
/// Promised: the call is answered by whoever has the name in the end; it does not wait on when there is a server (a
/// model checker finds that). Nothing that waits is left behind.
@Scenario({"call", "appear"})
@Scenario({"call", "call", "appear"})
@Scenario({"call", "killAndReplace"})
@Scenario({"call", "clock", "appear"})
public class AwaitedNameModel {
    private static final int MOST = 4;
    private static final Name<Object> NAME = Name.of("name");

    private record Ask() implements IdempotentCall<Object, String> {}

    private final Stage stage = new Stage();
    private final @Nullable String[] outcomes = new String[MOST];
    private volatile boolean over;
    private volatile boolean timePasses;

    private static final class Server extends Stage.Part {
        @Override
        public void call(Object message, From from) {
            from.reply("answer");
        }
    }

    /// Calls whoever has the name.
    @Operation
    public void call(@Param(gen = IntGen.class) int number) {
        try {
            outcomes[number] = stage.node.ref(NAME).call(new Ask(), Duration.ofSeconds(1));
        } catch (CallException.Timeout late) {
            outcomes[number] = "timeout";
        } catch (CallException.NoProcess | CallException.ServerExited dead) {
            outcomes[number] = "dead";
        }
        over = true;
        stage.wake();
    }

    /// A server takes the name.
    @Operation
    public void appear() {
        stage.node.register(NAME, stage.begin(new Server()));
    }

    /// A server takes the name, is killed, and replaced.
    @Operation
    public void killAndReplace() {
        Process first = stage.begin(new Server());
        stage.node.register(NAME, first);
        first.exitAndJoin(ExitReason.kill(), ServerRef.FOREVER); // it may be answering the call on the other thread
        appear();
    }

    /// Lets the time pass until a call has ended.
    @Operation
    public void clock() {
        timePasses = true;
        stage.drive(() -> over);
    }

    /// What is promised.
    @Validate
    public void everyCallIsAnswered() {
        for (String outcome : outcomes) {
            if (outcome != null && !outcome.equals("answer") && !(timePasses && outcome.equals("timeout"))) {
                throw new AssertionError("the call ended with " + outcome);
            }
        }
        if (stage.node.waiters.waiters() != 0) {
            throw new AssertionError("a call waits that has ended");
        }
    }
}
