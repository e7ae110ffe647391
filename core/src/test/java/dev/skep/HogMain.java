package dev.skep;

import dev.skep.server.GenServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import jdk.management.VirtualThreadSchedulerMXBean;

/// Keeps all carriers of its JVM with handlers that compute, or yield, without end, and shows that the others go on:
/// that a call is answered, that the hogs can be killed, and that parallelism comes back to what it was.
final class HogMain {
    private static volatile boolean released;

    private HogMain() {}

    sealed interface Rpc {}

    record Spin(CountDownLatch spinning, boolean yielding) implements Rpc, Cast<Rpc> {}

    record Block(CountDownLatch until, CompletableFuture<Thread> blocked) implements Rpc, Cast<Rpc> {}

    record Echo(String text) implements Rpc, Call<Rpc, String> {}

    static final class Server implements GenServer<String, Rpc> {
        @Override
        public String init(Self<Rpc> self) {
            return "";
        }

        @Override
        public Next<String> handle(Rpc message, From from, String state) throws InterruptedException {
            return switch (message) {
                case Spin(CountDownLatch spinning, boolean yielding) -> {
                    spinning.countDown();
                    while (!released) {
                        if (yielding) {
                            Thread.yield();
                        } else {
                            Thread.onSpinWait();
                        }
                    }
                    yield Next.noReply();
                }
                case Block(CountDownLatch until, CompletableFuture<Thread> blocked) -> {
                    blocked.complete(Thread.currentThread());
                    until.await();
                    yield Next.noReply();
                }
                case Echo m -> m.reply(m.text());
            };
        }
    }

    public static void main(String[] args) throws Exception {
        int hogs = Integer.parseInt(args[0]);
        boolean yielding = args.length > 1;
        VirtualThreadSchedulerMXBean carriers = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
        int before = carriers.getParallelism();
        try (Node node = Node.builder("hogs").killGrace(Duration.ofMillis(50)).start()) {
            ServerRef<Rpc> other = node.start(GenServer.spec(Server::new));
            CountDownLatch spinning = new CountDownLatch(hogs);
            List<Pid> pids = new ArrayList<>();
            for (int i = 0; i < hogs; i++) {
                ServerRef<Rpc> hog = node.start(GenServer.spec(Server::new));
                hog.cast(new Spin(spinning, yielding));
                pids.add(hog.pid().orElseThrow());
            }
            spinning.await();
            say(other.call(new Echo("answered"), Duration.ofMinutes(2)));
            pids.forEach(pid -> pid.exit(ExitReason.kill()));
            pids.forEach(pid -> pid.join(Duration.ofMinutes(2)));
            say(node.zombies().size() == hogs ? "abandoned" : "not abandoned: " + node.zombies());
            say(node.extraCarriersPeak() > 0 ? "raised" : "never raised");
            released = true;
            Pid watcher = node.spawn(self -> {
                while (carriers.getParallelism() > before) {
                    self.receive(Duration.ofMillis(10));
                }
            });
            say(watcher.join(Duration.ofMinutes(2)).isPresent() ? "lowered" : "not lowered");
        }
    }

    private static void say(String text) {
        System.out.println(text);
    }
}
