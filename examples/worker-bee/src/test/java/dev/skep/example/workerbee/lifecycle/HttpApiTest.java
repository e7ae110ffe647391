package dev.skep.example.workerbee.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.example.workerbee.data.Names;
import dev.skep.supervisor.SupervisorRef;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The whole service, as HTTP clients see it.
class HttpApiTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static Hive hive;
    private static HttpClient client;
    private static URI address;

    @BeforeAll
    static void startService() throws Exception {
        hive = Hives.start(new WorkerBee(_ -> {}, _ -> {}));
        address = hive.address();
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stopService() {
        client.close();
        hive.close();
    }

    // ---- Requests ------------------------------------------------------------------------------------------------

    private record Answer(int status, HttpResponse<String> response) {
        JsonNode body() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new AssertionError("no JSON: " + response.body(), e);
            }
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        /// Every refusal tells why, in the same form, and tells nothing of the inside.
        Answer isProblem(int expected) {
            assertThat(status).as(response.body()).isEqualTo(expected);
            assertThat(header("Content-Type")).contains("application/problem+json");
            assertThat(body().path("status").intValue()).isEqualTo(expected);
            assertThat(body().path("title").asText()).isNotBlank();
            assertThat(body().path("detail").asText()).isNotBlank();
            assertThat(response.body()).doesNotContain("Exception", "dev.skep", "\\tat ");
            return this;
        }

        Answer at(String field) {
            assertThat(body().path("field").asText()).isEqualTo(field);
            return this;
        }
    }

    private static HttpRequest.Builder request(String method, String path, BodyPublisher body) {
        return HttpRequest.newBuilder(address.resolve(path)).method(method, body);
    }

    private static Answer send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response);
    }

    private static Answer get(String path) throws Exception {
        return send(request("GET", path, BodyPublishers.noBody()));
    }

    private static Answer delete(String path) throws Exception {
        return send(request("DELETE", path, BodyPublishers.noBody()));
    }

    private static Answer json(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                request(method, path, BodyPublishers.ofString(body)).header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    private static String newEmail() {
        return "bee-" + UUID.randomUUID() + "@example.org";
    }

    private static String user(String email, String name) {
        return "{\"email\": \"" + email + "\", \"name\": \"" + name + "\"}";
    }

    private static long createdId() throws Exception {
        return json("POST", "/users", user(newEmail(), "Bee")).body().path("id").longValue();
    }

    // ---- What works ----------------------------------------------------------------------------------------------

    @Nested
    class CreatingAUser {

        @Test
        void givesItAndTellsWhereItIs() throws Exception {
            String email = newEmail();

            Answer answer = json("POST", "/users", user(email.toUpperCase(Locale.ROOT), " Ada "));

            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.header("Content-Type")).contains("application/json");
            assertThat(answer.body().path("email").asText()).isEqualTo(email);
            assertThat(answer.body().path("name").asText()).isEqualTo("Ada");
            assertThat(answer.header("Location"))
                    .contains("/users/" + answer.body().path("id").longValue());
        }

        @Test
        void needsNoName() throws Exception {
            String email = newEmail();

            Answer answer = json("POST", "/users", "{\"email\": \"" + email + "\"}");

            assertThat(answer.status()).isEqualTo(201);
            assertThat(email).startsWith(answer.body().path("name").asText() + "@");
        }

        @Test
        void isDoneOnceForEachKey() throws Exception {
            String body = user(newEmail(), "Ada");
            String key = UUID.randomUUID().toString();

            Answer first = json("POST", "/users", body, "Idempotency-Key", key);
            Answer second = json("POST", "/users", body, "Idempotency-Key", key);

            assertThat(second.status()).isEqualTo(201);
            assertThat(second.body()).isEqualTo(first.body());
            assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        }

        @Test
        void isRefusedForAnAddressThatIsTaken() throws Exception {
            String email = newEmail();
            json("POST", "/users", user(email, "Ada"));

            json("POST", "/users", user(email, "Ada")).isProblem(409).at("email");
        }

        @Test
        void isRefusedForAKeyOfAnotherCreation() throws Exception {
            String key = UUID.randomUUID().toString();
            json("POST", "/users", user(newEmail(), "Ada"), "Idempotency-Key", key);

            json("POST", "/users", user(newEmail(), "Ada"), "Idempotency-Key", key)
                    .isProblem(409)
                    .at("Idempotency-Key");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        {"email": "nobody", "name": "x"}        | email
                        {"name": "x"}                           | email
                        {"email": null}                         | email
                        {"email": "a@example.org", "name": " "} | name
                        """)
        void isRefusedForAFieldThatMakesNoSense(String body, String field) throws Exception {
            json("POST", "/users", body).isProblem(400).at(field);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a b", ""})
        void isRefusedForAKeyThatMakesNoSense(String key) throws Exception {
            json("POST", "/users", user(newEmail(), "x"), "Idempotency-Key", key)
                    .isProblem(400)
                    .at("Idempotency-Key");
        }
    }

    @Nested
    class AUserThatIsThere {

        @Test
        void isFound() throws Exception {
            Answer created = json("POST", "/users", user(newEmail(), "Ada"));

            Answer found = get(created.header("Location").orElseThrow());

            assertThat(found.status()).isEqualTo(200);
            assertThat(found.body()).isEqualTo(created.body());
        }

        @Test
        void isRenamed() throws Exception {
            long id = createdId();

            Answer renamed = json("PATCH", "/users/" + id, "{\"name\": \"Lady Lovelace 🐝\"}");

            assertThat(renamed.status()).isEqualTo(200);
            assertThat(renamed.body().path("name").asText()).isEqualTo("Lady Lovelace 🐝");
            assertThat(get("/users/" + id).body()).isEqualTo(renamed.body());
        }

        @Test
        void isDeleted() throws Exception {
            long id = createdId();

            Answer deleted = delete("/users/" + id);

            assertThat(deleted.status()).isEqualTo(204);
            assertThat(deleted.response().body()).isEmpty();
            get("/users/" + id).isProblem(404);
            delete("/users/" + id).isProblem(404);
        }

        @Test
        void isListed() throws Exception {
            long first = createdId();
            long second = createdId();
            long third = createdId();

            Answer page = get("/users?limit=2&after=" + (first - 1));
            Answer rest = get("/users?limit=2&after=" + page.body().path("next").longValue());

            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body().findValuesAsText("id")).containsExactly("" + first, "" + second);
            assertThat(rest.body().findValuesAsText("id").getFirst()).isEqualTo("" + third);
        }

        @Test
        void isOnTheFirstPageUnlessToldOtherwise() throws Exception {
            createdId();

            assertThat(get("/users").body().path("users").size()).isPositive();
        }
    }

    // ---- What does not -------------------------------------------------------------------------------------------

    @Nested
    class ARequestThatMakesNoSense {

        @Test
        void findsNobody() throws Exception {
            get("/users/987654321").isProblem(404);
            delete("/users/987654321").isProblem(404);
            json("PATCH", "/users/987654321", "{\"name\": \"Nobody\"}").isProblem(404);
        }

        @ParameterizedTest
        @ValueSource(strings = {"x", "1.5", "99999999999999999999", "%20", "%00", "-"})
        void hasAnIdThatIsNoNumber(String id) throws Exception {
            get("/users/" + id).isProblem(400).at("id");
        }

        @ParameterizedTest
        @CsvSource({"limit=x, limit", "limit=0, limit", "limit=101, limit", "limit=9999999999, limit"})
        void wantsNoPage(String query, String field) throws Exception {
            get("/users?" + query).isProblem(400).at(field);
        }

        @ParameterizedTest
        @CsvSource({"after=-1, after", "after=x, after"})
        void wantsNoPageAfter(String query, String field) throws Exception {
            get("/users?" + query).isProblem(400).at(field);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "name",
                    "{",
                    "{\"name\": \"x\"",
                    "{\"name\": \"x\"} {}",
                    "{\"name\": \"x\", \"name\": \"y\"}",
                    "{\"name\": \"x\", \"age\": 7}",
                    "{\"nome\": \"x\"}",
                    "{\"name\": 7}",
                    "{\"name\": true}",
                    "{\"name\": {}}",
                    "{\"name\": [\"x\"]}",
                    "{\"name\": null}",
                    "{\"name\": \"\\u0000\"}",
                    "{\"name\": \"\\ud800\"}",
                    "[]",
                    "[{\"name\": \"x\"}]",
                    "null",
                    "7",
                    "\"name\"",
                    "{\"name\": \"\u0001\"}",
                })
        void hasABodyThatIsNotUnderstood(String body) throws Exception {
            json("PATCH", "/users/1", body).isProblem(400);
        }

        @Test
        void hasABodyThatIsNoUnicode() throws Exception {
            byte[] latin = "{\"name\": \"Zoë\"}".getBytes(StandardCharsets.ISO_8859_1);

            send(request("PATCH", "/users/1", BodyPublishers.ofByteArray(latin))
                            .header("Content-Type", "application/json"))
                    .isProblem(400);
        }

        @Test
        void hasABodyNestedDeeply() throws Exception {
            json("PATCH", "/users/1", "{\"name\": " + "[".repeat(5000) + "]".repeat(5000) + "}")
                    .isProblem(400);
        }

        @ParameterizedTest
        @ValueSource(strings = {"text/plain", "application/xml", "garbage", "application/jsonp"})
        void hasABodyOfAnotherKind(String type) throws Exception {
            send(request("PATCH", "/users/1", BodyPublishers.ofString("{\"name\": \"x\"}"))
                            .header("Content-Type", type))
                    .isProblem(415);
        }

        @Test
        void doesNotSayOfWhichKindItsBodyIs() throws Exception {
            send(request("POST", "/users", BodyPublishers.ofString("{}"))).isProblem(415);
        }

        @ParameterizedTest
        @ValueSource(strings = {"application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"})
        void isNotOneForItsWayToSayJson(String type) throws Exception {
            long id = createdId();

            Answer answer = send(request("PATCH", "/users/" + id, BodyPublishers.ofString("{\"name\": \"x\"}"))
                    .header("Content-Type", type));

            assertThat(answer.status()).isEqualTo(200);
        }

        @Test
        void hasABodyThatIsTooLong() throws Exception {
            json("POST", "/users", user(newEmail(), "x".repeat(16 * 1024))).isProblem(413);
        }

        @Test
        void hasABodyThatIsTooLongWithoutSayingSo() throws Exception {
            byte[] body = user(newEmail(), "x".repeat(16 * 1024)).getBytes(StandardCharsets.UTF_8);

            send(request("POST", "/users", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                            .header("Content-Type", "application/json"))
                    .isProblem(413);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        PUT     | /users   | GET, POST
                        DELETE  | /users   | GET, POST
                        PATCH   | /users   | GET, POST
                        POST    | /users/1 | GET, PATCH, DELETE
                        PUT     | /users/1 | GET, PATCH, DELETE
                        OPTIONS | /users/1 | GET, PATCH, DELETE
                        BREW    | /users   | GET, POST
                        """)
        void asksForWhatIsNotPossible(String method, String path, String allowed) throws Exception {
            Answer answer = json(method, path, "{}").isProblem(405);

            assertThat(answer.header("Allow")).contains(allowed);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/", "/user", "/users/1/name", "/users/", "/favicon.ico", "/users/../etc"})
        void goesWhereNothingIs(String path) throws Exception {
            get(path).isProblem(404);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "GARBAGE\r\n\r\n",
                    "GET /users HTTP/9.9\r\nHost: x\r\n\r\n",
                    "GET /users/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                    "POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
                    "GET /users HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n",
                })
        void isNoHttp(String request) throws IOException {
            assertThat(statusLineFor(request)).matches("HTTP/1\\.1 4\\d\\d .*");
            assertThat(statusLineFor("GET /users HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }

        private static String statusLineFor(String request) throws IOException {
            try (var socket = new Socket(address.getHost(), address.getPort());
                    OutputStream out = socket.getOutputStream();
                    var in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
                socket.setSoTimeout(10_000);
                out.write(request.getBytes(StandardCharsets.US_ASCII));
                out.flush();
                return String.valueOf(in.readLine());
            }
        }
    }

    // ---- What breaks ---------------------------------------------------------------------------------------------

    @Nested
    class AServiceThatIsBroken {

        @Test
        void saysThatItIsUnavailableAndWhenToComeBack() throws Exception {
            SupervisorRef domain = SupervisorRef.of(hive.node(), Tree.DOMAIN);
            domain.terminateChild(Names.USERS.text()).orElseThrow();

            Answer answer = get("/users");

            domain.restartChild(Names.USERS.text()).orElseThrow();
            answer.isProblem(503);
            assertThat(answer.header("Retry-After")).contains("1");
            assertThat(get("/users").status()).isEqualTo(200);
        }

        @Test
        void answersAgainAtTheSameAddressAfterItsListenerWasKilled() throws Exception {
            Pid listener = hive.node().whereis(Names.HTTP).orElseThrow();

            listener.exit(ExitReason.kill());
            assertThat(hive.watch().awaitSuccessor(Names.HTTP.text(), listener, Duration.ofMinutes(2)))
                    .isPresent();

            assertThat(hive.address()).isEqualTo(address);
            assertThat(HttpClient.newHttpClient()
                            .send(
                                    request("GET", "/users", BodyPublishers.noBody())
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
