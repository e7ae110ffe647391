package dev.skep.example.workerbee.functions;

import dev.skep.Result;
import dev.skep.example.workerbee.data.NewUser;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.data.UserRpc;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Checks what clients ask for, and brings it into the form that the database keeps.
public final class Validation {
    /// The longest address that mail can be sent to (RFC 5321).
    static final int LONGEST_EMAIL = 254;

    static final int LONGEST_NAME = 100;
    static final int LONGEST_KEY = 255;
    static final int LONGEST_PAGE = 100;

    /// One @ between a local part and a domain of at least two labels: what people have, not all that RFC 5322
    /// allows.
    private static final Pattern EMAIL = Pattern.compile("[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
            + "@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private static final Pattern KEY = Pattern.compile("[!-~]{1," + LONGEST_KEY + "}");

    private Validation() {}

    /// Checks a request to create a user.
    ///
    /// @param request what the client asked for
    /// @return the user to create; its name is the local part of its address if the client gave none
    public static Result<NewUser, UserError> newUser(UserRpc.Create request) {
        return email(request.email())
                .flatMap(email -> name(request.name(), email)
                        .flatMap(name ->
                                idempotencyKey(request.idempotencyKey()).map(key -> new NewUser(email, name, key))));
    }

    private static Result<String, UserError> name(Optional<String> given, String email) {
        return given.map(Validation::name).orElseGet(() -> Result.ok(email.substring(0, email.indexOf('@'))));
    }

    /// Checks and normalises an e-mail address: no blanks around it, all lower case.
    ///
    /// @param text what the client gave
    /// @return the normalised address
    public static Result<String, UserError> email(String text) {
        String email = text.strip().toLowerCase(Locale.ROOT);
        return email.length() <= LONGEST_EMAIL && EMAIL.matcher(email).matches()
                ? Result.ok(email)
                : invalid("email", "must be an e-mail address such as ada@example.org");
    }

    /// Checks and normalises a name: no blanks around it.
    ///
    /// @param text what the client gave
    /// @return the normalised name
    public static Result<String, UserError> name(String text) {
        String name = text.strip();
        int length = name.codePointCount(0, name.length());
        if (length == 0 || length > LONGEST_NAME) {
            return invalid("name", "must have 1 to " + LONGEST_NAME + " characters");
        }
        return name.codePoints().allMatch(Validation::isText)
                ? Result.ok(name)
                : invalid("name", "must not have control characters");
    }

    /// Half a surrogate pair is no character, and no database takes it.
    private static boolean isText(int codePoint) {
        int type = Character.getType(codePoint);
        return type != Character.CONTROL && type != Character.SURROGATE;
    }

    /// Checks an idempotency key.
    ///
    /// @param text what the client gave
    /// @return the same
    public static Result<String, UserError> idempotencyKey(String text) {
        return KEY.matcher(text).matches()
                ? Result.ok(text)
                : invalid("Idempotency-Key", "must be 1 to " + LONGEST_KEY + " visible ASCII characters");
    }

    /// Checks a request for a page of users.
    ///
    /// @param request what the client asked for
    /// @return the same
    public static Result<UserRpc.ListUsers, UserError> page(UserRpc.ListUsers request) {
        if (request.limit() < 1 || request.limit() > LONGEST_PAGE) {
            return invalid("limit", "must be a number from 1 to " + LONGEST_PAGE);
        }
        return request.after() < 0 ? invalid("after", "must be 0 or an id of a user") : Result.ok(request);
    }

    private static <T> Result<T, UserError> invalid(String field, String problem) {
        return Result.err(new UserError.Invalid(field, problem));
    }
}
