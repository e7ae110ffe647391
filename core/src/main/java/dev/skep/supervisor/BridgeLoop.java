package dev.skep.supervisor;

import dev.skep.Behaviour;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Self;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// A running [SupervisorBridge].
final class BridgeLoop<S> implements Behaviour {
    private final SupervisorBridge<S> bridge;
    private final Self<Object> self;
    /// Set once, by `init`; read by any thread.
    private volatile @Nullable S subsystem;

    BridgeLoop(SupervisorBridge<S> bridge, Self<Object> self) {
        this.bridge = bridge;
        this.self = self;
    }

    /// The subsystem has ended by itself.
    private record Ended(ExitReason reason) {}

    @Override
    public void init() throws Exception {
        subsystem = Objects.requireNonNull(bridge.start(), "start returned no subsystem");
    }

    @Override
    public void initialised() {
        Pid pid = self.pid();
        Objects.requireNonNull(bridge.ended(subsystem()), "ended returned null; return Optional.empty()")
                .ifPresent(stage -> stage.whenComplete((_, failure) -> pid.sendNotice(new Ended(reason(failure)))));
    }

    private static ExitReason reason(@Nullable Throwable failure) {
        if (failure == null) {
            return ExitReason.normal();
        }
        Throwable cause = failure.getCause();
        return ExitReason.crashed(failure instanceof CompletionException && cause != null ? cause : failure);
    }

    private S subsystem() {
        return Objects.requireNonNull(subsystem);
    }

    @Override
    public void info(Object message) {
        if (message instanceof Ended(ExitReason reason)) {
            self.stop(reason);
        } else {
            self.node().unexpected(self.pid(), "got a message that is not for bridges", message);
        }
    }

    @Override
    public void call(Object message, From from) {
        self.node().unexpected(self.pid(), "got a call, which bridges do not answer", message);
    }

    @Override
    public void cast(Object message) {
        self.node().unexpected(self.pid(), "got a cast that is not for bridges", message);
    }

    @Override
    public Result<?, String> health() throws Exception {
        return bridge.health(subsystem());
    }

    @Override
    public void terminate(ExitReason reason) throws Exception {
        bridge.stop(reason, subsystem());
    }

    @Override
    public Optional<Object> shared() {
        return Optional.ofNullable(subsystem);
    }

    @Override
    public Object state() {
        return subsystem();
    }

    @Override
    public String initialCall() {
        return bridge.getClass().getName();
    }
}
