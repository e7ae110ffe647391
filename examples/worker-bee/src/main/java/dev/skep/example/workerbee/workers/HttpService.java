package dev.skep.example.workerbee.workers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skep.Result;
import dev.skep.example.workerbee.data.Deleted;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.UserError;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/// The service, reached over HTTP.
final class HttpService implements UserService {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client;
    private final URI address;

    HttpService(HttpClient client, URI address) {
        this.client = client;
        this.address = address;
    }

    @Override
    public Result<User, UserError> create(String email, String name, String key) throws NoAnswer {
        HttpRequest.Builder request = request("/users")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofByteArray(json(Map.of("email", email, "name", name))));
        return user(send(request), 0, email);
    }

    @Override
    public Result<User, UserError> find(long id) throws NoAnswer {
        return user(send(request("/users/" + id).GET()), id, "");
    }

    @Override
    public Result<User, UserError> rename(long id, String name) throws NoAnswer {
        HttpRequest.Builder request =
                request("/users/" + id).method("PATCH", BodyPublishers.ofByteArray(json(Map.of("name", name))));
        return user(send(request), id, "");
    }

    @Override
    public Result<Deleted, UserError> delete(long id) throws NoAnswer {
        HttpResponse<byte[]> response = send(request("/users/" + id).DELETE());
        return response.statusCode() == 204 ? Result.ok(new Deleted(id)) : Result.err(error(response, id, ""));
    }

    // ---- Requests and responses ----------------------------------------------------------------------------------

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json");
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder builder) throws NoAnswer {
        HttpRequest request = builder.build();
        HttpResponse<byte[]> response;
        try {
            response = client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new NoAnswer("no answer to " + request, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswer("interrupted in " + request, e);
        }
        if (response.statusCode() >= 500) {
            throw new NoAnswer(request + " was answered with " + response.statusCode());
        }
        return response;
    }

    private static Result<User, UserError> user(HttpResponse<byte[]> response, long id, String email) {
        if (response.statusCode() >= 400) {
            return Result.err(error(response, id, email));
        }
        JsonNode user = read(response.body());
        return Result.ok(new User(
                user.path("id").longValue(),
                user.path("email").asText(),
                user.path("name").asText()));
    }

    private static UserError error(HttpResponse<byte[]> response, long id, String email) {
        JsonNode problem = read(response.body());
        String field = problem.path("field").asText();
        return switch (response.statusCode()) {
            case 404 -> new UserError.NotFound(id);
            case 409 -> field.equals("email") ? new UserError.EmailTaken(email) : new UserError.KeyReused(field);
            default -> new UserError.Invalid(field, problem.path("detail").asText());
        };
    }

    private static byte[] json(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON for " + value, e);
        }
    }

    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new IllegalStateException("the service answered with what is no JSON", e);
        }
    }
}
