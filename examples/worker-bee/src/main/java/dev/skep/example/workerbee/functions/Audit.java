package dev.skep.example.workerbee.functions;

import dev.skep.example.workerbee.data.Expectation;
import dev.skep.example.workerbee.data.Expectation.Presence;
import dev.skep.example.workerbee.data.Stored;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Compares what clients were told with what the database holds.
public final class Audit {
    private final Stored stored;
    private final Map<Long, User> byId = new HashMap<>();
    private final Map<String, User> byEmail = new HashMap<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> duplicated = new ArrayList<>();

    private Audit(Stored stored) {
        this.stored = stored;
    }

    /// Compares.
    ///
    /// @param expectations what the database must say, one for each creation that was asked for
    /// @param stored what it says
    /// @return what does not agree
    public static Verdict compare(List<Expectation> expectations, Stored stored) {
        var audit = new Audit(stored);
        audit.readUsers();
        audit.findUnasked(expectations);
        audit.findSharedIds(expectations);
        expectations.forEach(audit::check);
        audit.findRepeatedMails();
        return new Verdict(audit.lost, audit.duplicated);
    }

    private void readUsers() {
        for (User user : stored.users()) {
            byId.put(user.id(), user);
            User twin = byEmail.put(user.email(), user);
            if (twin != null) {
                duplicated.add(user.email() + " has the users " + twin.id() + " and " + user.id());
            }
        }
    }

    private void findUnasked(List<Expectation> expectations) {
        Set<String> asked = new HashSet<>();
        expectations.forEach(expected -> asked.add(expected.email()));
        for (User user : stored.users()) {
            if (!asked.contains(user.email())) {
                duplicated.add("nobody asked for the user " + user.id() + " of " + user.email());
            }
        }
    }

    private void findSharedIds(List<Expectation> expectations) {
        Map<Long, Expectation> told = new HashMap<>();
        for (Expectation expected : expectations) {
            expected.id().ifPresent(id -> {
                Expectation other = told.put(id, expected);
                if (other != null) {
                    duplicated.add("the user " + id + " was given for the creations " + other.key() + " and "
                            + expected.key());
                }
            });
        }
    }

    private void check(Expectation expected) {
        if (expected.id().isPresent()) {
            long id = expected.id().getAsLong();
            Long created = stored.creations().get(expected.key());
            if (created == null) {
                lost.add("the creation " + expected.key() + " of the user " + id);
            } else if (!stored.mails().containsKey(created)) {
                lost.add("the welcome mail of the user " + id);
            } else if (created != id) {
                duplicated.add("the creation " + expected.key() + " gave the users " + id + " and " + created);
            }
        }
        User user = byEmail.get(expected.email());
        switch (expected.presence()) {
            case PRESENT -> {
                if (user == null) {
                    lost.add("the user of " + expected.email());
                }
            }
            case ABSENT -> {
                if (user != null) {
                    lost.add("the deletion of the user " + user.id() + " of " + expected.email());
                }
            }
            case EITHER -> {}
        }
        if (user != null
                && expected.presence() != Presence.ABSENT
                && !expected.names().contains(user.name())) {
            lost.add("a name of the user " + user.id() + ": it is " + user.name() + ", and not one of "
                    + expected.names());
        }
    }

    private void findRepeatedMails() {
        stored.mails().forEach((id, count) -> {
            if (count > 1) {
                duplicated.add("the user " + id + " has " + count + " welcome mails");
            }
        });
    }
}
