package dev.skep.example.workerbee.workers;

import dev.skep.Result;
import dev.skep.example.workerbee.data.Deleted;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.UserError;

/// The service as a client sees it, whichever way it reaches it. Every method is one attempt, and blocks.
interface UserService {
    /// There was no answer: nobody knows whether anything has happened.
    final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        NoAnswer(String what, Throwable cause) {
            super(what, cause);
        }

        NoAnswer(String what) {
            super(what);
        }
    }

    Result<User, UserError> create(String email, String name, String key) throws NoAnswer;

    Result<User, UserError> find(long id) throws NoAnswer;

    Result<User, UserError> rename(long id, String name) throws NoAnswer;

    Result<Deleted, UserError> delete(long id) throws NoAnswer;
}
