package dev.skep.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Gives each test a [Testkit] of its own: test methods, `@BeforeEach` and `@AfterEach` methods may have
/// parameters of the types [Testkit], [dev.skep.Node], [Probe] and [VirtualClock]. After the test the testkit is
/// closed, which fails a test that leaves something behind.
///
/// On a class it is for all of its tests, nested ones too; on a test method it is for that one. For other settings
/// register a [SkepExtension].
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(SkepExtension.class)
public @interface SkepTest {
    /// Whether the node lives in virtual time, which passes only when the test says so.
    ///
    /// @return false, unless said otherwise
    boolean virtualTime() default false;
}
