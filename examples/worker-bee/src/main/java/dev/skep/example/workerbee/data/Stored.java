package dev.skep.example.workerbee.data;

import java.util.List;
import java.util.Map;

/// What the database holds of one run of the demo.
///
/// @param users the users
/// @param creations the id of the user that was created for each idempotency key
/// @param mails how many welcome mails were written for each id
public record Stored(List<User> users, Map<String, Long> creations, Map<Long, Integer> mails) {
    public Stored {
        users = List.copyOf(users);
        creations = Map.copyOf(creations);
        mails = Map.copyOf(mails);
    }
}
