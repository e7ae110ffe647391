package dev.skep;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/// A name that is given to a process that just dies: who gives it writes the entry and reads `phase`, the process
/// writes
/// `phase` and takes away the entry.
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "the name is free")
@Outcome(expect = Expect.FORBIDDEN, desc = "the name belongs to a dead process for ever")
@State
public class NameMemory {
    private static final Stage STAGE = new Stage();

    private final Process process = STAGE.unstarted();
    private final Name<Object> name = Name.of("of " + System.identityHashCode(process));

    /// The process ends.
    @Actor
    public void process() {
        process.end(ExitReason.normal());
    }

    /// Gives it a name.
    @Actor
    public void giver() {
        process.claimName(name);
    }

    /// Whether the name is free.
    @Arbiter
    public void look(Z_Result result) {
        result.r1 = STAGE.node.names.get(name) != process;
    }
}
