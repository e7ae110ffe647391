package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Receiver;
import dev.skep.ReplyTo;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.task.FailedInput;
import dev.skep.task.OnTimeout;
import dev.skep.task.Task;
import dev.skep.task.TaskException;
import dev.skep.task.TaskRpc;
import dev.skep.task.TaskStream;
import dev.skep.task.TaskSupervisor;
import dev.skep.task.TaskSupervisorRef;
import dev.skep.task.Yielded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The examples of the chapter on tasks.
class TaskGuideTest {
    private final Node node =
            Node.builder("hive").clock(ManualClock.attentive()).start();

    @AfterEach
    void close() {
        node.close();
    }

    record Offer(String stock, int price) {}

    private static int priceOf(String item) {
        return item.length();
    }

    private static String stockOf(String item) {
        return item + "s";
    }

    private static String fetch(String url) {
        if (url.isBlank()) {
            throw new IllegalArgumentException("a blank URL");
        }
        return "page of " + url;
    }

    private <T> T in(Work<T> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        assertThat(node.spawn((Receiver<Object> self) -> {
                    try {
                        result.complete(work.run(self));
                    } catch (Throwable thrown) {
                        result.completeExceptionally(thrown);
                    }
                }))
                .isNotNull();
        return result.get(2, TimeUnit.MINUTES);
    }

    interface Work<T> {
        T run(Receiver<Object> self) throws Exception;
    }

    // ---- One task --------------------------------------------------------------------------------------------------

    static Offer offer(Self<?> self, String item) {
        Task<Integer> price = Task.async(self, () -> priceOf(item));
        String stock = stockOf(item);
        return new Offer(stock, price.await());
    }

    @Test
    void aTaskComputesWhileItsOwnerGoesOn() throws Exception {
        Offer offer = in(self -> offer(self, "hive"));
        assertThat(offer).isEqualTo(new Offer("hives", 4));
    }

    static String describe(Task<String> page) {
        Optional<Result<String, ExitReason>> outcome = page.yield(Duration.ofSeconds(2));
        if (outcome.isEmpty()) {
            outcome = page.shutdown(); // it may be done just now
        }
        return outcome.map(result -> result.fold(text -> text, reason -> "failed: " + reason))
                .orElse("too slow");
    }

    @Test
    void anOutcomeIsAskedForAndGivenUp() {
        assertThat(describe(Task.asyncNolink(node, () -> fetch("a")))).isEqualTo("page of a");
        assertThat(describe(Task.asyncNolink(node, () -> fetch("")))).startsWith("failed: crashed:");
    }

    @Test
    void aThreadMayUseTasks() {
        Task<String> page = Task.asyncNolink(node, () -> fetch("a"));
        String text;
        try {
            text = page.await(Duration.ofSeconds(10));
        } catch (TaskException failure) {
            text = switch (failure) {
                case TaskException.Exited ended -> "failed: " + ended.reason();
                case TaskException.TimedOut _ -> "too slow";
                case TaskException.Interrupted _ -> "interrupted";
                case TaskException.TooManyChildren _ -> "busy";
            };
        }
        assertThat(text).isEqualTo("page of a");
    }

    @Test
    void manyAreAwaited() throws Exception {
        List<String> all = in(self -> {
            List<String> urls = List.of("a", "b");
            List<Task<String>> pages =
                    urls.stream().map(url -> Task.async(self, () -> fetch(url))).toList();
            List<String> texts = Task.awaitMany(pages, Duration.ofSeconds(10));
            return texts;
        });
        assertThat(all).containsExactly("page of a", "page of b");
    }

    @Test
    void whatIsThereInTimeIsTaken() {
        List<Task<String>> pages = Stream.of("a", "b")
                .map(url -> Task.asyncNolink(node, () -> fetch(url)))
                .toList();

        List<String> inTime = new ArrayList<>();
        for (Yielded<String> page : Task.yieldMany(pages, Duration.ofSeconds(10), OnTimeout.KILL)) {
            page.outcome().flatMap(Result::toOptional).ifPresent(inTime::add);
        }

        assertThat(inTime).containsExactly("page of a", "page of b");
    }

    @Test
    void aTaskStartsTasks() throws Exception {
        Task<Integer> total = Task.asyncNolink(node, self -> {
            Task<Integer> left = Task.async(self, () -> 1);
            Task<Integer> right = Task.async(self, () -> 2);
            return left.await() + right.await();
        });
        assertThat(total.await()).isEqualTo(3);
    }

    @Test
    void futuresAndTasksMeet() throws Exception {
        CompletableFuture<String> future =
                Task.asyncNolink(node, () -> fetch("a")).toFuture();
        Task<String> task = Task.asyncNolink(node, () -> future.get());

        assertThat(task.await()).isEqualTo("page of a");
    }

    // ---- Supervised ------------------------------------------------------------------------------------------------

    static final Name<TaskRpc> TASKS = Name.of("tasks");

    @Test
    void tasksAreSupervised() throws Exception {
        CountDownLatch mailed = new CountDownLatch(2);
        Runnable sendMail = mailed::countDown;

        node.start(Supervisor.oneForOne()
                .child(ChildSpec.of(TaskSupervisor.create().named(TASKS).maxChildren(1000)))
                .child(ChildSpec.server(PAGES, () -> new PageServer(TaskSupervisorRef.of(node, TASKS)))));

        TaskSupervisorRef tasks = TaskSupervisorRef.of(node, TASKS);
        Task<String> page = tasks.asyncNolink(() -> fetch("a"));
        tasks.startChild(sendMail);
        tasks.withRestart(Restart.TRANSIENT).startChild(sendMail);

        assertThat(page.await()).isEqualTo("page of a");
        assertThat(mailed.await(2, TimeUnit.MINUTES)).isTrue();
        assertThat(node.ref(PAGES).call(new PageRpc.Get("b"))).isEqualTo("page of b");
        assertThat(node.ref(PAGES).call(new PageRpc.Get(" "))).startsWith("failed:");
    }

    sealed interface PageRpc {
        record Get(String url) implements PageRpc, Call<PageRpc, String> {}

        record Nothing() implements PageRpc, Cast<PageRpc> {}
    }

    static final Name<PageRpc> PAGES = Name.of("pages");

    record Fetching(Task<String> task, ReplyTo<String> caller) {}

    static final class PageServer implements GenServer<List<Fetching>, PageRpc> {
        private final TaskSupervisorRef tasks;

        PageServer(TaskSupervisorRef tasks) {
            this.tasks = tasks;
        }

        @Override
        public List<Fetching> init(Self<PageRpc> self) {
            return new ArrayList<>();
        }

        @Override
        public Next<List<Fetching>> handle(PageRpc message, From from, List<Fetching> fetching) {
            switch (message) {
                case PageRpc.Get get -> {
                    Task<String> task = tasks.asyncNolink(() -> fetch(get.url()));
                    task.sendOutcome();
                    fetching.add(new Fetching(task, get.replyTo(from)));
                }
                case PageRpc.Nothing() -> {}
            }
            return Next.noReply();
        }

        @Override
        public Next<List<Fetching>> info(Object message, List<Fetching> fetching) {
            fetching.removeIf(page -> {
                Optional<Result<String, ExitReason>> outcome = page.task().outcomeIn(message);
                outcome.ifPresent(
                        result -> page.caller().reply(result.fold(text -> text, reason -> "failed: " + reason)));
                return outcome.isPresent();
            });
            return Next.noReply();
        }
    }

    // ---- Streams ---------------------------------------------------------------------------------------------------

    @Test
    void aStreamOfTasksIsBounded() throws Exception {
        List<String> texts = in(self -> {
            List<String> urls = List.of("a", "b", "c");
            List<String> pages = TaskStream.over(urls, url -> fetch(url))
                    .maxConcurrency(20)
                    .timeout(Duration.ofSeconds(10))
                    .async(self)
                    .map(Result::orElseThrow)
                    .toList();
            return pages;
        });
        assertThat(texts).containsExactly("page of a", "page of b", "page of c");
    }

    @Test
    void failuresAreResults() {
        List<String> failed = new ArrayList<>();
        TaskStream.over(List.of("a", " "), url -> fetch(url))
                .killOnTimeout()
                .asyncNolinkWithInput(node)
                .forEach(result -> {
                    if (result instanceof Result.Err(FailedInput<String>(String url, ExitReason reason))) {
                        failed.add("\"" + url + "\" " + reason);
                    }
                });
        assertThat(failed).singleElement().asString().startsWith("\" \" crashed:");
    }

    @Test
    void theFirstOfManyIsEnough() {
        Stream<String> mirrors = IntStream.iterate(1, n -> n + 1).mapToObj(n -> "mirror " + n);
        Optional<String> first = TaskStream.over(mirrors, url -> fetch(url))
                .maxConcurrency(3)
                .unordered()
                .killOnTimeout()
                .asyncNolink(node)
                .flatMap(result -> result.toOptional().stream())
                .findFirst();
        assertThat(first.orElseThrow()).startsWith("page of mirror ");
    }

    // ---- An executor -----------------------------------------------------------------------------------------------

    @Test
    void existingCodeGetsAnExecutor() throws Exception {
        TaskSupervisorRef tasks = node.start(TaskSupervisor.create());

        try (ExecutorService executor = tasks.executor()) {
            CompletableFuture<String> page = CompletableFuture.supplyAsync(() -> fetch("a"), executor);
            assertThat(page.join()).isEqualTo("page of a");
        }
    }

    @Test
    void theRuntimesLimitIsForEver() {
        assertThat(Task.completed(1).await(ServerRef.FOREVER)).isEqualTo(1);
    }
}
