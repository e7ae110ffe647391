package dev.skep.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.Await;
import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.CodeChange;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Incoming;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.SystemCallbacks;
import dev.skep.SystemEvent;
import dev.skep.SystemMessage;
import dev.skep.SystemRequest;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Plain processes that handle system messages.
class SpecialProcessTest {
    private final World world = new World();
    private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        world.close();
    }

    // ---- A process whose state is all there is -------------------------------------------------------------------

    private static final class Till {
        private Till() {}

        record Total() implements Call<Object, Long> {}
    }

    private Pid till() {
        return world.node.spawn((Receiver<Object> self) -> {
            long total = 0;
            while (true) {
                switch (self.receive()) {
                    case Long amount -> {
                        seen.add(amount);
                        total += amount;
                    }
                    case Incoming(Till.Total _, var from) -> from.reply(total);
                    case SystemMessage message -> total = self.handleSystem(message, total);
                    case Exit(var _, ExitReason reason) -> self.stop(reason);
                    default -> {}
                }
            }
        });
    }

    @Test
    void itsStateIsShownAndReplaced() {
        Pid till = till();
        Sys sys = Sys.of(till).timeout(Await.LIMIT);
        till.send(7L);
        assertThat(sys.state()).isEqualTo(7L);
        assertThat(sys.replaceState(Long.class, total -> total + 1)).isEqualTo(8L);
        assertThat(ServerRef.of(till).call(new Till.Total())).isEqualTo(8L);
        assertThat(sys.status().state()).isEqualTo("8");
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> sys.replaceState(Long.class, _ -> {
                    throw new IllegalStateException("no");
                }));
        assertThat(sys.state()).isEqualTo(8L);
    }

    @Test
    void itIsSuspendedAndResumedInOrder() {
        Pid till = till();
        Sys sys = Sys.of(till).timeout(Await.LIMIT);
        till.send(1L);
        assertThat(sys.suspend()).isTrue();
        assertThat(sys.suspend()).isFalse();
        IntStream.rangeClosed(2, 100).forEach(i -> till.send((long) i));
        assertThatExceptionOfType(CallException.Timeout.class)
                .isThrownBy(
                        () -> world.clock.whilePassing(() -> ServerRef.of(till).call(new Till.Total(), World.SHORT)));
        assertThat(sys.state()).isEqualTo(1L);
        assertThat(till.info().orElseThrow().status()).isEqualTo(ProcessInfo.Status.SUSPENDED);
        assertThat(sys.resume()).isTrue();
        assertThat(sys.resume()).isFalse();
        assertThat(ServerRef.of(till).call(new Till.Total())).isEqualTo(5050L);
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 100)
                        .mapToObj(i -> (Object) (long) i)
                        .toList());
    }

    @Test
    void itIsTerminated() {
        Pid till = till();
        Sys.of(till).terminate(ExitReason.because("told"));
        assertThat(world.endOf(till)).isEqualTo(ExitReason.because("told"));
    }

    @Test
    void itIsTerminatedWhileItIsSuspended() {
        Pid till = till();
        Sys.of(till).suspend();
        till.send(1L);
        Sys.of(till).terminate(ExitReason.because("told"));
        assertThat(world.endOf(till)).isEqualTo(ExitReason.because("told"));
        assertThat(seen).isEmpty();
    }

    @Test
    void itIsStoppedWhileItIsSuspended() {
        Pid till = till();
        Sys.of(till).suspend();
        till.send(1L);
        ServerRef.of(till).stop(ExitReason.shutdown(), Await.LIMIT);
        assertThat(seen).isEmpty();
    }

    @Test
    void anExitSignalEndsItWhileItIsSuspended() {
        Pid till = till();
        Sys.of(till).suspend();
        till.exit(ExitReason.because("enough"));
        assertThat(world.endOf(till)).isEqualTo(ExitReason.because("enough"));
    }

    @Test
    void itsParentsEndEndsItWhileItIsSuspendedEvenIfItTrapsExits() {
        CompletableFuture<Pid> child = new CompletableFuture<>();
        Pid parent = world.node.spawn((Receiver<Object> self) -> {
            child.complete(self.spawnLink((Receiver<Object> its) -> {
                its.trapExit(true);
                while (true) {
                    switch (its.receive()) {
                        case SystemMessage message -> its.handleSystem(message, "state");
                        case Object other -> seen.add(other);
                    }
                }
            }));
            self.receive();
            self.stop(ExitReason.because("parent"));
        });
        Pid pid = child.join();
        Sys.of(pid).suspend();
        pid.exit(ExitReason.because("somebody"));
        assertThat(Sys.of(pid).status().suspended()).isTrue();
        assertThat(seen).isEmpty();
        parent.send("end");
        assertThat(world.endOf(pid)).isEqualTo(ExitReason.because("parent"));
        assertThat(seen).isEmpty();
    }

    @Test
    void itsCodeCannotBeChanged() {
        Sys sys = Sys.of(till());
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> sys.changeCode(CodeChange.to("v2")))
                .withMessageContaining("suspend it first");
        sys.suspend();
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> sys.changeCode(CodeChange.to("v2")))
                .withCauseInstanceOf(UnsupportedOperationException.class)
                .withMessageContaining("without callbacks");
    }

    // ---- A process with callbacks, as in "sys and proc_lib" ------------------------------------------------------

    /// Gives channels away.
    private static final class Channels implements SystemCallbacks {
        private final TreeSet<Integer> free = new TreeSet<>();
        private Channels.Policy policy = NavigableSet::first;

        interface Policy {
            int next(NavigableSet<Integer> free);
        }

        record Alloc() implements Call<Object, Integer> {}

        record Free(int channel) {}

        Channels(int number) {
            IntStream.rangeClosed(1, number).forEach(free::add);
        }

        void run(Receiver<Object> self) {
            while (true) {
                Object message = self.receive();
                switch (message) {
                    case Incoming(Alloc alloc, var from) -> {
                        self.debug(() -> new SystemEvent.Called(alloc, from.pid()));
                        int channel = policy.next(free);
                        free.remove(channel);
                        from.reply(channel);
                        self.debug(() -> new SystemEvent.Answered(channel, from.pid()));
                    }
                    case Free(int channel) -> {
                        self.debug(() -> new SystemEvent.Received(message));
                        free.add(channel);
                    }
                    case SystemMessage system -> self.handleSystem(system, this);
                    default -> self.debug(() -> new SystemEvent.Other("dropped " + message));
                }
            }
        }

        @Override
        public Object state() {
            return List.copyOf(free);
        }

        @Override
        public void replaceState(Object state) {
            List<Integer> numbers =
                    ((List<?>) state).stream().map(Integer.class::cast).toList();
            free.clear();
            free.addAll(numbers);
        }

        @Override
        public Object reportedState() {
            return free.size() + " free";
        }

        @Override
        public Optional<String> version() {
            return Optional.of("first");
        }

        @Override
        public Runnable changeCode(CodeChange change) {
            Policy next = (Policy) change.implementation();
            return () -> policy = next;
        }
    }

    private Pid channels(int number) {
        return world.node.spawn((Receiver<Object> self) -> new Channels(number).run(self));
    }

    @Test
    void aSpecialProcessIsInspectedAsInOtp() {
        Pid pid = channels(100);
        ServerRef<Object> channels = ServerRef.of(pid);
        Sys sys = Sys.of(pid).timeout(Await.LIMIT);
        sys.startStatistics();
        sys.startTrace(seen::add);
        int channel = channels.call(new Channels.Alloc());
        assertThat(channel).isEqualTo(1);
        Object replaced = sys.replaceState(Object.class, _ -> List.of(2, 3, 4));
        assertThat(replaced).isEqualTo(List.of(2, 3, 4));
        pid.send(new Channels.Free(channel));
        pid.send("nonsense");
        assertThat(sys.state()).isEqualTo(List.of(1, 2, 3, 4));
        Statistics statistics = sys.statistics().orElseThrow();
        assertThat(statistics.messagesIn()).isEqualTo(2);
        assertThat(statistics.messagesOut()).isEqualTo(1);
        assertThat(sys.status().version()).contains("first");
        assertThat(sys.status().state()).isEqualTo("4 free");
        assertThat(sys.status().debug()).hasSize(2);
        assertThat(seen)
                .containsExactly(
                        "*DBG* " + pid + " got call Alloc[] from a thread",
                        "*DBG* " + pid + " sent 1 to a thread",
                        "*DBG* " + pid + " got Free[channel=1]",
                        "*DBG* " + pid + " dropped nonsense");
    }

    @Test
    void aReplacementThatACallbackRefusesIsAFailure() {
        Sys sys = Sys.of(channels(2));
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> sys.replaceState(Object.class, _ -> List.of("one")))
                .withCauseInstanceOf(ClassCastException.class);
        assertThat(sys.state()).isEqualTo(List.of(1, 2));
    }

    @Test
    void itsCodeIsChangedIfItsCallbacksDoSo() {
        Pid pid = channels(9);
        ServerRef<Object> channels = ServerRef.of(pid);
        assertThat(channels.call(new Channels.Alloc())).isEqualTo(1);
        Channels.Policy last = NavigableSet::last;
        Upgrade.plan().process(channels, CodeChange.to(last)).run();
        assertThat(channels.call(new Channels.Alloc())).isEqualTo(9);
        assertThatExceptionOfType(UpgradeException.class)
                .isThrownBy(() ->
                        Upgrade.plan().process(channels, CodeChange.to("text")).run())
                .withCauseInstanceOf(ClassCastException.class);
        assertThat(channels.call(new Channels.Alloc())).isEqualTo(8);
    }

    @Test
    void debugFunctionsOfAPlainProcessSeeNoState() throws Exception {
        Pid pid = channels(9);
        Sys.of(pid).install("look", "", (state, _, process) -> {
            seen.add(List.of(process.pid(), process.state(), process.stateText()));
            return Optional.of(state);
        });
        pid.send("nonsense");
        assertThat(Await.next(seen)).isEqualTo(List.of(pid, Optional.empty(), Optional.empty()));
    }

    // ---- Processes that handle them badly ------------------------------------------------------------------------

    @Test
    void aProcessThatEndsWithoutHandlingARequestFailsIt() {
        Pid pid = world.node.spawn((Receiver<Object> self) -> {
            self.receive(SystemMessage.class);
            self.stop(ExitReason.because("die"));
        });
        assertThatExceptionOfType(CallException.ServerExited.class)
                .isThrownBy(() -> Sys.of(pid).timeout(Await.LIMIT).state())
                .withMessageContaining("die");
    }

    @Test
    void aProcessThatDoesNotLookAtItsMessagesLetsRequestsTimeOut() {
        Pid pid = world.node.spawn((Receiver<Object> self) -> self.receive(Long.class));
        assertThatExceptionOfType(CallException.Timeout.class)
                .isThrownBy(() -> world.clock.whilePassing(
                        () -> Sys.of(pid).timeout(World.SHORT).suspend()));
        assertThat(pid.isAlive()).isTrue();
    }

    @Test
    void aRequestIsHandledOnceAndByItsOwnProcess() throws Exception {
        CompletableFuture<SystemMessage> message = new CompletableFuture<>();
        Pid pid = world.node.spawn((Receiver<Object> self) -> {
            SystemMessage received = self.receive(SystemMessage.class);
            seen.add(received.request());
            seen.add(received.toString());
            self.handleSystem(received, "state");
            self.handleSystem(received, "state"); // has been answered: nothing is done
            message.complete(received);
            self.receive();
        });
        assertThat(Sys.of(pid).timeout(Await.LIMIT).suspend()).isTrue();
        assertThat(Sys.of(pid).timeout(Await.LIMIT).resume()).isTrue();
        SystemMessage handled = message.join();
        assertThat(seen).containsExactly(new SystemRequest.Suspend(), "system message Suspend");
        world.node.spawn((Receiver<Object> self) -> {
            try {
                self.handleSystem(handled, "state");
            } catch (IllegalArgumentException e) {
                seen.add(e.getMessage());
            }
        });
        Await.until(() -> seen.size() == 3);
        assertThat(seen.toArray()[2]).asString().contains("system message Suspend is for " + pid);
    }

    @Test
    void whatWatchesItEndsWithIt() {
        AtomicInteger closed = new AtomicInteger();
        AutoCloseable resource = closed::incrementAndGet;
        Pid till = till();
        Sys.of(till).install("watch", resource, (state, _, _) -> Optional.of(state));
        ServerRef.of(till).stop(ExitReason.normal(), Await.LIMIT);
        assertThat(closed).hasValue(1);
    }

    @Test
    void callbacksDoNotHandleSystemMessages() throws Exception {
        Pid pid = world.node.spawn((Receiver<Object> self) -> {
            SystemMessage suspend = self.receive(SystemMessage.class);
            self.handleSystem(suspend, new SystemCallbacks() {
                @Override
                public Object state() {
                    self.handleSystem(suspend, this);
                    return "never";
                }
            });
        });
        assertThat(Sys.of(pid).suspend()).isTrue();
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> Sys.of(pid).state())
                .withMessageContaining("callbacks must not handle system messages");
        assertThat(Sys.of(pid).resume()).isTrue();
    }

    @Test
    void aSuspensionInsideOfASelectionIsAMistake() throws Exception {
        Pid pid = world.node.spawn((Receiver<Object> self) -> self.select(message -> {
            if (message instanceof SystemMessage system) {
                self.handleSystem(system, "state");
            }
            return Optional.of(message);
        }));
        Sys.of(pid).timeout(Await.LIMIT).suspend();
        assertThat(world.endOf(pid)).asString().contains("inside the selection of a receive");
    }

    @Test
    void onlyTheProcessItselfHandlesItsSystemMessages() {
        CompletableFuture<Receiver<Object>> leaked = new CompletableFuture<>();
        CompletableFuture<SystemMessage> message = new CompletableFuture<>();
        Pid pid = world.node.spawn((Receiver<Object> self) -> {
            leaked.complete(self);
            message.complete(self.receive(SystemMessage.class));
            self.receive();
        });
        var pending = ServerRef.of(pid).system(new SystemRequest.GetStatus());
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> leaked.join().handleSystem(message.join(), "state"))
                .withMessageContaining("another thread");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> leaked.join().debug(() -> new SystemEvent.Handled()));
        assertThat(pending.cancel()).isTrue();
    }
}
