package dev.skep.example.workerbee;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The layers of the Worker-Bee pattern, and who may know whom.
class LayersTest {

    private static final String ROOT = LayersTest.class.getPackageName();

    private final JavaClasses main = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void dependOnTheLayersBelowThemAlone() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
                .layer("data")
                .definedBy(ROOT + ".data")
                .layer("functions")
                .definedBy(ROOT + ".functions")
                .layer("boundary")
                .definedBy(ROOT + ".boundary")
                .layer("workers")
                .definedBy(ROOT + ".workers")
                .layer("lifecycle")
                .definedBy(ROOT + ".lifecycle")
                .layer("main")
                .definedBy(ROOT)
                .whereLayer("data")
                .mayNotAccessAnyLayer()
                .whereLayer("functions")
                .mayOnlyAccessLayers("data")
                .whereLayer("boundary")
                .mayOnlyAccessLayers("data", "functions")
                .whereLayer("workers")
                .mayOnlyAccessLayers("data", "functions")
                .whereLayer("lifecycle")
                .mayOnlyBeAccessedByLayers("main")
                .ensureAllClassesAreContainedInArchitecture()
                .check(main);
    }
}
