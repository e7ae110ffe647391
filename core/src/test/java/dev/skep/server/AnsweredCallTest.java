package dev.skep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.PendingCall;
import dev.skep.Self;
import dev.skep.ServerRef;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is left of a call that was answered after its handler had returned.
class AnsweredCallTest {
    @RegisterExtension
    final Hive hive = new Hive();

    /// Something that a server is asked with.
    private record Question(String text) {}

    private sealed interface OracleRpc {
        record Ask(Question question) implements OracleRpc, Call<OracleRpc, Integer> {}

        record Answer(int answer) implements OracleRpc, Cast<OracleRpc> {}
    }

    /// Answers the oldest question when it is told to.
    private static final class Oracle implements GenServer<Deque<From>, OracleRpc> {
        @Override
        public Deque<From> init(Self<OracleRpc> self) {
            return new ArrayDeque<>();
        }

        @Override
        public Next<Deque<From>> handle(OracleRpc message, From from, Deque<From> waiting) {
            switch (message) {
                case OracleRpc.Ask _ -> waiting.add(from);
                case OracleRpc.Answer(int answer) -> waiting.remove().reply(answer);
            }
            return Next.noReply();
        }
    }

    private static PendingCall<Integer> ask(ServerRef<OracleRpc> oracle, Question question) {
        return oracle.request(new OracleRpc.Ask(question));
    }

    @Test
    void aServerAtRestKeepsNothingOfIt() {
        ServerRef<OracleRpc> oracle = hive.node().start(GenServer.spec(Oracle::new));
        Question kept = new Question("still open");
        WeakReference<Question> answered = answeredQuestion(oracle);

        PendingCall<Integer> open = ask(oracle, kept);

        Await.until(() -> {
            System.gc();
            return answered.refersTo(null);
        });
        oracle.cast(new OracleRpc.Answer(2));
        assertThat(open.get(ServerRef.FOREVER)).isEqualTo(2);
    }

    private static WeakReference<Question> answeredQuestion(ServerRef<OracleRpc> oracle) {
        Question question = new Question("what is one?");
        PendingCall<Integer> call = ask(oracle, question);
        oracle.cast(new OracleRpc.Answer(1));
        assertThat(call.get(ServerRef.FOREVER)).isEqualTo(1);
        return new WeakReference<>(question);
    }
}
