package dev.skep.conformance.otp;

import dev.skep.Name;
import dev.skep.ServerRef;
import dev.skep.conformance.Crew;
import dev.skep.conformance.otp.Desk.Rpc;
import dev.skep.server.GenServer;
import dev.skep.testkit.Testkit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Desks that are asked and told, and let go at the end of the test.
abstract class DeskFixture {
    static final Name<Rpc> NAME = Name.of("desk");

    Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    ServerRef<Rpc> desk() {
        return crew.start(GenServer.spec(Desk::new));
    }

    static Rpc.Ask ask(String what) {
        return new Rpc.Ask(what);
    }

    static Rpc.Tell tell(String what) {
        return new Rpc.Tell(what);
    }
}
