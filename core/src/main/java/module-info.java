/// Skep: supervised, isolated, message-passing processes with the semantics of Erlang/OTP.
///
/// The module needs nothing but the JDK at run time. Its nullness annotations are JSpecify's and are read by
/// compilers and tools only.
module dev.skep {
    requires java.management;
    requires jdk.jfr;
    requires jdk.management;
    requires static transitive org.jspecify;

    exports dev.skep;
    exports dev.skep.agent;
    exports dev.skep.application;
    exports dev.skep.event;
    exports dev.skep.group;
    exports dev.skep.registry;
    exports dev.skep.server;
    exports dev.skep.statem;
    exports dev.skep.supervisor;
    exports dev.skep.sys;
    exports dev.skep.task;
}
