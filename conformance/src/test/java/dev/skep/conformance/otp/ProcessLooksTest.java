package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.ProcessInfo.Status;
import dev.skep.Receiver;
import dev.skep.SystemMessage;
import dev.skep.conformance.Inside;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.sys.Sys;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("process_SUITE")
class ProcessLooksTest {
    private static final Name<Object> NAME = Name.of("looked-at");

    private static ProcessInfo infoOf(Pid pid) {
        return pid.info().orElseThrow();
    }

    private static List<Object> messagesOf(Pid pid) {
        return pid.messages().orElseThrow();
    }

    /// A process that takes nothing but what it has to flush: then it takes all that is there.
    private static void flushOnDemand(Receiver<Object> self) {
        while (true) {
            Pid asking = self.receive(Pid.class);
            while (self.receive(Duration.ZERO).isPresent()) {}
            asking.send("flushed");
        }
    }

    // ---- What is known -------------------------------------------------------------------------------------------

    @Test
    @Covers("t_process_info")
    void aProcessKnowsItsNameAndThatItRuns(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            assertThat(infoOf(self.pid()).name()).isEmpty();
            skep.node().register(NAME, self.pid());
            assertThat(infoOf(self.pid()).name()).contains(NAME);
            assertThat(infoOf(self.pid()).status()).isEqualTo(Status.RUNNING);
            assertThat(infoOf(self.pid()).initialCall()).contains(Inside.class.getName());
        });
    }

    @Test
    @Covers({"otp_4725", "process_info_2_list"})
    void othersSeeWhatAProcessSeesOfItself(Testkit skep) throws Exception {
        record Own(ProcessInfo info) {}
        Inside.process(skep, self -> {
            Pid target = self.spawnLink((Receiver<Object> it) -> {
                it.trapExit(true);
                self.pid().send(new Own(infoOf(it.pid())));
                it.receive();
            });
            ProcessInfo own = self.receive(Own.class).info();
            ProcessInfo seen = infoOf(target);

            assertThat(own.trapExit()).isTrue();
            assertThat(own.links()).containsExactly(self.pid());
            assertThat(seen)
                    .usingRecursiveComparison()
                    .comparingOnlyFields(
                            "pid", "name", "initialCall", "links", "monitors", "monitoredBy", "ancestors", "trapExit")
                    .isEqualTo(own);
            target.exit(ExitReason.kill());
        });
    }

    @Test
    @Covers("process_info_parent")
    void theParentIsTheFirstAncestor(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid child = self.spawnLink(Inside::idle);
            assertThat(infoOf(child).ancestors()).startsWith(self.pid());
        });
        Pid ofThisThread = skep.node().spawn(Inside::idle);
        assertThat(infoOf(ofThisThread).ancestors()).isEmpty();
        ofThisThread.exit(ExitReason.kill());
    }

    @Test
    @Covers("process_info_smoke_all")
    void linksMonitorsMessagesAndNameAreAllThere(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid other = self.spawnLink(Inside::idle);
            CountDownLatch ready = new CountDownLatch(1);
            Pid target = self.spawnLink((Receiver<Object> it) -> {
                skep.node().register(NAME, it.pid());
                it.link(other);
                it.monitor(other);
                ready.countDown();
                it.receive(Integer.class);
            });
            ready.await();
            Monitor monitor = self.monitor(target);
            target.send("waits");

            ProcessInfo info = infoOf(target);
            assertThat(info.name()).contains(NAME);
            assertThat(info.links()).containsExactly(self.pid(), other);
            assertThat(info.monitors()).containsExactly(other);
            assertThat(info.monitoredBy()).containsExactly(self.pid());
            assertThat(info.mailboxLength()).isEqualTo(1);
            assertThat(messagesOf(target)).containsExactly("waits");

            target.send(1);
            assertThat(self.receive(Down.class).monitor()).isSameAs(monitor);
            assertThat(target.info()).isEmpty();
            assertThat(target.messages()).isEmpty();
        });
    }

    @Test
    @Covers({"process_info_other_status", "process_info_status_handled_signal"})
    void aProcessThatReceivesIsWaitingWithAnEmptyMailbox(Testkit skep) {
        Pid idle = skep.spawn(Inside::idle);
        skep.settle();
        for (int round = 0; round < 100; round++) {
            assertThat(infoOf(idle).status()).isEqualTo(Status.WAITING);
        }
        assertThat(messagesOf(idle)).isEmpty();
    }

    @Test
    @Covers("process_info_reductions")
    void theWorkDoneOnlyGrows(Testkit skep) {
        Pid target = skep.spawn(Inside::idle);
        long before = 0;
        for (int round = 0; round < 200; round++) {
            target.send(round);
            long handled = infoOf(target).messagesHandled();
            assertThat(handled).isBetween(before, round + 1L);
            before = handled;
        }
        skep.settle();
        assertThat(infoOf(target).messagesHandled()).isEqualTo(200);
    }

    // ---- Messages ------------------------------------------------------------------------------------------------

    @Test
    @Covers("process_info_other_msg")
    void theMessagesOfAnotherAreSeenInTheirOrder(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target = self.spawnLink(ProcessLooksTest::flushOnDemand);
            List<Object> sent = new ArrayList<>();
            for (String message : List.of("a", "b", "c", "d", "e")) {
                target.send(message);
                sent.add(message);
                assertThat(messagesOf(target)).isEqualTo(sent);
            }
            target.send(self.pid());
            assertThat(self.receive()).isEqualTo("flushed");
            assertThat(messagesOf(target)).isEmpty();
        });
    }

    @Test
    @Covers("process_info_other_message_queue_len_signal_race")
    void theLengthOfTheMailboxIsRightAmongOtherSignals(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid target = self.spawnLink(ProcessLooksTest::flushOnDemand);
            Pid sender = self.spawnLink((Receiver<Object> it) -> {
                while (true) {
                    it.receive();
                    Monitor monitor = it.monitor(target);
                    target.send("hi");
                    it.demonitor(monitor);
                    self.pid().send("sent");
                }
            });
            for (int round = 0; round < 1_000; round++) {
                sender.send("go");
                assertThat(infoOf(target).mailboxLength()).isBetween(0, 1);
                self.receive(String.class, "sent"::equals);
                assertThat(infoOf(target).mailboxLength()).isEqualTo(1);
                target.send(self.pid());
                self.receive(String.class, "flushed"::equals);
                assertThat(infoOf(target).mailboxLength()).isZero();
            }
        });
    }

    @Test
    @Covers("process_info_messages")
    void whatIsSeenIsWhatIsReceived(Testkit skep) throws Exception {
        int senders = 10;
        Inside.process(skep, self -> {
            for (int number = 0; number < senders; number++) {
                int sender = number;
                self.spawnLink(_ ->
                        IntStream.range(0, 3).forEach(each -> self.pid().send(sender * 10 + each)));
            }
            List<Object> seen;
            do {
                seen = messagesOf(self.pid());
                Thread.yield();
            } while (seen.size() < senders * 3);
            assertThat(Stream.generate(self::receive).limit(senders * 3L)).containsExactlyElementsOf(seen);
        });
    }

    @Test
    @Covers("process_info_self_signal")
    void aProcessSeesItsOwnMessageAmongOtherSignals(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            for (int number = 0; number < 3; number++) {
                self.spawnLink((Receiver<Object> it) -> {
                    while (true) {
                        it.demonitor(it.monitor(self.pid()));
                        Thread.yield();
                    }
                });
            }
            self.pid().send("mine");
            for (int round = 0; round < 200; round++) {
                assertThat(messagesOf(self.pid())).containsExactly("mine");
            }
        });
    }

    @Test
    @Covers({"process_info_self_msgq_len", "process_info_self_msgq_len_messages", "process_info_self_msgq_len_more"})
    void aProcessThatIsFloodedKnowsHowLongItsMailboxIs(Testkit skep) throws Exception {
        Inside.process(skep, self -> {
            Pid flood = self.spawnLink((Receiver<Object> it) -> {
                for (int number = 0; number < 20_000; number++) {
                    self.pid().send(number);
                }
                it.receive();
            });
            int before = 0;
            while (before < 20_000) {
                int length = infoOf(self.pid()).mailboxLength();
                List<Object> messages = messagesOf(self.pid());
                assertThat(messages).hasSizeBetween(length, infoOf(self.pid()).mailboxLength());
                assertThat(length).isGreaterThanOrEqualTo(before);
                before = length;
                Thread.yield();
            }
            assertThat(infoOf(self.pid()).status()).isEqualTo(Status.RUNNING);
            self.unlink(flood);
            flood.exit(ExitReason.kill());
        });
    }

    // ---- Asking at the same time ---------------------------------------------------------------------------------

    @Test
    @Covers({"process_info_other", "process_info_lock_reschedule2"})
    void processesMayAskEachOther(Testkit skep) throws Exception {
        int number = 6;
        Inside.process(skep, self -> {
            CountDownLatch registered = new CountDownLatch(number);
            List<Pid> all = new ArrayList<>();
            for (int index = 0; index < number; index++) {
                Name<Object> own = Name.of("asks-" + index);
                Name<Object> other = Name.of("asks-" + (index % 2 == 0 ? index + 1 : index - 1));
                all.add(self.spawnLink((Receiver<Object> it) -> {
                    skep.node().register(own, it.pid());
                    registered.countDown();
                    registered.await();
                    Pid asked = skep.node().whereis(other).orElseThrow();
                    for (int round = 0; round < 500; round++) {
                        assertThat(infoOf(asked).name()).contains(other);
                        assertThat(infoOf(asked).status()).isIn(Status.RUNNING, Status.WAITING);
                    }
                    self.pid().send("done");
                    it.receive();
                }));
            }
            all.forEach(_ -> assertThat(self.receive()).isEqualTo("done"));
        });
    }

    @Test
    @Covers({"process_info_lock_reschedule", "process_info_lock_reschedule3"})
    void whoComputesAndWhoWaitsAnswerAlike(Testkit skep) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Pid computes = skep.spawn(_ -> release.await());
        Pid waits = skep.spawn(Inside::idle);
        skep.node().register(NAME, computes);
        Name<Object> waiting = Name.of("waiting");
        skep.node().register(waiting, waits);
        for (int round = 0; round < 1_000; round++) {
            assertThat(infoOf(computes).name()).contains(NAME);
            assertThat(infoOf(waits).name()).contains(waiting);
            assertThat(infoOf(computes).mailboxLength()).isZero();
        }
        assertThat(infoOf(computes).status()).isEqualTo(Status.RUNNING);
        release.countDown();
    }

    @Test
    @Covers("system_task_blast")
    void anyNumberOfQuestionsIsAnswered(Testkit skep) {
        CountDownLatch release = new CountDownLatch(1);
        Pid target = skep.spawn(_ -> release.await());
        List<Pid> asking = Stream.generate(() -> skep.spawn(_ -> {
                    for (int round = 0; round < 50; round++) {
                        assertThat(target.info()).isPresent();
                        assertThat(target.messages()).isPresent();
                    }
                }))
                .limit(100)
                .toList();
        asking.forEach(each -> assertThat(skep.awaitEnd(each)).isEqualTo(ExitReason.normal()));
        release.countDown();
    }

    // ---- Suspended -----------------------------------------------------------------------------------------------

    /// A process that can be suspended, and forwards what it receives.
    private static Pid forwarding(Testkit skep, Probe probe) {
        return skep.spawn((Receiver<Object> self) -> {
            while (true) {
                switch (self.receive()) {
                    case SystemMessage message -> self.handleSystem(message, "its state");
                    case Object other -> probe.pid().send(other);
                }
            }
        });
    }

    @Test
    @Covers({"system_task_on_suspended", "otp_7738_suspended"})
    void aSuspendedProcessAnswersAndGoesOnWithWhatHasComeMeanwhile(Testkit skep, Probe probe) {
        Pid target = forwarding(skep, probe);
        Sys sys = Sys.of(target);
        sys.suspend();
        target.send("wake up");

        assertThat(infoOf(target).status()).isEqualTo(Status.SUSPENDED);
        assertThat(messagesOf(target)).containsExactly("wake up");
        assertThat(sys.state()).isEqualTo("its state");
        probe.refuteAny();

        sys.resume();
        probe.expectNext("wake up");
    }

    @Test
    @Covers({"otp_7738_waiting", "otp_7738_resume"})
    void noWakeUpIsLostToASuspension(Testkit skep, Probe probe) {
        Pid target = forwarding(skep, probe);
        Sys sys = Sys.of(target);
        for (int round = 0; round < 100; round++) {
            skep.node().spawn(_ -> {
                sys.suspend();
                sys.resume();
            });
            target.send(round);
            probe.expectNext(round);
        }
    }
}
