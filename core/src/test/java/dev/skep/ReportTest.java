package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ReportTest {
    @AutoClose
    private final Lab lab = new Lab();

    private CrashReport crash() {
        return (CrashReport) Await.next(lab.reports);
    }

    /// Crashes on any message that is no call.
    private Pid crashing(Object state) {
        return lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public Object reportedState() {
                return state;
            }
        });
    }

    @Test
    void theReportOfACrashedBehaviourIsComplete() {
        lab.inProcess(self -> {
            self.trapExit(true);
            Pid server = self.startLink(Lab.spec(_ -> new Lab.Echo() {
                        @Override
                        public void info(Object message) {
                            throw new IllegalStateException("on purpose");
                        }

                        @Override
                        public Object reportedState() {
                            return "the state";
                        }

                        @Override
                        public String initialCall() {
                            return "the initial call";
                        }
                    }))
                    .orElseThrow();
            lab.node.register(Name.of("crashing"), server);
            server.send("the last message");
            self.receive(Exit.class);
            CrashReport report = crash();
            assertThat(report.pid()).isEqualTo(server);
            assertThat(report.text())
                    .contains(
                            "<lab." + server.id() + " crashing> crashed",
                            "initial call: the initial call",
                            "IllegalStateException: on purpose",
                            "at dev.skep",
                            "ReportTest",
                            "last message: the last message",
                            "state: the state",
                            "mailbox length: 0",
                            "messages handled: 1",
                            "links: " + self.pid(),
                            "ancestors: " + self.pid());
        });
    }

    @Test
    void aCrashIsReportedBeforeAnybodyHearsOfTheDeath() {
        lab.inProcess(self -> {
            self.spawnMonitor(_ -> {
                throw new IllegalStateException("on purpose");
            });
            self.receive(Down.class);
            assertThat(lab.reports).hasSize(1);
        });
    }

    @Test
    void nothingIsReportedOfAnOrderlyEndOrOneThatAnotherAskedFor() {
        lab.inProcess(self -> {
            self.trapExit(true);
            self.spawnLink(_ -> {});
            self.spawnLink(_ -> {
                throw new ProcessExit(ExitReason.shutdown("detail"));
            });
            self.spawnLink(Receiver::receive).exit(ExitReason.because("asked for"));
            self.spawnLink(Receiver::receive).exit(ExitReason.kill());
            for (int i = 0; i < 4; i++) {
                self.receive(Exit.class);
            }
            assertThat(lab.reports).isEmpty();
        });
    }

    @Test
    void aReportIsBoundedInSizeWhateverIsInIt() {
        String huge = "x".repeat(1_000_000);
        Pid server = crashing(huge);
        server.send(huge);
        CrashReport report = crash();
        assertThat(report.text()).hasSizeLessThan(30_000).contains("more characters");

        Pid deep = lab.node.spawn(_ -> recurse(0));
        lab.endOf(deep);
        assertThat(crash().text()).hasSizeLessThan(30_000).contains("StackOverflowError");
    }

    @SuppressWarnings("InfiniteRecursion") // on purpose
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    @Test
    void aReportableHidesItsSecrets() {
        record Login(String password) implements Reportable {
            @Override
            public String toReport() {
                return "a login";
            }
        }
        Pid server = crashing(new Login("secret state"));
        server.send(new Login("secret message"));
        assertThat(crash().text())
                .contains("last message: a login", "state: a login")
                .doesNotContain("secret");
    }

    @Test
    void aValueThatCannotBeShownIsSaidToBeSo() {
        Object broken = new Object() {
            @Override
            public String toString() {
                throw new IllegalArgumentException("no");
            }
        };
        Pid server = crashing(broken);
        server.send(broken);
        assertThat(lab.endOf(server)).isInstanceOf(ExitReason.Crashed.class);
        assertThat(crash().text()).contains("cannot be shown: java.lang.IllegalArgumentException");
    }

    @Test
    void aStateThatCannotBeReportedDoesNotKeepTheProcessFromEnding() {
        Pid server = lab.start(_ -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public Object reportedState() {
                throw new IllegalArgumentException("no");
            }
        });
        server.send("go");
        assertThat(lab.endOf(server)).isInstanceOf(ExitReason.Crashed.class);
        assertThat(crash().text()).contains("cannot be shown");
    }

    @Test
    void codeThatShowsAStateMayUseTheProcessAndCanBeKilled() {
        CountDownLatch showing = new CountDownLatch(1);
        Pid server = lab.start(self -> new Lab.Echo() {
            @Override
            public void info(Object message) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public Object reportedState() {
                self.trapExit(true);
                showing.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    return "interrupted";
                }
                return "not reached";
            }
        });
        server.send("go");
        Await.latch(showing);
        server.exit(ExitReason.kill());
        assertThat(lab.endOf(server)).isEqualTo(ExitReason.killed());
    }

    @Test
    void anExceptionWhoseTraceCannotBeShownDoesNotKeepTheProcessFromEnding() {
        class Unshowable extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalArgumentException("no");
            }
        }
        Pid pid = lab.node.spawn(_ -> {
            throw new Unshowable();
        });
        assertThat(lab.endOf(pid)).isInstanceOf(ExitReason.Crashed.class);
        assertThat(crash().text()).contains("cannot be shown");
    }

    @Test
    void aListenerThatThrowsHurtsNobody() {
        NodeListener broken = new NodeListener() {
            @Override
            public void spawned(Pid pid) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void exited(Pid pid, java.util.Optional<Name<?>> name, ExitReason reason) {
                throw new StackOverflowError("on purpose");
            }

            @Override
            public void reported(Report report) {
                throw new IllegalStateException("on purpose");
            }
        };
        try (Node node = Node.builder("broken").listener(broken).start()) {
            LinkedBlockingQueue<Object> heard = new LinkedBlockingQueue<>();
            node.spawn((Receiver<Object> self) -> {
                self.spawnMonitor(_ -> {
                    throw new IllegalStateException("on purpose");
                });
                heard.add(self.receive());
            });
            assertThat(Await.next(heard)).isInstanceOf(Down.class);
        }
    }
}
