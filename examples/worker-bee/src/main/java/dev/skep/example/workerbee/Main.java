package dev.skep.example.workerbee;

import dev.skep.example.workerbee.lifecycle.Program;
import java.util.List;

/// Starts the program, see [Program].
public final class Main {
    private Main() {}

    static void main(String[] arguments) {
        System.exit(Program.run(List.of(arguments), System.out, System.err));
    }
}
