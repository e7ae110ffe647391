package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How to start a process of some behaviour: the arguments of OTP's `start_link`, as an immutable value
/// that can start any number of processes. Behaviours extend it; their users get it from a factory such as
/// `GenServer.spec(UserManager::new)`, and hand it to [Node#start(StartSpec)], [Self#startLink(StartSpec)]
/// or a supervisor.
///
/// @param <R> how the started process is referred to, a [ServerRef] for instance
public abstract class StartSpec<R> {
    /// For subclasses.
    protected StartSpec() {}

    /// Makes the code of one process. Runs in the new process, before `init`.
    ///
    /// @param self the new process
    /// @return a fresh behaviour
    /// @throws Exception to make the start fail
    protected abstract Behaviour behaviour(Self<Object> self) throws Exception;

    /// The code of a plain process, which has no behaviour.
    ///
    /// @return null if it has one
    ProcessSpec.@Nullable Code<Object> plainCode() {
        return null;
    }

    /// How the started process is referred to.
    ///
    /// @param pid the process
    /// @return the reference
    protected abstract R reference(Pid pid);

    /// The name to register before `init` runs.
    ///
    /// @return the name, if the process is to have one
    public abstract Optional<? extends Name<?>> name();

    /// How long `init` may take, after which the process is killed and the start fails. It may take less when it is
    /// started by a server that handles a call: no longer than the caller waits ([Self#timeLeft()]).
    ///
    /// @return the time; for ever by default, as in OTP
    public Duration initTimeout() {
        return ServerRef.FOREVER;
    }

    /// How many messages may wait for the process, and what happens beyond that.
    ///
    /// @return no limit by default, as in OTP
    public Mailbox mailbox() {
        return Mailbox.unbounded();
    }

    /// Whether the process is a supervisor. As the child of another one it then has as long as it needs to end, unless
    /// something else is said there. Erlang: the `type` of a child specification.
    ///
    /// @return false by default
    public boolean isSupervisor() {
        return false;
    }

    /// What is started, for error messages and reports.
    ///
    /// @return the name of a class, mostly
    public abstract String describe();

    /// What is started, told by the class where the code that makes it stands: for [#describe()].
    ///
    /// @param maker the code, a lambda mostly
    /// @param what what it makes, such as "a GenServer"
    /// @return such as "a GenServer made in org.example.Main as accounts"; without the name if it has none
    protected final String madeIn(Object maker, String what) {
        String type = maker.getClass().getName();
        int lambda = type.indexOf("$$Lambda");
        String made = what + " made in " + (lambda < 0 ? type : type.substring(0, lambda));
        return name().map(name -> made + " as " + name).orElse(made);
    }

    /// The same start, whose process is referred to in another way: by a class of your own around its [ServerRef], for
    /// instance.
    ///
    /// ```java
    /// StartSpec<Accounts> spec = GenServer.spec(AccountServer::new).named(ACCOUNTS).map(Accounts::new);
    /// ```
    ///
    /// @param <T> how the process is referred to then
    /// @param reference makes the new reference of the old one; runs in the new process, so it must be quick
    /// @return the start
    public final <T> StartSpec<T> map(Function<? super R, ? extends T> reference) {
        return new Mapped<>(this, Objects.requireNonNull(reference, "reference"));
    }

    private static final class Mapped<R, T> extends StartSpec<T> {
        private final StartSpec<R> start;
        private final Function<? super R, ? extends T> map;

        Mapped(StartSpec<R> start, Function<? super R, ? extends T> map) {
            this.start = start;
            this.map = map;
        }

        @Override
        protected Behaviour behaviour(Self<Object> self) throws Exception {
            return start.behaviour(self);
        }

        @Override
        ProcessSpec.@Nullable Code<Object> plainCode() {
            return start.plainCode();
        }

        @Override
        protected T reference(Pid pid) {
            return Objects.requireNonNull(map.apply(start.reference(pid)), "the mapped reference of " + pid);
        }

        @Override
        public Optional<? extends Name<?>> name() {
            return start.name();
        }

        @Override
        public Duration initTimeout() {
            return start.initTimeout();
        }

        @Override
        public Mailbox mailbox() {
            return start.mailbox();
        }

        @Override
        public boolean isSupervisor() {
            return start.isSupervisor();
        }

        @Override
        public String describe() {
            return start.describe();
        }
    }
}
