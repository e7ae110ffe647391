package dev.skep.guide;

import dev.skep.Reportable;
import dev.skep.Result;
import java.util.HashMap;
import java.util.Map;

/// The state of the user manager.
final class Users implements AutoCloseable, Reportable {
    private final Map<Long, User> byId = new HashMap<>();
    private int touches;

    static Users open() {
        return new Users();
    }

    Result<User, UserError> create(String email) {
        if (byId.values().stream().anyMatch(user -> user.email().equals(email))) {
            return Result.err(UserError.EMAIL_TAKEN);
        }
        User user = new User(byId.size() + 1, email);
        byId.put(user.id(), user);
        return Result.ok(user);
    }

    Result<User, UserError> find(long id) {
        User user = byId.get(id);
        return user == null ? Result.err(UserError.NOT_FOUND) : Result.ok(user);
    }

    void touch(long id) {
        if (byId.containsKey(id)) {
            touches++;
        }
    }

    int touches() {
        return touches;
    }

    @Override
    public String toReport() {
        return byId.size() + " users";
    }

    @Override
    public void close() {
        byId.clear();
    }
}
