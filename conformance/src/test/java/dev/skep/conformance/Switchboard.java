package dev.skep.conformance;

import dev.skep.Pid;
import dev.skep.Via;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// A registry such as a user may write, for names by way of it.
public final class Switchboard implements Via<String> {
    private final Map<String, Pid> lines = new ConcurrentHashMap<>();

    @Override
    public Pid register(String key, Pid pid) {
        return lines.merge(key, pid, (present, next) -> present.isAlive() ? present : next);
    }

    @Override
    public boolean unregister(String key, Pid pid) {
        return lines.remove(key, pid);
    }

    @Override
    public Optional<Pid> whereis(String key) {
        return Optional.ofNullable(lines.get(key)).filter(Pid::isAlive);
    }
}
