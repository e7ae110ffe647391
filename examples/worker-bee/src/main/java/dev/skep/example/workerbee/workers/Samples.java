package dev.skep.example.workerbee.workers;

import dev.skep.example.workerbee.functions.Percentiles;
import java.time.Duration;
import java.util.Arrays;

/// Times that were measured, all of them. Any thread may add and read.
final class Samples {
    private long[] micros = new long[1024];
    private int size;

    synchronized void add(Duration time) {
        if (size == micros.length) {
            micros = Arrays.copyOf(micros, 2 * size);
        }
        micros[size++] = time.toNanos() / 1000;
    }

    /// Their percentiles, in microseconds.
    synchronized Percentiles percentiles() {
        return Percentiles.of(Arrays.copyOf(micros, size));
    }
}
