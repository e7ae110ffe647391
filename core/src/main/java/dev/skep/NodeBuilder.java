package dev.skep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The settings of a node, before it starts: [Node#builder(String)]. For one thread at a time.
public final class NodeBuilder {
    final String name;
    Scheduler scheduler = Scheduler.virtualThreads();
    Clock clock = Clock.system();
    Duration killGrace = Duration.ofSeconds(1);
    Duration closeTimeout = Duration.ofSeconds(30);
    Duration stallThreshold = Duration.ofSeconds(5);
    private @Nullable Boolean strict;
    private final List<Class<?>> sendable = new ArrayList<>();
    int highWater = 10_000;
    int extraCarriers = 2 * Runtime.getRuntime().availableProcessors();
    System.Logger logger = System.getLogger("dev.skep");

    @Nullable
    NodeListener listener;

    NodeBuilder(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("a node's name must have a visible character, but was \"" + name + "\"");
        }
        this.name = name;
    }

    /// Where processes run; virtual threads by default.
    ///
    /// @param scheduler the scheduler
    /// @return this
    public NodeBuilder scheduler(Scheduler scheduler) {
        this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
        return this;
    }

    /// The time that the node lives in; the system's by default.
    ///
    /// @param clock a clock that drives no other node
    /// @return this
    public NodeBuilder clock(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /// How long a thread whose process has been told to end may ignore its interruption before it is abandoned;
    /// one second by default.
    ///
    /// @param grace longer than zero
    /// @return this
    public NodeBuilder killGrace(Duration grace) {
        this.killGrace = Durations.positive(grace, "kill grace");
        return this;
    }

    /// How long a handler may run before it is reported, once, with its stack; five seconds by default.
    ///
    /// @param threshold longer than zero; [ServerRef#FOREVER] for no reports
    /// @return this
    public NodeBuilder stallThreshold(Duration threshold) {
        this.stallThreshold = Durations.positive(threshold, "stall threshold");
        return this;
    }

    /// By how much the parallelism of the JVM's virtual threads may be raised while handlers that compute without
    /// end keep all carriers; twice the number of processors by default.
    ///
    /// @param carriers zero or more; with zero the JVM's parallelism is left alone
    /// @return this
    public NodeBuilder extraCarriers(int carriers) {
        if (carriers < 0) {
            throw new IllegalArgumentException("extra carriers must not be negative, but was " + carriers);
        }
        this.extraCarriers = carriers;
        return this;
    }

    /// Whether messages that can be changed after they were sent are refused, with a
    /// [NotSendableException] for the sender. Checked are calls, casts, replies, everything that is sent
    /// to a pid, a name or an alias, the messages of timers, exit reasons, and what is put into a registry. What a
    /// process sends to itself is not, nor is what a process is started with.
    ///
    /// By default it is so where the JVM runs with assertions on (`-ea`), as tests do with Maven and
    /// Gradle, and not in production; the system property `dev.skep.strict`, `true` or `false`, says
    /// otherwise for all nodes that say nothing themselves.
    ///
    /// @param refuse true to check messages
    /// @return this
    public NodeBuilder strict(boolean refuse) {
        this.strict = refuse;
        return this;
    }

    /// Vouches for types of others, with all their subtypes, as [Sendable] does for types of your own:
    /// they are safe to share, though they look mutable.
    ///
    /// @param types classes or interfaces
    /// @return this
    public NodeBuilder sendable(Class<?>... types) {
        sendable.addAll(List.of(Objects.requireNonNull(types, "types")));
        return this;
    }

    /// What refuses mutable messages; null if nothing does.
    @Nullable
    Isolation isolation() {
        return isStrict() ? new Isolation(Set.copyOf(sendable)) : null;
    }

    private boolean isStrict() {
        Boolean said = strict;
        if (said != null) {
            return said;
        }
        String property = System.getProperty("dev.skep.strict");
        return switch (property) {
            case null -> Node.class.desiredAssertionStatus();
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException(
                        "the system property dev.skep.strict must be true or false, but was \"" + property + "\"");
        };
    }

    /// From how many waiting messages on a process with an unbounded mailbox is reported as overloaded
    /// ([OverloadReport]); 10,000 by default. It is reported again when it has been down to half of that
    /// for a second.
    ///
    /// @param messages one or more; zero for no such reports
    /// @return this
    public NodeBuilder highWater(int messages) {
        if (messages < 0) {
            throw new IllegalArgumentException(
                    "the high-water mark of mailboxes must not be negative, but was " + messages);
        }
        this.highWater = messages;
        return this;
    }

    /// How long [Node#close()] lets processes end before it kills them; 30 seconds by default.
    ///
    /// @param timeout zero or more
    /// @return this
    public NodeBuilder closeTimeout(Duration timeout) {
        this.closeTimeout = Durations.notNegative(timeout, "close timeout");
        return this;
    }

    /// Where reports are logged, and messages that nobody expected; to the logger `dev.skep` by default.
    ///
    /// @param logger the logger, which must be as quick and as quiet as a listener has to be
    /// @return this
    public NodeBuilder logger(System.Logger logger) {
        this.logger = Objects.requireNonNull(logger, "logger");
        return this;
    }

    /// Who hears of everything; nobody by default.
    ///
    /// @param listener the listener
    /// @return this
    public NodeBuilder listener(NodeListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /// Starts the node.
    ///
    /// @return the running node
    public Node start() {
        return new Node(this);
    }
}
