package dev.skep;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What is installed to watch a process: its debug functions, each with an id and a state. Only the process
/// itself may touch it: others get at it with [SystemRequest.Debug].
///
/// A function whose state is [AutoCloseable] has it closed when it is removed, for whatever reason, and at the
/// process's end unless that is a kill.
///
/// Erlang: `sys:dbg_opt()`.
public final class DebugOptions {
    private final SelfProcess process;
    private final Map<Object, Installed<?>> functions = new LinkedHashMap<>();

    private static final class Installed<S> {
        private final DebugFunction<S> function;
        private S state;

        Installed(DebugFunction<S> function, S state) {
            this.function = function;
            this.state = state;
        }

        /// @return false if it is done
        boolean hear(SystemEvent event, DebugView process) throws Exception {
            Optional<S> next = function.heard(state, event, process);
            next.ifPresent(following -> state = following);
            return next.isPresent();
        }
    }

    DebugOptions(SelfProcess process) {
        this.process = process;
    }

    /// The process.
    ///
    /// @return its pid
    public Pid pid() {
        return process;
    }

    /// Installs a function, unless one with that id is there. Erlang: `sys:install/2`.
    ///
    /// @param <S> its state
    /// @param id what it is known by
    /// @param state its first state
    /// @param function hears of every event from now on
    /// @return false if there is one with that id: it stays
    public <S> boolean install(Object id, S state, DebugFunction<S> function) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(function, "function");
        return functions.putIfAbsent(id, new Installed<>(function, state)) == null;
    }

    /// Removes a function. Erlang: `sys:remove/2`.
    ///
    /// @param id what it is known by
    /// @return false if there is none with that id
    public boolean remove(Object id) {
        Installed<?> removed = functions.remove(Objects.requireNonNull(id, "id"));
        if (removed == null) {
            return false;
        }
        close(removed);
        return true;
    }

    /// Removes all functions. Erlang: `sys:no_debug/1`.
    public void clear() {
        List<Installed<?>> all = List.copyOf(functions.values());
        functions.clear();
        all.forEach(this::close);
    }

    /// The state of a function.
    ///
    /// @param id what it is known by
    /// @return its state, if there is one with that id
    public Optional<Object> state(Object id) {
        Installed<?> found = functions.get(Objects.requireNonNull(id, "id"));
        return found == null ? Optional.empty() : Optional.of(found.state);
    }

    /// What is installed.
    ///
    /// @return the ids, in the order of their installation
    public List<Object> ids() {
        return List.copyOf(functions.keySet());
    }

    boolean isEmpty() {
        return functions.isEmpty();
    }

    /// Lets all functions hear of an event, in the order of their installation.
    void tell(SystemEvent event, DebugView view) {
        for (Map.Entry<Object, Installed<?>> entry : List.copyOf(functions.entrySet())) {
            boolean stays = false;
            try {
                stays = entry.getValue().hear(event, view);
            } catch (Throwable thrown) { // it must not hurt the process
                process.node.reports.internalError(
                        "the debug function " + entry.getKey() + " of " + process + ", which is removed", thrown);
            }
            if (!stays) {
                remove(entry.getKey());
            }
        }
    }

    private void close(Installed<?> removed) {
        if (removed.state instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Throwable thrown) { // nor must this
                process.node.reports.internalError("the end of a debug function of " + process, thrown);
            }
        }
    }
}
