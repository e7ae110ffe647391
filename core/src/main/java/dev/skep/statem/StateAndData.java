package dev.skep.statem;

import dev.skep.Reportable;
import java.util.Objects;

/// The state of a machine and its data, as reports show them. Erlang: `{State, Data}`.
///
/// @param <S> the machine's states
/// @param <D> the machine's data
/// @param state the state
/// @param data the data
public record StateAndData<S, D>(S state, D data) implements Reportable {
    /// Checks the parts.
    ///
    /// @param state the state
    /// @param data the data
    public StateAndData {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(data, "data");
    }

    @Override
    public String toReport() {
        return "state " + text(state) + ", data " + text(data);
    }

    /// A part that cannot be shown must not hide the others.
    static String text(Object value) {
        try {
            return value instanceof Reportable reportable ? reportable.toReport() : String.valueOf(value);
        } catch (RuntimeException thrown) {
            return "(" + value.getClass().getName() + " that cannot be shown: "
                    + thrown.getClass().getName() + ")";
        }
    }
}
