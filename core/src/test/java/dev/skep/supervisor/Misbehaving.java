package dev.skep.supervisor;

import dev.skep.Behaviour;
import dev.skep.Mailbox;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.StartSpec;
import java.util.Optional;

/// A start that throws before there is a process.
final class Misbehaving extends StartSpec<Pid> {
    @Override
    protected Behaviour behaviour(Self<Object> self) {
        throw new AssertionError("there is no process of it");
    }

    @Override
    protected Pid reference(Pid pid) {
        return pid;
    }

    @Override
    public Optional<Name<?>> name() {
        return Optional.empty();
    }

    @Override
    public Mailbox mailbox() {
        throw new IllegalStateException("no mailbox for you");
    }

    @Override
    public String describe() {
        return "a misbehaving start";
    }
}
