package dev.skep.testkit;

import dev.skep.Down;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/// A process that stands for the test: its pid can be handed out, and the test takes from its mailbox what has
/// come. Made by [Testkit#probe()].
///
/// ```java
/// Probe probe = skep.probe();
/// server.cast(new Subscribe(probe.pid()));
/// Event event = probe.expect(Event.class, e -> e.number() == 1);
/// probe.refuteAny();
/// ```
///
/// An *expect* waits until the message is there; how long at most is set by [Testkit.Settings#limit(Duration)],
/// and only a test that fails waits so long. A *refute* waits until the processes are at rest, so that nothing
/// more can come by itself, and sleeps no guessed time; what a timer would send later is not waited for, see
/// [VirtualClock].
///
/// It traps exits, so a link brings it [Exit] messages. For one thread at a time, which is not one of the node's
/// processes. Elixir: the test process, with `assert_receive` and `refute_receive`.
public final class Probe {
    private final Activity activity;
    private final Duration limit;
    private final List<Object> mailbox = new CopyOnWriteArrayList<>();
    private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
    private final Pid pid;

    /// Something that the process itself has to do.
    private record Command(Work work, CompletableFuture<Boolean> done) {}

    private interface Work {
        void run(Receiver<Object> self);
    }

    /// Says that there is a command: one cannot be sent itself, since it can be changed.
    private enum Bell {
        COMMAND
    }

    Probe(Testkit kit, Activity activity, Duration limit) {
        this.activity = activity;
        this.limit = limit;
        this.pid = kit.node().spawn(this::receiveAll);
    }

    private void receiveAll(Receiver<Object> self) {
        self.trapExit(true);
        while (true) {
            Object message = self.receive();
            if (message instanceof Bell) {
                Command command = Objects.requireNonNull(commands.poll());
                command.work.run(self);
                command.done.complete(true);
            } else {
                mailbox.add(message);
                activity.announce();
            }
        }
    }

    /// The process, to be handed out.
    ///
    /// @return its pid
    public Pid pid() {
        return pid;
    }

    /// The process as a server: a call of it arrives as a [dev.skep.Incoming], which the test may answer.
    ///
    /// @param <P> a protocol
    /// @return a reference
    public <P> ServerRef<P> ref() {
        return ServerRef.of(pid);
    }

    /// What has come and has not been taken. Does not wait.
    ///
    /// @return the messages, oldest first
    public List<Object> messages() {
        return List.copyOf(mailbox);
    }

    // ---- What comes ----------------------------------------------------------------------------------------------

    /// Takes the oldest message of a type, waiting for it. Others stay.
    ///
    /// @param <M> the type
    /// @param type its class
    /// @return the message
    /// @throws AssertionError if none comes in time; the message shows what has come instead
    public <M> M expect(Class<M> type) {
        return expect(type, _ -> true);
    }

    /// Takes the oldest message of a type that passes a test, waiting for it. Others stay. Elixir:
    /// `assert_receive`.
    ///
    /// @param <M> the type
    /// @param type its class
    /// @param test which ones are wanted
    /// @return the message
    /// @throws AssertionError if none comes in time; the message shows what has come instead
    public <M> M expect(Class<M> type, Predicate<? super M> test) {
        List<M> found = new ArrayList<>(1);
        if (!activity.await(() -> take(type, test, found), limit)) {
            throw new AssertionError("no " + type.getSimpleName() + " that was expected came to " + pid + " within "
                    + limit + shown() + activity.whoIsBusy());
        }
        return found.getFirst();
    }

    /// Takes the oldest message, which has to equal `message`, waiting for it.
    ///
    /// @param message what has to come first
    /// @throws AssertionError if something else comes first, or nothing in time
    public void expectNext(Object message) {
        Objects.requireNonNull(message, "message");
        if (!activity.await(() -> !mailbox.isEmpty(), limit)) {
            throw new AssertionError(
                    "expected " + message + ", but nothing came to " + pid + " within " + limit + activity.whoIsBusy());
        }
        if (!mailbox.getFirst().equals(message)) {
            throw new AssertionError("expected " + message + " to come first" + shown());
        }
        mailbox.removeFirst();
    }

    private <M> boolean take(Class<M> type, Predicate<? super M> test, List<M> into) {
        for (Object message : mailbox) {
            if (type.isInstance(message) && test.test(type.cast(message))) {
                mailbox.remove(message);
                into.add(type.cast(message));
                return true;
            }
        }
        return false;
    }

    /// Waits until the processes are at rest: then no such message has come.
    ///
    /// @param type the class of what must not come
    /// @throws AssertionError if one has come, or the processes are not at rest in time
    public void refute(Class<?> type) {
        refute(type, _ -> true);
    }

    /// Waits until the processes are at rest: then no such message has come. Elixir: `refute_receive`.
    ///
    /// @param <M> the type of what must not come
    /// @param type its class
    /// @param test which ones must not come
    /// @throws AssertionError if one has come, or the processes are not at rest in time
    public <M> void refute(Class<M> type, Predicate<? super M> test) {
        awaitRest();
        for (Object message : mailbox) {
            if (type.isInstance(message) && test.test(type.cast(message))) {
                throw new AssertionError(
                        "a " + type.getSimpleName() + " came to " + pid + " that must not come: " + message + shown());
            }
        }
    }

    /// Waits until the processes are at rest: then there is nothing in the mailbox.
    ///
    /// @throws AssertionError if there is, or the processes are not at rest in time
    public void refuteAny() {
        awaitRest();
        if (!mailbox.isEmpty()) {
            throw new AssertionError("nothing more was to come to " + pid + shown());
        }
    }

    private void awaitRest() {
        if (!activity.awaitRest(limit)) {
            throw new AssertionError("what must not come cannot be told, since the processes are not at rest within "
                    + limit + ":" + activity.whoIsBusy());
        }
    }

    private String shown() {
        if (mailbox.isEmpty()) {
            return "; its mailbox is empty";
        }
        StringBuilder text = new StringBuilder("; its mailbox has");
        mailbox.forEach(
                message -> text.append(System.lineSeparator()).append("  ").append(message));
        return text.toString();
    }

    // ---- Other processes -----------------------------------------------------------------------------------------

    /// Monitors a process: a [Down] comes when it ends. Returns when the monitor is set.
    ///
    /// @param target the process
    public void monitor(Pid target) {
        Objects.requireNonNull(target, "target");
        tell(self -> self.monitor(target));
    }

    /// Links the probe to a process: an [Exit] comes when it ends, and it gets an exit signal when the test ends.
    /// Returns when the link is set.
    ///
    /// @param target the process
    public void link(Pid target) {
        Objects.requireNonNull(target, "target");
        tell(self -> self.link(target));
    }

    private void tell(Work work) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        commands.add(new Command(work, done));
        pid.send(Bell.COMMAND);
        try {
            done.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a test waited", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("probe " + pid + " does not do what it is told: it has ended", e);
        }
    }

    /// Takes the [Down] of a process that is monitored, waiting for it.
    ///
    /// @param target the process
    /// @return why it has ended
    /// @throws AssertionError if it does not end in time
    public ExitReason awaitDown(Pid target) {
        return expect(Down.class, down -> down.pid().equals(target)).reason();
    }

    /// Takes the [Exit] of a process that is linked, waiting for it.
    ///
    /// @param target the process
    /// @return why it has ended
    /// @throws AssertionError if it does not end in time
    public ExitReason awaitExit(Pid target) {
        return expect(Exit.class, exit -> exit.pid().equals(target)).reason();
    }

    @Override
    public String toString() {
        return "probe " + pid;
    }
}
