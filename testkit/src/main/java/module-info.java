/// Tests of processes: a node for each test, probes, virtual time, and the simulation.
///
/// The JUnit support uses only what JUnit 5 and JUnit 6 both have. Everything else can be used without JUnit.
module dev.skep.testkit {
    requires transitive dev.skep;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;

    exports dev.skep.testkit;
    exports dev.skep.testkit.simulation;
}
