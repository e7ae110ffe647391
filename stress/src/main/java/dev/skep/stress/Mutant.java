package dev.skep.stress;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// A fault that is planted into the compiled code of the runtime: a protocol with a step left out or torn in two. A
/// check
/// that does not find it proves nothing.
///
/// There are no copies of the code that could fall behind it: if a fault cannot be planted any more, since the code has
/// changed, that is an error.
///
/// @param name what is wrong
/// @param owner the class, without its package `dev.skep`
/// @param method the method; `*` for all
/// @param edit how it is changed
/// @param model which model has to find it
record Mutant(String name, String owner, String method, Edit edit, String model) {
    private static final ClassDesc TORN = ClassDesc.of("dev.skep.Torn");
    private static final ClassDesc VAR_HANDLE = ClassDesc.of("java.lang.invoke.VarHandle");
    private static final ClassDesc OBJECT = ConstantDescs.CD_Object;

    /// A change of a method's instructions.
    sealed interface Edit {
        /// Atomic operations become a look and a write.
        record Tear() implements Edit {}

        /// A compare-and-set becomes a write.
        record DoNotCompare() implements Edit {}

        /// What a field holds is not looked at: it is false, or null.
        record DoNotRead(String field) implements Edit {}

        /// What a method says is not asked for: it is this number, or null for an object.
        record DoNotAsk(String callee, int answer) implements Edit {}

        /// A method without a result is not called.
        record DoNotCall(String callee) implements Edit {}

        /// Monitors are not taken.
        record DoNotLock() implements Edit {}

        /// A field is not volatile.
        record MakePlain(String field) implements Edit {}
    }

    /// The full name of the class.
    String className() {
        return "dev.skep." + owner;
    }

    /// The class with the fault.
    ///
    /// @throws IllegalStateException if there is nothing to be changed
    byte[] plantInto(byte[] original) {
        AtomicInteger changes = new AtomicInteger();
        ClassFile files = ClassFile.of();
        ClassModel parsed = files.parse(original);
        byte[] changed = files.transformClass(parsed, transform(changes));
        if (changes.get() == 0) {
            throw new IllegalStateException("the fault '" + name + "' cannot be planted: " + className() + "." + method
                    + " has nothing for " + edit);
        }
        return changed;
    }

    private ClassTransform transform(AtomicInteger changes) {
        if (edit instanceof Edit.MakePlain(String field)) {
            return (builder, element) -> {
                if (element instanceof java.lang.classfile.FieldModel model
                        && model.fieldName().equalsString(field)
                        && model.flags().has(AccessFlag.VOLATILE)) {
                    changes.incrementAndGet();
                    builder.withField(
                            model.fieldName(),
                            model.fieldType(),
                            made -> made.withFlags(model.flags().flagsMask() & ~ClassFile.ACC_VOLATILE));
                } else {
                    builder.with(element);
                }
            };
        }
        Predicate<MethodModel> here =
                candidate -> method.equals("*") || candidate.methodName().equalsString(method);
        return ClassTransform.transformingMethodBodies(here, (code, element) -> change(code, element, changes));
    }

    private void change(CodeBuilder code, CodeElement element, AtomicInteger changes) {
        boolean changed = switch (edit) {
            case Edit.Tear _ -> tear(code, element, "compareAndSet");
            case Edit.DoNotCompare _ -> tear(code, element, "set");
            case Edit.DoNotRead(String field) -> doNotRead(code, element, field);
            case Edit.DoNotAsk(String callee, int answer) -> doNotAsk(code, element, callee, answer);
            case Edit.DoNotCall(String callee) -> doNotAsk(code, element, callee, 0);
            case Edit.DoNotLock _ -> {
                if (element instanceof MonitorInstruction) {
                    code.pop();
                    yield true;
                }
                yield false;
            }
            case Edit.MakePlain _ -> throw new AssertionError("is no change of a method");
        };
        if (changed) {
            changes.incrementAndGet();
        } else {
            code.with(element);
        }
    }

    private static boolean tear(CodeBuilder code, CodeElement element, String compareAndSet) {
        if (!(element instanceof InvokeInstruction call)
                || !call.owner().asSymbol().equals(VAR_HANDLE)) {
            return false;
        }
        MethodTypeDesc type = call.typeSymbol();
        if (call.name().equalsString("compareAndSet")) {
            ClassDesc value = type.parameterType(1).isPrimitive() ? ConstantDescs.CD_int : OBJECT;
            code.invokestatic(
                    TORN, compareAndSet, MethodTypeDesc.of(ConstantDescs.CD_boolean, VAR_HANDLE, OBJECT, value, value));
            return true;
        }
        if (call.name().equalsString("getAndSet")) {
            code.invokestatic(TORN, "getAndSet", MethodTypeDesc.of(OBJECT, VAR_HANDLE, OBJECT, OBJECT));
            if (type.returnType().equals(ConstantDescs.CD_void)) {
                code.pop();
            } else {
                code.checkcast(type.returnType());
            }
            return true;
        }
        return false;
    }

    private static boolean doNotRead(CodeBuilder code, CodeElement element, String field) {
        if (!(element instanceof FieldInstruction access)
                || access.opcode() != java.lang.classfile.Opcode.GETFIELD
                || !access.name().equalsString(field)) {
            return false;
        }
        code.pop();
        answer(code, access.typeSymbol(), 0);
        return true;
    }

    private static boolean doNotAsk(CodeBuilder code, CodeElement element, String callee, int answer) {
        if (!(element instanceof InvokeInstruction call) || !call.name().equalsString(callee)) {
            return false;
        }
        MethodTypeDesc type = call.typeSymbol();
        for (int i = type.parameterCount() - 1; i >= 0; i--) {
            if (TypeKind.from(type.parameterType(i)).slotSize() == 2) {
                code.pop2();
            } else {
                code.pop();
            }
        }
        if (call.opcode() != java.lang.classfile.Opcode.INVOKESTATIC) {
            code.pop();
        }
        answer(code, type.returnType(), answer);
        return true;
    }

    private static void answer(CodeBuilder code, ClassDesc type, int answer) {
        if (type.equals(ConstantDescs.CD_void)) {
            return;
        }
        if (type.isPrimitive()) {
            code.loadConstant(answer);
        } else {
            code.aconst_null();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
