package dev.skep.testkit.simulation;

/// Measures how many runs of a supervised system the simulation does in a second: [Counters], seeds one after the other.
/// Arguments: how many seeds.
final class SpeedMain {
    private SpeedMain() {}

    public static void main(String[] arguments) {
        int seeds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
        for (int round = 0; round < 4; round++) {
            long began = System.nanoTime();
            long steps = Simulator.create().runAll(1, seeds, sim -> new Counters().run(sim));
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf(
                    "%d seeds in %.2f s: %.0f runs a second, %d steps each, %.0f ns a step%n",
                    seeds, seconds, seeds / seconds, steps / seeds, seconds * 1e9 / steps);
        }
    }
}
