package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Names that are keys of a registry of one's own.
class ViaTest {
    @AutoClose
    private final Lab lab = new Lab();

    private final Node node = lab.node;

    /// The smallest registry there is.
    private static class Phonebook implements Via<Integer> {
        final Map<Integer, Pid> entries = new ConcurrentHashMap<>();

        @Override
        public Pid register(Integer number, Pid pid) {
            Pid before = entries.putIfAbsent(number, pid);
            return before == null ? pid : before;
        }

        @Override
        public boolean unregister(Integer number, Pid pid) {
            return entries.remove(number, pid);
        }

        @Override
        public Optional<Pid> whereis(Integer number) {
            return Optional.ofNullable(entries.get(number));
        }

        @Override
        public String toString() {
            return "phones";
        }
    }

    private final Phonebook phones = new Phonebook();
    private final Name<Object> seven = Name.via(phones, 7);

    private StartSpec<Pid> named(Name<?> name, Supplier<Behaviour> behaviour) {
        StartSpec<Pid> nameless = Lab.spec(_ -> behaviour.get());
        return new StartSpec<>() {
            @Override
            protected Behaviour behaviour(Self<Object> self) throws Exception {
                return nameless.behaviour(self);
            }

            @Override
            protected Pid reference(Pid pid) {
                return pid;
            }

            @Override
            public Optional<Name<?>> name() {
                return Optional.of(name);
            }

            @Override
            public String describe() {
                return "a behaviour with a name";
            }
        };
    }

    @Test
    void namesAreEqualWhenRegistryAndKeyAre() {
        assertThat(Name.<Object, Integer>via(phones, 7)).isEqualTo(seven).hasSameHashCodeAs(seven);
        assertThat(Name.<Object, Integer>via(phones, 8)).isNotEqualTo(seven);
        assertThat(Name.<Object, Integer>via(new Phonebook(), 7)).isNotEqualTo(seven);
        assertThat(seven).hasToString("phones[7]").isNotEqualTo(Name.of("phones[7]"));
        assertThat(seven.text()).isEqualTo("phones[7]");
        assertThatNullPointerException().isThrownBy(() -> Name.via(phones, null));
        assertThatNullPointerException().isThrownBy(() -> Name.via(null, 7));
    }

    @Test
    void aProcessIsStartedUnderAKeyAndFoundByIt() {
        Pid pid = node.start(named(seven, Lab.Echo::new));
        assertThat(phones.entries).containsEntry(7, pid);
        assertThat(node.whereis(seven)).contains(pid);
        assertThat(node.ref(seven).call(new Lab.Ask("hello"))).isEqualTo(new Lab.Ask("hello"));
        assertThat(pid).hasToString("<lab." + pid.id() + " phones[7]>");
        assertThat(pid.info().orElseThrow().name()).contains(seven);
        assertThat(node.registered()).as("the node's own names").isEmpty();
    }

    @Test
    void theKeyIsThereBeforeInitRunsAndFreeWhenItFails() {
        LinkedBlockingQueue<Object> found = new LinkedBlockingQueue<>();
        Started<Pid> started = node.tryStart(named(seven, () -> new Lab.Echo() {
            @Override
            public void init() {
                found.add(phones.entries.get(7));
                throw new ProcessExit(ExitReason.because("no"));
            }
        }));
        assertThat(started).isInstanceOf(Started.Failed.class);
        assertThat(found).hasSize(1);
        assertThat(phones.entries).isEmpty();
    }

    @Test
    void aTakenKeyIsAlreadyStarted() {
        Pid pid = node.start(named(seven, Lab.Echo::new));
        assertThat(node.tryStart(named(seven, Lab.Echo::new))).isEqualTo(new Started.AlreadyStarted<>(pid));
        assertThat(phones.entries).containsExactly(Map.entry(7, pid));
    }

    @Test
    void aRegistryThatFailsFailsTheStart() {
        Name<Object> broken = Name.via(
                new Phonebook() {
                    @Override
                    public Pid register(Integer number, Pid pid) {
                        throw new IllegalStateException("out of order");
                    }
                },
                1);
        assertThat(node.tryStart(named(broken, Lab.Echo::new)))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason())
                                .hasToString("crashed: java.lang.IllegalStateException: out of order"));
        Name<Object> blind = Name.via(
                new Phonebook() {
                    @Override
                    public Optional<Pid> whereis(Integer number) {
                        throw new IllegalStateException("cannot read");
                    }
                },
                1);
        assertThat(node.tryStart(named(blind, Lab.Echo::new)))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason())
                                .hasToString("crashed: java.lang.IllegalStateException: cannot read"));
        Pid pid = lab.idle();
        assertThatIllegalStateException().isThrownBy(() -> node.register(broken, pid));
        node.register(seven, pid); // the failed attempt has left no trace
    }

    @Test
    void aProcessIsRegisteredAndUnregisteredLater() {
        Pid pid = lab.idle();
        node.register(seven, pid);
        assertThat(node.whereis(seven)).contains(pid);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node.register(seven, lab.idle()))
                .withMessageContaining("taken by " + pid);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node.register(Name.of("other"), pid))
                .withMessageContaining("registered as \"phones[7]\"");
        node.unregister(seven);
        assertThat(phones.entries).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> node.unregister(seven));
        node.register(Name.of("other"), pid);
    }

    @Test
    void whoHearsOfTheEndFindsTheKeyFree() {
        lab.inProcess(self -> {
            for (int i = 0; i < 200; i++) {
                Pid holder = self.start(named(seven, Lab.Echo::new)).orElseThrow();
                Monitor monitor = self.monitor(seven);
                assertThat(monitor.pid()).isEqualTo(holder);
                holder.exit(i % 2 == 0 ? ExitReason.kill() : ExitReason.shutdown());
                self.receive(Down.class, down -> down.monitor() == monitor);
                assertThat(phones.entries).isEmpty();
            }
        });
    }

    @Test
    void aKeyIsNeverLeftToAProcessThatDiesWhileItIsRegistered() {
        for (int i = 0; i < 300; i++) {
            Pid dying = node.spawn(Receiver::receive);
            dying.send("go");
            try {
                node.register(seven, dying);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("ended");
            }
            lab.endOf(dying);
            assertThat(phones.entries).isEmpty();
        }
    }

    @Test
    void aReferenceLooksTheKeyUpAtEachUse() {
        ServerRef<Object> ref = node.ref(seven);
        assertThat(ref.pid()).isEmpty();
        Pid one = lab.start(_ -> new Lab.Echo());
        Pid two = lab.start(_ -> new Lab.Echo());
        phones.entries.put(7, one);
        assertThat(ref.pid()).contains(one);
        phones.entries.put(7, two); // the registry's own business
        assertThat(ref.pid()).contains(two);
        two.exit(ExitReason.kill());
        lab.endOf(two);
        assertThat(phones.entries).as("nobody told the runtime").containsEntry(7, two);
        assertThat(ref.pid()).as("but the dead are not found").isEmpty();
        assertThat(node.whereis(seven)).isEmpty();
    }

    @Test
    void everythingThatTakesANameTakesAKey() {
        LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
        Pid pid = node.spawn((Receiver<Object> self) -> {
            while (true) {
                received.add(self.receive());
            }
        });
        node.send(seven, "nobody");
        node.register(seven, pid);
        node.send(seven, "now");
        assertThat(Await.next(received)).isEqualTo("now");
        node.sendAfter(Duration.ZERO, seven, "at once");
        assertThat(Await.next(received)).isEqualTo("at once");
        node.sendAfter(Duration.ofMillis(1), seven, "soon");
        lab.clock.passUntil(() -> !received.isEmpty());
        assertThat(Await.next(received)).isEqualTo("soon");
        Timer every = node.timers().sendInterval(Duration.ofMillis(1), seven, "tick");
        lab.clock.passUntil(() -> !received.isEmpty());
        assertThat(Await.next(received)).isEqualTo("tick");
        every.cancel();
        assertThat(ServerRef.multiCall(List.of(node.ref(Name.via(phones, 8))), new Lab.Ask(1), Await.LIMIT)
                        .failures())
                .hasSize(1);
        node.ref(seven).send("by reference");
        Await.until(() -> received.contains("by reference"));
        lab.inProcess(self -> {
            Monitor nobody = self.monitor(Name.via(phones, 9));
            assertThat(self.receive(Down.class).monitor()).isSameAs(nobody);
        });
    }

    @Test
    void aTimerDoesNotHoldUpTheClockForARegistry() {
        CountDownLatch goOn = new CountDownLatch(1);
        LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
        Pid pid = node.spawn((Receiver<Object> self) -> {
            while (true) {
                received.add(self.receive());
            }
        });
        Phonebook slow = new Phonebook() {
            @Override
            public Optional<Pid> whereis(Integer number) {
                Await.latch(goOn);
                return super.whereis(number);
            }
        };
        slow.entries.put(1, pid);
        node.sendAfter(Duration.ofNanos(1), Name.via(slow, 1), "slow");
        node.sendAfter(Duration.ofMillis(5), pid, "quick");
        lab.clock.passUntil(() -> !received.isEmpty());
        assertThat(Await.next(received)).isEqualTo("quick");
        goOn.countDown();
        assertThat(Await.next(received)).isEqualTo("slow");
    }

    @Test
    void aRegistryThatFailsAtADeathKeepsNobodyFromEnding() {
        Name<Object> broken = Name.via(
                new Phonebook() {
                    @Override
                    public boolean unregister(Integer number, Pid pid) {
                        throw new IllegalStateException("out of order");
                    }
                },
                1);
        Pid pid = node.start(named(broken, Lab.Echo::new));
        pid.exit(ExitReason.shutdown());
        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.shutdown());
    }
}
