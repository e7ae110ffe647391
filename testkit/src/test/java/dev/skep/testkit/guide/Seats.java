package dev.skep.testkit.guide;

import dev.skep.From;
import dev.skep.Next;
import dev.skep.Self;
import dev.skep.server.GenServer;
import java.util.Map;

/// Sells seats, and writes down who has which.
final class Seats implements GenServer<Map<Integer, String>, SeatsRpc> {
    private final Map<Integer, String> database;

    Seats(Map<Integer, String> database) {
        this.database = database;
    }

    @Override
    public Map<Integer, String> init(Self<SeatsRpc> self) {
        return database;
    }

    @Override
    public Next<Map<Integer, String>> handle(SeatsRpc message, From from, Map<Integer, String> sold) {
        return switch (message) {
            case SeatsRpc.Book book -> {
                sold.putIfAbsent(book.seat(), book.client());
                yield book.reply(sold.get(book.seat()).equals(book.client()));
            }
        };
    }
}
