package dev.skep.example.workerbee.workers;

import dev.skep.ServerRef;
import dev.skep.example.workerbee.data.Expectation;
import dev.skep.example.workerbee.data.UserRpc;
import dev.skep.example.workerbee.data.Verdict;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// The clients of the demo: some call the user manager, some come over HTTP. They are ordinary threads, no
/// processes: this is how a program meets servers that it does not know the insides of.
public final class LoadGenerator implements AutoCloseable {
    private static final int CALLING_CLIENTS = 6;
    private static final int HTTP_CLIENTS = 2;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final List<Future<Ledger>> clients = new ArrayList<>();
    private volatile boolean stopping;

    /// What the clients have to say in the end.
    ///
    /// @param expectations what the database must hold
    /// @param seen what went wrong under their eyes
    public record Outcome(List<Expectation> expectations, Verdict seen) {
        public Outcome {
            expectations = List.copyOf(expectations);
        }
    }

    /// Starts the clients.
    ///
    /// @param run distinguishes this run's users from those of all others in the same database
    /// @param seed where the clients' decisions come from
    /// @param users the user manager
    /// @param address the HTTP listener
    /// @param measurements where the clients count
    public LoadGenerator(String run, long seed, ServerRef<UserRpc> users, URI address, Measurements measurements) {
        var seeds = RandomGeneratorFactory.<RandomGenerator.SplittableGenerator>of("L64X128MixRandom")
                .create(seed);
        for (int i = 1; i <= CALLING_CLIENTS + HTTP_CLIENTS; i++) {
            UserService service = i <= CALLING_CLIENTS ? new CalledService(users) : new HttpService(http, address);
            var client =
                    new Client(run + "-" + i, service, seeds.split(), measurements, () -> !stopping, Client.Time.REAL);
            clients.add(threads.submit(client));
        }
    }

    /// Lets the clients end what they are at, and waits for them.
    ///
    /// @return what they were told
    /// @throws InterruptedException if the thread is interrupted
    public Outcome stop() throws InterruptedException {
        stopping = true;
        List<Expectation> expectations = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        List<String> duplicated = new ArrayList<>();
        for (Future<Ledger> client : clients) {
            Ledger ledger;
            try {
                ledger = client.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a client of the demo failed", e.getCause());
            }
            expectations.addAll(ledger.expectations());
            lost.addAll(ledger.seen().lost());
            duplicated.addAll(ledger.seen().duplicated());
        }
        return new Outcome(expectations, new Verdict(lost, duplicated));
    }

    @Override
    public void close() {
        stopping = true;
        threads.shutdownNow();
        http.shutdownNow();
        threads.close();
    }
}
