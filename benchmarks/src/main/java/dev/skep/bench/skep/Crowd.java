package dev.skep.bench.skep;

import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// 10,000 servers that are all sent the same, and answer.
final class Crowd extends SkepTask {
    private static final int MEMBERS = 10_000;

    sealed interface MemberRpc {}

    record Hear(Pid speaker) implements MemberRpc, Cast<MemberRpc> {}

    /// Sleeps, if it is to, and answers.
    record Member(Duration nap) implements GenServer<Member, MemberRpc> {
        @Override
        public Member init(Self<MemberRpc> self) {
            return this;
        }

        @Override
        public Next<Member> handle(MemberRpc message, From from, Member state) throws InterruptedException {
            return switch (message) {
                case Hear(Pid speaker) -> {
                    if (nap.isPositive()) {
                        Thread.sleep(nap);
                    }
                    speaker.send("heard");
                    yield Next.noReply();
                }
            };
        }
    }

    private final List<ServerRef<MemberRpc>> members = new ArrayList<>(MEMBERS);
    private final Pid holder;

    private Crowd(int operations, Duration nap) {
        super(operations);
        holder = Holder.of(node, MEMBERS, () -> GenServer.spec(() -> new Member(nap)), members::add);
    }

    static Crowd broadcast(int operations) {
        return new Crowd(operations, Duration.ZERO);
    }

    static Crowd blockingHandlers(int operations) {
        return new Crowd(operations, Duration.ofMillis(10));
    }

    @Override
    public void run() {
        inProcess(self -> {
            // Fewer operations than members, in a smoke test, are a smaller crowd.
            int audience = Math.min(operations, MEMBERS);
            for (int round = 0; round < operations / audience; round++) {
                for (int i = 0; i < audience; i++) {
                    members.get(i).cast(new Hear(self.pid()));
                }
                for (int i = 0; i < audience; i++) {
                    self.receive();
                }
            }
        });
    }

    @Override
    public void close() {
        holder.exit(ExitReason.shutdown());
        super.close();
    }
}
