package dev.skep.example.workerbee.boundary;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.skep.Result;
import dev.skep.example.workerbee.data.Problem;
import dev.skep.example.workerbee.data.User;
import dev.skep.example.workerbee.data.UserPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What goes over the wire. It is strict: a misspelt field is an error, not a default.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    private static final String NO_OBJECT = "the body must be one JSON object";

    private Json() {}

    /// The body of `POST /users`.
    record CreateBody(@Nullable String email, @Nullable String name) {}

    /// The body of `PATCH /users/{id}`.
    record RenameBody(@Nullable String name) {}

    /// The answer to `GET /users`.
    ///
    /// @param users the users
    /// @param next what to give as `after` for the next page, absent on the last one
    record PageBody(List<User> users, @Nullable Long next) {
        static PageBody of(UserPage page) {
            return new PageBody(
                    page.users(), page.next().isPresent() ? page.next().getAsLong() : null);
        }
    }

    /// A problem.
    record ProblemBody(
            int status,
            String title,
            String detail,
            @Nullable String field) {
        static ProblemBody of(Problem problem) {
            return new ProblemBody(
                    problem.status(),
                    problem.title(),
                    problem.detail(),
                    problem.field().orElse(null));
        }
    }

    /// Reads a value.
    ///
    /// @return the value, or what is wrong, as a sentence for the client
    static <T> Result<T, String> read(byte[] text, Class<T> type) {
        try {
            @Nullable T value = MAPPER.readValue(text, type);
            return value == null ? Result.err(NO_OBJECT) : Result.ok(value);
        } catch (UnrecognizedPropertyException e) {
            return Result.err("there is no field '" + e.getPropertyName() + "'");
        } catch (JsonMappingException e) {
            return Result.err(e.getPath().isEmpty() ? NO_OBJECT : "the field '" + field(e) + "' must be a text");
        } catch (JacksonException e) {
            return Result.err(
                    "the body is no JSON: wrong at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is none when reading from memory
        }
    }

    private static String field(JsonMappingException e) {
        return e.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .collect(Collectors.joining("."));
    }

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON for " + value, e);
        }
    }
}
