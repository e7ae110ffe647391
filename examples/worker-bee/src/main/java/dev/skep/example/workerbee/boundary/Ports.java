package dev.skep.example.workerbee.boundary;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Finds out where to listen, before anything is started.
public final class Ports {
    private Ports() {}

    /// A port that the HTTP listener can have. It is not kept: the listener takes it, and its successors the
    /// same.
    ///
    /// @param wanted the port, or 0 for any that is free
    /// @return the port, from 1
    /// @throws IOException if it cannot be had
    public static int choose(int wanted) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true); // as the listener's socket will
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(HttpListener.HOST), wanted));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IOException("cannot listen at port " + wanted + ": " + e.getMessage(), e);
        }
    }
}
