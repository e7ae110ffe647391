package dev.skep.conformance.soak;

import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.server.GenServer;
import java.time.Duration;

/// Comes and goes: a server that ends by itself after a while, with entries in two registries and timers.
final class Session implements GenServer<Session.Ticket, WorkRpc> {
    /// Who it is, and for how long.
    record Ticket(long number, Duration lifetime) {}

    private enum Tick {
        TICK,
        OVER
    }

    private final Ticket ticket;

    private Session(Ticket ticket) {
        this.ticket = ticket;
    }

    static StartSpec<ServerRef<WorkRpc>> spec(Ticket ticket, Ledger ledger) {
        ledger.operations.increment();
        return GenServer.spec(() -> new Session(ticket));
    }

    @Override
    public Ticket init(Self<WorkRpc> own) {
        UniqueRegistry.of(own.node(), City.BY_NUMBER).register(own, ticket.number());
        DuplicateRegistry.of(own.node(), City.BY_TOPIC).register(own, "topic " + ticket.number() % 10);
        own.sendAfter(ticket.lifetime(), Tick.OVER);
        own.timers().sendInterval(Duration.ofMillis(100), own.pid(), Tick.TICK);
        own.sendAfter(Duration.ofHours(1), Tick.OVER); // ends with it
        return ticket;
    }

    @Override
    public Next<Ticket> handle(WorkRpc message, From from, Ticket state) {
        return switch (message) {
            case WorkRpc.Echo m -> m.reply(m.number());
            case WorkRpc.Retriable m -> m.reply(m.number());
            case WorkRpc.Late m -> m.reply(m.number());
            case WorkRpc.Crash() -> throw new Worker.Fault();
            case WorkRpc.Numbered _, WorkRpc.Ping _, WorkRpc.Stall _, WorkRpc.Stick _ -> Next.noReply();
        };
    }

    @Override
    public Next<Ticket> info(Object message, Ticket state) {
        return message == Tick.OVER ? Next.stop(ExitReason.normal()) : Next.noReply();
    }
}
