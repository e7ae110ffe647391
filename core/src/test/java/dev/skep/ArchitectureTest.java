package dev.skep;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Holds the house together: dependencies between packages point one way.
class ArchitectureTest {

    private static final String ROOT = "dev.skep";

    private final JavaClasses main = mainClasses();

    @Test
    void theMainClassesAreTheOnesLookedAt() {
        assertThat(main.contain(Result.class)).isTrue();
        assertThat(main.contain(ArchitectureTest.class)).isFalse();
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().assignedFrom(eachPackage()).should().beFreeOfCycles().check(main);
    }

    /// Behaviours live in packages below the root. The root is what they are built on.
    @Test
    void theRuntimeKnowsNoBehaviour() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "live in a package of behaviours",
                        (JavaClass type) -> isBehaviourPackage(type.getPackageName())))
                .check(main);
    }

    /// Everything below the root is a behaviour's, but for `internal` packages, which are the runtime's own.
    private static boolean isBehaviourPackage(String name) {
        return name.startsWith(ROOT + ".") && !(name + ".").startsWith(ROOT + ".internal.");
    }

    private static SliceAssignment eachPackage() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return type.getPackageName().startsWith(ROOT)
                        ? SliceIdentifier.of(type.getPackageName())
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "the packages of " + ROOT;
            }
        };
    }

    private static JavaClasses mainClasses() {
        try {
            Path classes = Path.of(Result.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new ClassFileImporter().importPath(classes);
        } catch (URISyntaxException e) {
            throw new AssertionError("where Result was loaded from is no path", e);
        }
    }
}
