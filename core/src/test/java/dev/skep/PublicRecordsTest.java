package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.application.Config;
import dev.skep.group.GroupMonitor;
import dev.skep.group.Groups;
import dev.skep.guide.PublicTypes;
import dev.skep.supervisor.ChildSpec;
import dev.skep.task.Task;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Values are never null: no public record can be made with a part that is missing.
class PublicRecordsTest {
    @AutoClose
    private final Lab lab = new Lab();

    private final Map<Class<?>, Object> samples = Map.ofEntries(
            Map.entry(Object.class, "x"),
            Map.entry(String.class, "x"),
            Map.entry(int.class, 1),
            Map.entry(long.class, 1L),
            Map.entry(double.class, 1.0),
            Map.entry(boolean.class, true),
            Map.entry(Throwable.class, new IllegalStateException("x")),
            Map.entry(Duration.class, Duration.ofSeconds(1)),
            Map.entry(Instant.class, Instant.EPOCH),
            Map.entry(Optional.class, Optional.empty()),
            Map.entry(List.class, List.of()),
            Map.entry(Map.class, Map.of()),
            Map.entry(Node.class, lab.node),
            Map.entry(Pid.class, lab.idle()),
            Map.entry(Name.class, Name.of("x")),
            Map.entry(ServerRef.class, lab.node.ref(Name.of("x"))),
            Map.entry(From.class, From.nobody()),
            Map.entry(Monitor.class, lab.in(self -> self.monitor(self.pid()))),
            Map.entry(Alias.class, lab.in(Self::alias)),
            Map.entry(CallException.class, new CallException.NoProcess("x")),
            Map.entry(ChildSpec.class, ChildSpec.loop("x", () -> {})),
            Map.entry(GroupMonitor.class, groupMonitor()),
            Map.entry(Task.class, Task.completed("x")),
            Map.entry(Config.class, Config.of("x")));

    private Object groupMonitor() {
        Groups<String, Object> groups = lab.node.start(Groups.scope(Name.of("groups")));
        return lab.in(self -> groups.monitor(self, "x").monitor());
    }

    @Test
    void everyPublicRecordRefusesNull() {
        List<String> lax = new ArrayList<>();
        for (Class<?> type : PublicTypes.ofTheModule().all()) {
            if (type.isRecord()) {
                RecordComponent[] parts = type.getRecordComponents();
                for (int i = 0; i < parts.length; i++) {
                    if (!parts[i].getType().isPrimitive() && accepts(type, i)) {
                        lax.add(type.getName() + " " + parts[i].getName());
                    }
                }
            }
        }
        assertThat(lax).isEmpty();
    }

    @Test
    void aRecordThatDoesNotCheckIsNoticed() {
        assertThat(accepts(Lax.class, 0)).isTrue();
        assertThat(accepts(Exit.class, 0)).isFalse();
        assertThat(accepts(Exit.class, 1)).isFalse();
    }

    record Lax(String text) {}

    /// Whether a record can be made with null for one of its parts, and samples for all others.
    private boolean accepts(Class<?> type, int missing) {
        try {
            make(type, missing);
            return true;
        } catch (InvocationTargetException e) {
            assertThat(e.getCause()).as("%s without part %d", type, missing).isInstanceOf(NullPointerException.class);
            return false;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " cannot be made", e);
        }
    }

    private Object make(Class<?> type, int missing) throws ReflectiveOperationException {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        @Nullable Object[] parts = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            parts[i] = i == missing ? null : sample(types[i]);
        }
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(parts);
    }

    private Object sample(Class<?> type) throws ReflectiveOperationException {
        Object known = samples.get(type);
        if (known != null) {
            return known;
        }
        if (type.isRecord()) {
            return make(type, -1);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type.isSealed()) {
            return sample(Arrays.stream(type.getPermittedSubclasses())
                    .filter(sub -> Modifier.isPublic(sub.getModifiers()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no sample of " + type)));
        }
        if (type.isInterface()) {
            return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, _) -> {
                return switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "toString" -> "a sample";
                    default -> throw new UnsupportedOperationException(method.getName());
                };
            });
        }
        throw new AssertionError("there is no sample of " + type);
    }
}
