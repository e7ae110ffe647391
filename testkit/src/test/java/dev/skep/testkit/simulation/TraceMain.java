package dev.skep.testkit.simulation;
final class TraceMain {
    public static void main(String[] a) {
        for (long s = 1; s <= 10; s++) { Run r = Simulation.run(s, sim -> new Counters().run(sim)); System.out.println(s + " " + r.steps() + " " + r.time()+" "+r.fingerprint()); }
        Run r = Simulator.create().recording().run(Long.parseLong(a[0]), sim -> new Counters().run(sim));
        r.trace().forEach(System.out::println);
    }
}
