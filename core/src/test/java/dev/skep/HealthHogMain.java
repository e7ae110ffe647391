package dev.skep;

import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Keeps all carriers of its JVM with children that compute without end, blocks another one, and shows that health
/// checks have all of them restarted.
final class HealthHogMain {
    private static final HealthCheck CHECK = HealthCheck.every(Duration.ofMillis(200))
            .timeout(Duration.ofMillis(100))
            .retryAfter(Duration.ofMillis(50));

    private static volatile boolean released;

    private HealthHogMain() {}

    sealed interface Rpc {}

    record Spin(CountDownLatch spinning) implements Rpc, Cast<Rpc> {}

    record Block(CountDownLatch blocking) implements Rpc, Cast<Rpc> {}

    record Ask(String text) implements Rpc, Call<Rpc, String> {}

    static final class Child implements GenServer<String, Rpc> {
        @Override
        public String init(Self<Rpc> self) {
            return "";
        }

        @Override
        public Next<String> handle(Rpc message, From from, String state) throws InterruptedException {
            return switch (message) {
                case Spin(CountDownLatch spinning) -> {
                    spinning.countDown();
                    while (!released) { // nor does it heed an interrupt
                        Thread.onSpinWait();
                    }
                    yield Next.noReply();
                }
                case Block(CountDownLatch blocking) -> {
                    blocking.countDown();
                    new CountDownLatch(1).await();
                    yield Next.noReply();
                }
                case Ask m -> m.reply(m.text());
            };
        }
    }

    public static void main(String[] args) throws Exception {
        int hogs = Integer.parseInt(args[0]);
        try (Node node = Node.builder("hogs").killGrace(Duration.ofMillis(50)).start()) {
            List<Name<Rpc>> names = new ArrayList<>();
            Supervisor description = Supervisor.oneForOne().intensity(100, Duration.ofMinutes(1));
            for (int i = 0; i <= hogs; i++) {
                Name<Rpc> name = Name.of("child " + i);
                names.add(name);
                description =
                        description.child(ChildSpec.server(name, Child::new).health(CHECK));
            }
            SupervisorRef sup = node.start(description);
            CountDownLatch busy = new CountDownLatch(names.size());
            List<CompletableFuture<ExitReason>> ends = new ArrayList<>();
            for (int i = 0; i <= hogs; i++) {
                ends.add(node.whereis(names.get(i)).orElseThrow().exited());
                node.ref(names.get(i)).cast(i == 0 ? new Block(busy) : new Spin(busy));
            }
            busy.await();
            for (CompletableFuture<ExitReason> end : ends) {
                System.out.println("ended " + end.get(2, TimeUnit.MINUTES));
            }
            sup.countChildren();
            for (Name<Rpc> name : names) {
                System.out.println(answer(node.ref(name)));
            }
            System.out.println(node.zombies().size() >= hogs ? "abandoned" : "zombies: " + node.zombies());
            released = true;
        }
    }

    /// The answer of a child that has been restarted. On a slow machine even that one may not be healthy enough.
    private static String answer(ServerRef<Rpc> child) {
        while (true) {
            try {
                return child.call(new Ask("answered"), Duration.ofMinutes(1));
            } catch (CallException.NoProcess | CallException.ServerExited notYet) {
                Thread.yield();
            }
        }
    }
}
