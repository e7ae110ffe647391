package dev.skep.conformance.otp;

import dev.skep.Pid;
import dev.skep.Via;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// A registry that is none of Skep's own: what `dummy_via` is to OTP's suites.
final class Numbers implements Via<Integer> {
    private final Map<Integer, Pid> entries = new ConcurrentHashMap<>();

    @Override
    public Pid register(Integer number, Pid pid) {
        Pid before = entries.putIfAbsent(number, pid);
        return before == null ? pid : before;
    }

    @Override
    public boolean unregister(Integer number, Pid pid) {
        return entries.remove(number, pid);
    }

    @Override
    public Optional<Pid> whereis(Integer number) {
        return Optional.ofNullable(entries.get(number));
    }
}
