package dev.skep.example.workerbee.boundary;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.Result;
import dev.skep.Result.Err;
import dev.skep.Result.Ok;
import dev.skep.ServerRef;
import dev.skep.example.workerbee.data.Problem;
import dev.skep.example.workerbee.data.UserError;
import dev.skep.example.workerbee.data.UserRpc;
import dev.skep.example.workerbee.functions.Problems;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The service as HTTP has it: makes requests into calls of the user manager, and answers into responses.
final class UserRoutes {
    /// The longest body that is read, in bytes.
    static final int LONGEST_BODY = 16 * 1024;

    private static final System.Logger LOG = System.getLogger(UserRoutes.class.getName());
    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int DEFAULT_PAGE = 20;

    private final ServerRef<UserRpc> users;

    UserRoutes(ServerRef<UserRpc> users) {
        this.users = users;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/users", this::list)
                .post("/users", this::create)
                .any("/users", allow("GET, POST"))
                .get("/users/{id}", this::find)
                .patch("/users/{id}", this::rename)
                .delete("/users/{id}", this::delete)
                .any("/users/{id}", allow("GET, PATCH, DELETE"))
                .any((_, response) -> send(response, Problems.unknownPath()))
                .error(RefusedRequest.class, (_, response, refused) -> send(response, refused.problem()))
                .error(CallException.class, (_, response, failure) -> unavailable(response, failure))
                .error(HttpException.class, (_, response, failure) -> refused(response, failure.status()))
                .error(Exception.class, (request, response, failure) -> broken(request, response, failure));
    }

    // ---- What clients can do -------------------------------------------------------------------------------------

    private void list(ServerRequest request, ServerResponse response) {
        long after = parameter(request, "after", 0);
        long limit = parameter(request, "limit", DEFAULT_PAGE);
        if (limit != (int) limit) {
            throw new RefusedRequest(Problems.invalid("limit", "is out of range"));
        }
        answer(response, new UserRpc.ListUsers(after, (int) limit), page -> {
            send(response, Status.OK_200, Json.PageBody.of(page));
        });
    }

    private void create(ServerRequest request, ServerResponse response) {
        Json.CreateBody body = body(request, Json.CreateBody.class);
        // Without a key, nobody can say that two requests are the same.
        String key = request.headers()
                .first(IDEMPOTENCY_KEY)
                .orElseGet(() -> UUID.randomUUID().toString());
        var create = new UserRpc.Create(given("email", body.email()), Optional.ofNullable(body.name()), key);
        answer(response, create, user -> {
            response.header(HeaderNames.LOCATION, "/users/" + user.id());
            send(response, Status.CREATED_201, user);
        });
    }

    private void find(ServerRequest request, ServerResponse response) {
        answer(response, new UserRpc.Find(id(request)), user -> send(response, Status.OK_200, user));
    }

    private void rename(ServerRequest request, ServerResponse response) {
        long id = id(request);
        String name = given("name", body(request, Json.RenameBody.class).name());
        answer(response, new UserRpc.Rename(id, name), user -> send(response, Status.OK_200, user));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        answer(response, new UserRpc.Delete(id(request)), _ -> {
            response.status(Status.NO_CONTENT_204).send();
        });
    }

    // ---- Requests ------------------------------------------------------------------------------------------------

    private <T> void answer(ServerResponse response, Call<UserRpc, Result<T, UserError>> call, Consumer<T> onOk) {
        switch (users.call(call, TIMEOUT)) {
            case Ok(var value) -> onOk.accept(value);
            case Err(var error) -> send(response, Problems.of(error));
        }
    }

    private static long id(ServerRequest request) {
        return number("id", request.path().pathParameters().get("id"));
    }

    private static long parameter(ServerRequest request, String name, long otherwise) {
        return request.query().first(name).map(text -> number(name, text)).orElse(otherwise);
    }

    private static long number(String field, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new RefusedRequest(Problems.invalid(field, "must be a number"));
        }
    }

    private static String given(String field, @Nullable String value) {
        if (value == null) {
            throw new RefusedRequest(Problems.invalid(field, "is missing"));
        }
        return value;
    }

    private static <T> T body(ServerRequest request, Class<T> type) {
        if (!isJson(request)) {
            throw new RefusedRequest(Problems.wrongType());
        }
        return switch (Json.read(bytes(request), type)) {
            case Ok(var body) -> body;
            case Err(var problem) -> throw new RefusedRequest(Problems.malformed(problem));
        };
    }

    private static boolean isJson(ServerRequest request) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().equalsIgnoreCase("application/json");
    }

    private static byte[] bytes(ServerRequest request) {
        if (request.headers().contentLength().orElse(0) > LONGEST_BODY) {
            throw new RefusedRequest(Problems.tooLong(LONGEST_BODY));
        }
        try (InputStream body = request.content().inputStream()) {
            byte[] bytes = body.readNBytes(LONGEST_BODY + 1);
            if (bytes.length > LONGEST_BODY) {
                throw new RefusedRequest(Problems.tooLong(LONGEST_BODY));
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- Responses -----------------------------------------------------------------------------------------------

    private static Handler allow(String methods) {
        return (request, response) -> {
            response.header(HeaderNames.ALLOW, methods);
            send(response, Problems.wrongMethod(request.prologue().method().text(), methods));
        };
    }

    private static void unavailable(ServerResponse response, CallException failure) {
        LOG.log(Level.DEBUG, "a request failed", failure);
        response.header(HeaderNames.RETRY_AFTER, "1");
        send(response, Problems.unavailable());
    }

    private static void refused(ServerResponse response, Status status) {
        send(response, Problems.refused(status.code(), status.reasonPhrase()));
    }

    private static void broken(ServerRequest request, ServerResponse response, Throwable failure) {
        LOG.log(Level.ERROR, "request " + request.prologue() + " failed", failure);
        send(response, Problems.broken());
    }

    private static void send(ServerResponse response, Status status, Object body) {
        response.status(status)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(Json.write(body));
    }

    private static void send(ServerResponse response, Problem problem) {
        response.status(problem.status())
                .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
                .send(Json.write(Json.ProblemBody.of(problem)));
    }

    /// For what the server refuses before any route is looked at, such as a request that is no HTTP.
    static DirectHandler.TransportResponse refuse(Status status) {
        Problem problem = Problems.refused(status.code(), status.reasonPhrase());
        return DirectHandler.TransportResponse.builder()
                .status(status)
                .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
                .keepAlive(false)
                .entity(Json.write(Json.ProblemBody.of(problem)))
                .build();
    }
}
