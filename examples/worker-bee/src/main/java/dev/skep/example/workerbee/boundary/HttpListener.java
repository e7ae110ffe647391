package dev.skep.example.workerbee.boundary;

import dev.skep.From;
import dev.skep.Next;
import dev.skep.Reportable;
import dev.skep.Self;
import dev.skep.example.workerbee.data.ListenerRpc;
import dev.skep.example.workerbee.data.Names;
import dev.skep.server.GenServer;
import io.helidon.http.DirectHandler;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import java.net.URI;
import java.time.Duration;

/// Owns the HTTP server: opens its socket in `init`, closes it in `terminate`. The requests are handled on
/// threads of the server's own, and reach the user manager by name: they do not pass through this process.
public final class HttpListener implements GenServer<HttpListener.Open, ListenerRpc> {
    /// Loopback only: the service knows no users of its own, and no passwords.
    public static final String HOST = "127.0.0.1";

    /// How long requests may take to end when the server is closed.
    private static final Duration GRACE = Duration.ofMillis(200);

    /// How long a killed predecessor, whose socket is closed after its death, may keep the port.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(2);

    private final int port;

    /// A listener.
    ///
    /// @param port where to listen; successors have to be found at the same
    public HttpListener(int port) {
        this.port = port;
    }

    /// The state: a server that listens.
    record Open(WebServer server) implements AutoCloseable, Reportable {
        URI address() {
            return URI.create("http://" + HOST + ":" + server.port());
        }

        @Override
        public void close() {
            server.stop();
        }

        @Override
        public String toReport() {
            return address().toString();
        }
    }

    @Override
    public Open init(Self<ListenerRpc> self) throws InterruptedException {
        var routes = new UserRoutes(self.node().ref(Names.USERS));
        long patienceEnds = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var open = new Open(server(routes));
            try {
                open.server().start();
                if (open.server().port() < 0) { // it may also say nothing, and not listen
                    open.close();
                    throw new IllegalStateException("the server does not listen at port " + port);
                }
            } catch (RuntimeException e) { // however it says that the port is taken
                if (System.nanoTime() - patienceEnds > 0) {
                    throw e;
                }
                Thread.sleep(PAUSE);
                continue;
            }
            // Killed, the listener has no time to close its socket.
            var _ = self.pid().exited().thenRunAsync(open::close, Thread::startVirtualThread);
            return open;
        }
    }

    private WebServer server(UserRoutes routes) {
        HttpRouting.Builder routing = HttpRouting.builder();
        routes.register(routing);
        DirectHandlers.Builder refusals = DirectHandlers.builder();
        for (DirectHandler.EventType event : DirectHandler.EventType.values()) {
            refusals.addHandler(event, (_, _, status, _, _) -> UserRoutes.refuse(status));
        }
        return WebServer.builder()
                .host(HOST)
                .port(port)
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .shutdownGracePeriod(GRACE)
                .directHandlers(refusals.build())
                .routing(routing)
                .build();
    }

    @Override
    public Next<Open> handle(ListenerRpc message, From from, Open open) {
        return switch (message) {
            case ListenerRpc.Address m -> m.reply(open.address());
        };
    }
}
