package dev.skep.example.workerbee.boundary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.skep.Node;
import dev.skep.ServerRef;
import dev.skep.example.workerbee.data.ListenerRpc;
import dev.skep.server.GenServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpListenerTest {

    private Node node;

    @BeforeEach
    void startNode() {
        node = Node.start("hive");
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    private ServerRef<ListenerRpc> startListener(int port) {
        return node.start(GenServer.spec(() -> new HttpListener(port)));
    }

    @Test
    void tellsWhereItListens() throws Exception {
        int port = Ports.choose(0);

        ServerRef<ListenerRpc> listener = startListener(port);

        assertThat(listener.call(new ListenerRpc.Address())).isEqualTo(URI.create("http://127.0.0.1:" + port));
    }

    @Test
    void waitsForItsPort() throws Exception {
        CompletableFuture<ServerRef<ListenerRpc>> listener;
        try (var predecessor = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = predecessor.getLocalPort();
            listener = CompletableFuture.supplyAsync(() -> startListener(port));
        }

        assertThat(listener.get().call(new ListenerRpc.Address()).getHost()).isEqualTo("127.0.0.1");
    }

    @Test
    void findsOutAtOnceThatAPortIsTaken() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatIOException().isThrownBy(() -> Ports.choose(other.getLocalPort()));
        }
    }
}
