package dev.skep.example.workerbee.workers;

import dev.skep.example.workerbee.data.Expectation;
import dev.skep.example.workerbee.data.Expectation.Presence;
import dev.skep.example.workerbee.data.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// What one client was told, about each user that it asked to be created. Only the client's thread touches it.
final class Ledger {
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> duplicated = new ArrayList<>();

    /// One user, from the request to create it to its deletion.
    static final class Entry {
        private final String key;
        private final String email;
        private final Set<String> names = new TreeSet<>();
        private OptionalLong id = OptionalLong.empty();
        private Presence presence = Presence.EITHER;

        private Entry(String key, String email, String name) {
            this.key = key;
            this.email = email;
            names.add(name);
        }

        String key() {
            return key;
        }

        String email() {
            return email;
        }

        /// @throws java.util.NoSuchElementException unless it was created
        long id() {
            return id.getAsLong();
        }

        /// What the user may be called: more than one name while a rename is under way.
        Set<String> names() {
            return names;
        }

        void created(long byId) {
            id = OptionalLong.of(byId);
            presence = Presence.PRESENT;
        }

        void renaming(String name) {
            names.add(name);
        }

        void renamed(String name) {
            names.retainAll(Set.of(name));
        }

        void deleting() {
            presence = Presence.EITHER;
        }

        void deleted() {
            presence = Presence.ABSENT;
        }
    }

    Entry creating(String key, String email, String name) {
        var entry = new Entry(key, email, name);
        entries.add(entry);
        return entry;
    }

    /// An answer shows that something acknowledged is not there.
    void lost(String what) {
        lost.add(what);
    }

    /// An answer shows that something was done twice.
    void duplicated(String what) {
        duplicated.add(what);
    }

    /// What the database must say in the end.
    List<Expectation> expectations() {
        return entries.stream()
                .map(entry -> new Expectation(entry.key, entry.email, entry.id, entry.names, entry.presence))
                .toList();
    }

    /// What went wrong as far as the client could see.
    Verdict seen() {
        return new Verdict(lost, duplicated);
    }
}
