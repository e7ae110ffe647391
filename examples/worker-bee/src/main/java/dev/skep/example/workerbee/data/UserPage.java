package dev.skep.example.workerbee.data;

import java.util.List;
import java.util.OptionalLong;

/// Some of the users, in the order of their ids.
///
/// @param users the users
/// @param next what to ask for next: the users after this id; empty when there are no more
public record UserPage(List<User> users, OptionalLong next) {
    public UserPage {
        users = List.copyOf(users);
    }
}
