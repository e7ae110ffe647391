package dev.skep.bench;

import dev.skep.bench.measure.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file with an array of results, one a line.
final class Json {
    private Json() {}

    static void writeArray(Path file, List<String> objects) throws BenchException {
        write(file, objects.isEmpty() ? "[]\n" : "[\n  " + String.join(",\n  ", objects) + "\n]\n");
    }

    static List<Result> readArray(Path file) throws IOException {
        List<Result> results = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String object = line.strip();
            if (object.startsWith("{")) {
                results.add(Result.fromJson(object.endsWith(",") ? object.substring(0, object.length() - 1) : object));
            }
        }
        return results;
    }

    static void write(Path file, String text) throws BenchException {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new BenchException("cannot write " + file + ": " + e);
        }
    }
}
