package dev.skep.guide;

import dev.skep.StartSpec;
import dev.skep.application.Application;
import dev.skep.application.ApplicationStart;
import dev.skep.supervisor.Supervisor;

/// What the [Shop] needs.
final class Warehouse implements Application {
    @Override
    public String name() {
        return "warehouse";
    }

    @Override
    public StartSpec<?> start(ApplicationStart start) {
        return Supervisor.oneForOne();
    }
}
