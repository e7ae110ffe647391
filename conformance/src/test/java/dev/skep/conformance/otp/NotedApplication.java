package dev.skep.conformance.otp;

import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.StartSpec;
import dev.skep.application.Application;
import dev.skep.application.ApplicationStart;
import dev.skep.application.Setting;
import dev.skep.conformance.Inside;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// An application with one worker, which notes what happens to it.
final class NotedApplication implements Application {
    /// What a callback does.
    interface Step {
        void run() throws Exception;
    }

    private static final Step NOTHING = () -> {};

    final Queue<String> journal = new ConcurrentLinkedQueue<>();
    final Queue<Pid> workers = new ConcurrentLinkedQueue<>();
    private final String name;
    private final List<Application> dependencies;
    List<String> phases = List.of();
    List<Setting<?>> settings = List.of();
    Step onStart = NOTHING;
    Step onPrepare = NOTHING;
    Step onStop = NOTHING;

    NotedApplication(String name, Application... dependencies) {
        this.name = name;
        this.dependencies = List.of(dependencies);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String version() {
        return "2.0";
    }

    @Override
    public List<Application> dependencies() {
        return dependencies;
    }

    @Override
    public List<Setting<?>> settings() {
        return settings;
    }

    @Override
    public StartSpec<?> start(ApplicationStart start) throws Exception {
        onStart.run();
        journal.add("start");
        return Supervisor.oneForOne()
                .child(ChildSpec.process("worker", this::work).restart(Restart.TEMPORARY));
    }

    private void work(Receiver<Object> self) {
        workers.add(self.pid());
        Inside.idle(self);
    }

    @Override
    public List<String> startPhases() {
        return phases;
    }

    @Override
    public void startPhase(String phase, ApplicationStart start) {
        journal.add(phase);
    }

    @Override
    public void prepareToStop() throws Exception {
        onPrepare.run();
        journal.add("prepareToStop");
    }

    @Override
    public void stop() throws Exception {
        onStop.run();
        journal.add("stop");
    }
}
