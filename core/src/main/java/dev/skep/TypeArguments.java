package dev.skep;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a class has put for the type parameters of an interface, as far as its declaration tells.
final class TypeArguments {
    private final Class<?> declaring;
    private final Map<TypeVariable<?>, Type> known = new HashMap<>();

    TypeArguments(Class<?> declaring, Class<?> implementation) {
        this.declaring = declaring;
        for (Class<?> type = implementation; type != null; type = type.getSuperclass()) {
            note(type.getGenericSuperclass());
            noteInterfaces(type);
        }
    }

    private void noteInterfaces(Class<?> type) {
        for (Type implemented : type.getGenericInterfaces()) {
            note(implemented);
        }
        for (Class<?> implemented : type.getInterfaces()) {
            noteInterfaces(implemented);
        }
    }

    private void note(@Nullable Type declared) {
        if (declared instanceof ParameterizedType given && given.getRawType() instanceof Class<?> raw) {
            TypeVariable<?>[] parameters = raw.getTypeParameters();
            for (int i = 0; i < parameters.length; i++) {
                known.put(parameters[i], given.getActualTypeArguments()[i]);
            }
        }
    }

    /// What stands for the type parameter at `index`.
    Optional<Class<?>> at(int index) {
        Type type = declaring.getTypeParameters()[index];
        while (type instanceof TypeVariable<?> variable && known.containsKey(variable)) {
            type = known.get(variable);
        }
        if (type instanceof ParameterizedType given) {
            type = given.getRawType();
        }
        return type instanceof Class<?> found ? Optional.of(found) : Optional.empty();
    }
}
