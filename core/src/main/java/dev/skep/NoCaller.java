package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// The caller of a cast: nobody.
enum NoCaller implements From {
    INSTANCE;

    @Override
    public boolean awaitsReply() {
        return false;
    }

    @Override
    public boolean hasGivenUp() {
        return false;
    }

    @Override
    public boolean reply(Object value) {
        Objects.requireNonNull(value, "reply");
        return false;
    }

    @Override
    public Optional<Duration> timeLeft() {
        return Optional.empty();
    }

    @Override
    public Optional<Pid> pid() {
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "nobody";
    }
}
