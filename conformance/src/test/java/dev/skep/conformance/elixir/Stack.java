package dev.skep.conformance.elixir;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Self;
import dev.skep.server.GenServer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// A stack of texts.
final class Stack implements GenServer<Deque<String>, StackRpc> {
    private final List<String> elements;
    private Self<StackRpc> self;

    Stack(String... elements) {
        this.elements = List.of(elements);
    }

    @Override
    public Deque<String> init(Self<StackRpc> here) {
        self = here;
        return new ArrayDeque<>(elements);
    }

    @Override
    public Next<Deque<String>> handle(StackRpc message, From from, Deque<String> stack) {
        return switch (message) {
            case StackRpc.Pop pop -> pop.reply(stack.pop());
            case StackRpc.Push(String element) -> {
                stack.push(element);
                yield Next.noReply();
            }
            case StackRpc.Ignore _ -> Next.noReply();
            case StackRpc.Stop stop -> stop.reply("ok").thenStop(ExitReason.normal());
            case StackRpc.StopYourself stop -> {
                try {
                    self.ref().stop();
                    yield stop.reply("stopped");
                } catch (CallException.CallingSelf e) {
                    yield stop.reply("CallingSelf");
                }
            }
        };
    }
}
