package dev.skep;

import java.util.Optional;

/// A registry of your own, whose entries serve as names: [Name#via(Via, Object)] makes a name of a key, which
/// then works wherever a name does. A `UniqueRegistry` gives such names too.
///
/// A process that is given such a name, by its start or by [Node#register(Name, Pid)], loses it at its end, as it
/// would lose any other: the runtime calls [#unregister(Object, Pid)] before anybody hears of the end. A process that
/// is registered past the runtime is the registry's own business; see [Lease], and [Node#announceName(Name, Pid)].
///
/// The methods are called from many threads at once. [#unregister(Object, Pid)] may run in the middle of a death,
/// so it must be quick and must not block; the others take as much of the caller's time as they take. What they
/// throw is thrown to the caller; at a death, it is logged.
///
/// Erlang: a module for `{via, Module, Key}`. Its `send/2` is not needed: a message goes to the pid that is
/// found.
///
/// @param <K> the keys, values with `equals`, `hashCode` and a `toString` that logs can show
public interface Via<K> {
    /// Gives the key to a process, unless a living process has it. Erlang: `register_name/2`.
    ///
    /// @param key the key
    /// @param pid a process; it may be ending
    /// @return who has the key now: `pid`, or who had it before
    Pid register(K key, Pid pid);

    /// Takes the key away from a process, if that has it. Erlang: `unregister_name/1`.
    ///
    /// @param key the key
    /// @param pid a process, mostly one that is ending
    /// @return false if it does not have the key
    boolean unregister(K key, Pid pid);

    /// Who has the key. Erlang: `whereis_name/1`.
    ///
    /// @param key the key
    /// @return the process, if there is one; one that has ended counts as none
    Optional<Pid> whereis(K key);
}
