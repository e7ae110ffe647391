package dev.skep.stress;

import java.util.List;

/// The models, and the tests of memory order.
final class Models {
    private Models() {}

    /// By the names of their classes, without the package `dev.skep`: they may be loaded with a fault in them.
    static final List<String> ALL = List.of(
            "MailboxModel",
            "BusyModel",
            "ReceiveModel",
            "SheddingMailboxModel",
            "BlockingMailboxModel",
            "NextSlotModel",
            "NewbornsModel",
            "SlotModel",
            "CallModel",
            "AwaitedNameModel",
            "WheelModel",
            "IntervalModel",
            "ClockModel",
            "DeathModel",
            "NamesModel",
            "registry.RegistryModel");

    /// Tests for jcstress.
    static final List<String> OF_MEMORY =
            List.of("HandOffMemory", "AttentionMemory", "SlotMemory", "CancelMemory", "PlanMemory", "NameMemory");

    static Class<?> load(String name) {
        try {
            return Class.forName("dev.skep." + name);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("there is no model " + name, e);
        }
    }
}
