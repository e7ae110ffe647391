package dev.skep.example.workerbee.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.example.workerbee.data.UserError;
import org.junit.jupiter.api.Test;

class ProblemsTest {

    @Test
    void ofBusinessErrorsHaveTheStatusThatFitsThem() {
        assertThat(Problems.of(new UserError.Invalid("name", "is missing")).status())
                .isEqualTo(400);
        assertThat(Problems.of(new UserError.NotFound(7)).status()).isEqualTo(404);
        assertThat(Problems.of(new UserError.EmailTaken("ada@example.org")).status())
                .isEqualTo(409);
        assertThat(Problems.of(new UserError.KeyReused("k")).status()).isEqualTo(409);
    }

    @Test
    void nameWhatIsAtFault() {
        assertThat(Problems.of(new UserError.Invalid("name", "is missing")).detail())
                .isEqualTo("name is missing");
        assertThat(Problems.of(new UserError.Invalid("name", "is missing")).field())
                .contains("name");
        assertThat(Problems.of(new UserError.NotFound(7)).detail()).contains("7");
        assertThat(Problems.of(new UserError.EmailTaken("ada@example.org")).field())
                .contains("email");
        assertThat(Problems.of(new UserError.KeyReused("k")).field()).contains("Idempotency-Key");
    }
}
