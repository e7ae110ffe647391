package dev.skep.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.HandlerReport;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Overflow;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A manager of events and its handlers.
class GenEventTest extends GenEventFixture {
    // ---- Events --------------------------------------------------------------------------------------------------

    @Test
    void anEventGoesToAllHandlersTheLatestFirst() {
        add("a");
        add("b");

        manager.notify(new Happening.Said("hello"));

        assertThat(journal()).containsExactly("a init", "b init", "b hears hello", "a hears hello");
        assertThat(manager.whichHandlers()).containsExactly(id("b"), id("a"));
    }

    @Test
    void aManagerWithoutHandlersDropsEvents() {
        manager.notify(new Happening.Said("hello"));
        manager.syncNotify(new Happening.Said("hello"));

        assertThat(manager.whichHandlers()).isEmpty();
    }

    @Test
    void syncNotifyReturnsWhenAllHaveHeard() {
        add("a");

        manager.syncNotify(new Happening.Said("hello"));

        assertThat(List.copyOf(journal)).contains("a hears hello");
    }

    @Test
    void notifyDoesNotWait() {
        CountDownLatch release = new CountDownLatch(1);
        manager.addHandler(HandlerId.<Void>of("slow"), () -> new EventHandler<String, Happening, Void>() {
            @Override
            public String init(Self<Object> self) {
                return "";
            }

            @Override
            public Next<String> event(Happening event, String state) throws Exception {
                release.await();
                return Next.noReply();
            }
        });

        manager.notify(new Happening.Said("hello"));
        manager.notify(new Happening.Said("again"));

        release.countDown();
        assertThat(manager.whichHandlers()).hasSize(1);
    }

    @Test
    void eachHandlerKeepsItsOwnState() {
        add("a");
        manager.notify(new Happening.Said("x"));
        add("b");
        manager.notify(new Happening.Said("y"));

        assertThat(manager.call(id("a"), new Question.Heard()).orElseThrow()).isEqualTo("xy");
        assertThat(manager.call(id("b"), new Question.Heard()).orElseThrow()).isEqualTo("y");
    }

    @Test
    void anIdMayBeAddedTwiceAndMeansTheLatest() {
        add("a");
        manager.syncNotify(new Happening.Said("x"));
        add("a");

        assertThat(manager.call(id("a"), new Question.Heard()).orElseThrow()).isEmpty();
        manager.deleteHandler(id("a"));
        assertThat(manager.call(id("a"), new Question.Heard()).orElseThrow()).isEqualTo("x");
    }

    @Test
    void aMessageToTheManagerGoesToInfo() {
        add("a");

        manager.server().send("out of band");

        assertThat(journal()).endsWith("a gets String");
    }

    // ---- Crashes -------------------------------------------------------------------------------------------------

    @Test
    void aHandlerThatCrashesIsRemovedAndReportedAndTheManagerLives() throws Exception {
        add("a");
        add("b");
        add("c");

        manager.syncNotify(new Happening.Crash("b"));
        manager.syncNotify(new Happening.Said("still here"));

        assertThat(manager.whichHandlers()).containsExactly(id("c"), id("a"));
        assertThat(journal())
                .contains("c hears still here", "a hears still here")
                .anyMatch(line -> line.startsWith("b ends: Crashed"));
        HandlerReport report = reports.poll(2, TimeUnit.MINUTES);
        assertThat(report.handler()).isEqualTo("b");
        assertThat(report.lastMessage()).contains(new Happening.Crash("b"));
        assertThat(report.text()).contains("handler b of event manager").contains("IllegalStateException: broken");
    }

    @Test
    void aHandlerThatReturnsWhatHandlersCannotDoIsRemoved() {
        for (Next<String> how : List.of(
                new Question.Heard().<String>reply("to nobody"),
                Next.noReply().<String>timeout(Duration.ofSeconds(1)),
                Next.noReply().<String>continueWith("something else"))) {
            add("a");
            manager.syncNotify(new Happening.Misbehave("a", how));

            assertThat(manager.whichHandlers()).isEmpty();
            assertThat(reports.poll()).isNotNull();
        }
    }

    @Test
    void aHandlerThatFailsToCleanUpIsReportedAndGone() {
        add("unclean");

        Result<Optional<Object>, HandlerError> deleted = manager.deleteHandler(id("unclean"));

        assertThat(deleted.isOk()).isFalse();
        assertThat(manager.whichHandlers()).isEmpty();
        assertThat(reports.poll().text()).contains("cannot clean up");
    }

    @Test
    void aHandlerWhoseInitThrowsIsNotAdded() {
        Result<HandlerId<?>, HandlerError> added = add("broken");

        assertThat(added.toString()).contains("no init");
        assertThat(manager.whichHandlers()).isEmpty();
        assertThat(manager.addHandler(id("none"), () -> null).toString()).contains("made no handler");
    }

    @Test
    void anErrorOfAHandlerDoesNotHurtTheManagerEither() {
        manager.addHandler(HandlerId.<Void>of("deep"), () -> new EventHandler<String, Happening, Void>() {
            @Override
            public String init(Self<Object> self) {
                return "";
            }

            @Override
            public Next<String> event(Happening event, String state) {
                throw new StackOverflowError("on purpose");
            }
        });

        manager.syncNotify(new Happening.Said("overflow"));

        assertThat(manager.whichHandlers()).isEmpty();
    }

    // ---- Calls ---------------------------------------------------------------------------------------------------

    @Test
    void aCallOfAHandlerThatIsNotThereSaysSo() {
        assertThat(manager.call(id("x"), new Question.Heard()))
                .isEqualTo(Result.err(new HandlerError.NotFound(id("x"))));
    }

    @Test
    void aHandlerThatCrashesInACallIsRemovedAndItsCallerIsTold() {
        add("a");

        Result<String, HandlerError> answer = manager.call(id("a"), new Question.Broken());

        assertThat(answer.toString()).contains("Crashed").contains("cannot answer");
        assertThat(manager.whichHandlers()).isEmpty();
    }

    @Test
    void aHandlerThatDoesNotReplyHasCrashed() {
        add("a");

        assertThat(manager.call(id("a"), new Question.Mute()).toString()).contains("did not reply");
        assertThat(manager.whichHandlers()).isEmpty();
    }

    @Test
    void aHandlerMayReplyAndLeave() {
        add("a");
        manager.notify(new Happening.Said("x"));

        assertThat(manager.call(id("a"), new Question.Last()).orElseThrow()).isEqualTo("x");
        assertThat(manager.whichHandlers()).isEmpty();
        assertThat(reports).isEmpty();
    }

    @Test
    void aHandlerWithoutCallsRefusesThem() {
        HandlerId<Question> id = HandlerId.of("deaf");
        manager.addHandler(id, () -> new EventHandler<String, Happening, Question>() {
            @Override
            public String init(Self<Object> self) {
                return "";
            }

            @Override
            public Next<String> event(Happening event, String state) {
                return Next.noReply();
            }
        });

        assertThat(manager.call(id, new Question.Heard()).toString()).contains("does not override call");
    }

    @Test
    void aRequestIsAnsweredLater() {
        add("a");

        var pending = manager.request(id("a"), new Question.Heard());

        assertThat(pending.get(Await.LIMIT)).isEqualTo(Result.ok(""));
    }

    // ---- Deleting and swapping ---------------------------------------------------------------------------------

    @Test
    void deletingGivesWhatTerminateLeaves() {
        add("a");
        manager.notify(new Happening.Said("x"));

        assertThat(manager.deleteHandler(id("a"), "enough").orElseThrow()).contains("x");
        assertThat(journal()).endsWith("a ends: Deleted[argument=Optional[enough]]");
        assertThat(manager.deleteHandler(id("a"))).isEqualTo(Result.err(new HandlerError.NotFound(id("a"))));
    }

    @Test
    void aHandlerMayLeaveByItself() {
        add("a");
        manager.notify(new Happening.Leave("a", ExitReason.normal()));

        assertThat(manager.whichHandlers()).isEmpty();
        assertThat(reports).isEmpty();
        add("b");
        manager.syncNotify(new Happening.Leave("b", ExitReason.because("disk full")));
        assertThat(reports.poll().reason()).isEqualTo(ExitReason.because("disk full"));
    }

    @Test
    void aSwapHandsTheStateOver() {
        add("a");
        manager.notify(new Happening.Said("x"));

        manager.swapHandler(id("a"), Swap.to(id("b"), () -> new Scribe("b"))).orElseThrow();

        assertThat(manager.call(id("b"), new Question.Heard()).orElseThrow()).isEqualTo("x");
        assertThat(journal()).contains("a ends: Swapped[by=b, argument=Optional.empty]", "b takes over Optional[x]");
        assertThat(manager.whichHandlers()).containsExactly(id("b"));
    }

    @Test
    void aSwapOfNobodyAddsTheNewHandler() {
        manager.swapHandler(id("nobody"), Swap.to(id("b"), () -> new Scribe("b")))
                .orElseThrow();

        assertThat(journal()).containsExactly("b takes over Optional.empty");
        assertThat(manager.whichHandlers()).containsExactly(id("b"));
    }

    @Test
    void aSwapThatFailsLosesBoth() {
        add("a");

        assertThat(manager.swapHandler(id("a"), Swap.to(id("broken"), () -> new Scribe("broken")))
                        .isOk())
                .isFalse();
        assertThat(manager.whichHandlers()).isEmpty();
    }

    @Test
    void aSuccessorGetsNothingFromAHandlerThatFailsToCleanUp() {
        add("unclean");

        assertThat(manager.swapHandler(id("unclean"), Swap.to(id("b"), () -> new Scribe("b"))))
                .isEqualTo(Result.ok(id("b")));
        assertThat(journal).contains("b takes over Optional.empty");
        assertThat(manager.whichHandlers()).containsExactly(id("b"));
        assertThat(reports.poll().text()).contains("cannot clean up");
    }

    @Test
    void aHandlerMaySwapItselfInItsPlace() {
        add("a");
        add("b");
        add("c");
        manager.notify(new Happening.Said("x"));

        manager.syncNotify(new Happening.SwapYourself("b", "d"));

        assertThat(manager.whichHandlers()).containsExactly(id("c"), id("d"), id("a"));
        assertThat(manager.call(id("d"), new Question.Heard()).orElseThrow()).isEqualTo("x!");
        assertThat(manager.call(id("d"), new Question.Successor("e")).orElseThrow())
                .isEqualTo("bye");
        assertThat(manager.whichHandlers()).containsExactly(id("c"), id("e"), id("a"));
        manager.syncNotify(new Happening.SwapYourself("e", "broken"));
        assertThat(manager.whichHandlers()).containsExactly(id("c"), id("a"));
        assertThat(reports.poll().handler()).isEqualTo("broken");
    }

    // ---- The manager ---------------------------------------------------------------------------------------------

    @Test
    void stoppingEndsTheHandlersTheLatestFirst() {
        add("a");
        add("b");
        journal();

        manager.stop();

        assertThat(List.copyOf(journal))
                .containsExactly("b ends: ManagerEnds[reason=normal]", "a ends: ManagerEnds[reason=normal]");
        assertThatThrownBy(() -> manager.syncNotify(new Happening.Said("x")))
                .isInstanceOf(CallException.NoProcess.class);
        manager.notify(new Happening.Said("silent"));
    }

    @Test
    void theManagerSurvivesExitSignalsOfOthersAndEndsWithItsParent() {
        Pid pid = manager.pid().orElseThrow();
        Pid other = node.spawn((Receiver<Object> self) -> {
            self.link(pid);
            throw new ProcessExit(ExitReason.because("bad"));
        });
        other.join(Await.LIMIT);
        manager.whichHandlers();

        assertThat(pid.isAlive()).isTrue();
        // a thread's signal is its parent's: it was a thread that started it
        assertThat(pid.exitAndJoin(ExitReason.shutdown(), Await.LIMIT)).contains(ExitReason.shutdown());
    }

    @Test
    void aManagerCanHaveAName() {
        Name<EventRpc<Happening>> name = Name.of("happenings");
        GenEventRef<Happening> named = GenEventRef.of(node, name);
        assertThat(named.pid()).isEmpty();

        node.start(GenEvent.<Happening>manager().named(name));

        named.addHandler(id("a"), () -> new Scribe("a"));
        assertThat(named.whichHandlers()).containsExactly(id("a"));
    }

    @Test
    void aManagerCanHaveALimitedMailbox() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        GenEventRef<Happening> limited =
                node.start(GenEvent.<Happening>manager().mailbox(1, Overflow.DROP_NEWEST));
        HandlerId<Void> slow = HandlerId.of("slow");
        limited.addHandler(slow, () -> new EventHandler<Integer, Happening, Void>() {
            @Override
            public Integer init(Self<Object> self) {
                return 0;
            }

            @Override
            public Next<Integer> event(Happening event, Integer count) throws Exception {
                begun.countDown();
                release.await();
                journal.add("slow hears " + event);
                return Next.noReply();
            }
        });
        limited.notify(new Happening.Said("1"));
        assertThat(begun.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        limited.notify(new Happening.Said("2")); // waits
        limited.notify(new Happening.Said("3")); // is dropped

        assertThatThrownBy(() -> limited.syncNotify(new Happening.Said("4")))
                .isInstanceOf(CallException.Overloaded.class);
        release.countDown();
        limited.stop();
        assertThat(journal).containsExactly("slow hears Said[what=1]", "slow hears Said[what=2]");
    }

    @Test
    void whatIsNoRequestOfAManagerIsLoggedAndDropped() {
        record Foreign() implements Call<Object, String> {}
        ServerRef<Object> any = ServerRef.of(manager.pid().orElseThrow());

        assertThatThrownBy(() -> clock.whilePassing(() -> any.call(new Foreign(), Duration.ofMillis(1))))
                .isInstanceOf(CallException.Timeout.class);
        assertThat(manager.whichHandlers()).isEmpty();
    }

    @Test
    void badInputIsRefusedWhereItIsGiven() {
        assertThatThrownBy(() -> HandlerId.of(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\" \"");
        assertThatThrownBy(() -> GenEvent.manager().mailbox(null)).hasMessage("mailbox");
        assertThatThrownBy(() -> GenEvent.manager().mailbox(0, Overflow.BLOCK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
        assertThatThrownBy(() -> manager.notify(null)).hasMessage("event");
        assertThatThrownBy(() -> manager.addHandler(null, () -> new Scribe("x")))
                .hasMessage("handler id");
        assertThatThrownBy(() -> manager.addHandler(id("x"), null)).hasMessage("factory of handler x");
        assertThatThrownBy(() -> manager.deleteHandler(id("x"), null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> manager.call(id("x"), null)).hasMessage("message");
    }
}
