package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How to start a plain process that says itself when it runs: whoever starts it waits until then, and hears
/// why if it fails. So it can be started in order by a supervisor, like a server. Immutable.
///
/// ```java
/// static final ProcessSpec<Object> LISTENER = ProcessSpec.of((self, ack) -> {
///     try (ServerSocket socket = new ServerSocket(8080)) { // what it throws fails the start
///         ack.ack();                                        // it runs: the start returns
///         accept(socket, self);
///     }
/// });
///
/// node.start(LISTENER);
/// self.startLink(LISTENER);
/// ChildSpec.of("listener", LISTENER);
/// ```
///
/// A process that nobody has to wait for is spawned ([Node#spawn(Body)], [Self#spawnLink(Body)]).
///
/// Erlang: `proc_lib:start_link/5` and `proc_lib:init_ack/2`.
///
/// @param <P> what the process is sent
public final class ProcessSpec<P> extends StartSpec<ServerRef<P>> {
    /// The code of the process.
    ///
    /// @param <P> what the process is sent
    @FunctionalInterface
    public interface Code<P> {
        /// Runs the process. When it returns, the process ends `normal`; what it throws is its exit reason.
        ///
        /// @param self the process, for its own use only
        /// @param ack tells that it runs
        /// @throws Exception to crash, or to fail the start; a [ProcessExit] does so with a reason of its own
        void run(Receiver<P> self, InitAck ack) throws Exception;
    }

    private final Code<P> code;
    private final @Nullable Name<P> name;
    private final Duration initTimeout;
    private final Mailbox mailbox;

    private ProcessSpec(Code<P> code, @Nullable Name<P> name, Duration initTimeout, Mailbox mailbox) {
        this.code = Objects.requireNonNull(code, "code");
        this.name = name;
        this.initTimeout = initTimeout;
        this.mailbox = mailbox;
    }

    /// A plain process, without a name, and without a limit for the time until it acknowledges.
    ///
    /// @param <P> what the process is sent
    /// @param code its code, which can run any number of processes
    /// @return the start
    public static <P> ProcessSpec<P> of(Code<P> code) {
        return new ProcessSpec<>(code, null, ServerRef.FOREVER, Mailbox.unbounded());
    }

    /// Registers the process under a name, before its code runs.
    ///
    /// @param registered the name
    /// @return the same start with that name
    public ProcessSpec<P> named(Name<P> registered) {
        return new ProcessSpec<>(code, Objects.requireNonNull(registered, "name"), initTimeout, mailbox);
    }

    /// Limits the time until the process acknowledges; then it is killed, and the start fails.
    ///
    /// @param timeout longer than zero; [ServerRef#FOREVER] for no limit
    /// @return the same start with that limit
    public ProcessSpec<P> initTimeout(Duration timeout) {
        return new ProcessSpec<>(code, name, Durations.positive(timeout, "init timeout"), mailbox);
    }

    /// Limits how many messages may wait for the process.
    ///
    /// @param capacity how many, one or more; the one that is being handled does not count
    /// @param overflow what happens to one more
    /// @return the same start with that mailbox
    /// @throws IllegalArgumentException if the capacity is below one
    public ProcessSpec<P> mailbox(int capacity, Overflow overflow) {
        return mailbox(Mailbox.bounded(capacity, overflow));
    }

    /// Limits how many messages may wait for the process, with marks or a patience of your choice.
    ///
    /// @param limits how many, and what happens beyond that
    /// @return the same start with that mailbox
    public ProcessSpec<P> mailbox(Mailbox limits) {
        return new ProcessSpec<>(code, name, initTimeout, Objects.requireNonNull(limits, "mailbox"));
    }

    @Override
    @SuppressWarnings("unchecked") // what it is sent is between the process and its clients
    Code<Object> plainCode() {
        return (Code<Object>) code;
    }

    /// Not for plain processes: the runtime runs the code.
    ///
    /// @throws UnsupportedOperationException always
    @Override
    protected Behaviour behaviour(Self<Object> self) {
        throw new UnsupportedOperationException("a plain process has no behaviour");
    }

    @Override
    protected ServerRef<P> reference(Pid pid) {
        return ServerRef.of(pid);
    }

    @Override
    public Optional<Name<P>> name() {
        return Optional.ofNullable(name);
    }

    @Override
    public Duration initTimeout() {
        return initTimeout;
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public String describe() {
        return madeIn(code, "a process");
    }
}
