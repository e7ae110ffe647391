package dev.skep.example.workerbee;

import dev.skep.Result;

/// Starts the example. The service itself is still to come; until then it shows that the parts fit together.
public final class Main {
    private Main() {}

    static void main(String[] args) {
        Result<String, String> greeting = Result.ok("worker-bee");
        IO.println(greeting.fold(name -> "This is " + name + ".", error -> "No greeting: " + error));
    }
}
