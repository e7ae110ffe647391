package dev.skep.testkit.simulation;

/// Prints the fingerprints of some seeds, for a comparison with another JVM. Arguments: how many seeds.
final class FingerprintMain {
    private FingerprintMain() {}

    public static void main(String[] arguments) {
        System.out.print(fingerprints(Integer.parseInt(arguments[0])));
    }

    static String fingerprints(int seeds) {
        StringBuilder text = new StringBuilder();
        for (long seed = 1; seed <= seeds; seed++) {
            Run run = Simulation.run(seed, sim -> new Counters().run(sim));
            text.append(seed)
                    .append(' ')
                    .append(run.steps())
                    .append(' ')
                    .append(run.fingerprint())
                    .append('\n');
        }
        return text.toString();
    }
}
