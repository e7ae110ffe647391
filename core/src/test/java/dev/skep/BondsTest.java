package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The link protocol between two processes, with every order in which their signals may cross.
class BondsTest {
    @AutoClose
    private final Node node = Node.start("bonds");

    /// One of two processes, with the signals that are on their way to it.
    private final class End {
        final Process process = new PlainProcess(node, null, _ -> {});
        final Bonds bonds = new Bonds(process);
        final ArrayDeque<Runnable> arriving = new ArrayDeque<>();
        boolean wantsLink;

        void link(End other) {
            wantsLink = true;
            if (bonds.link(other.process)) {
                other.arriving.add(() -> other.bonds.linkArrived(process));
            }
        }

        void unlink(End other) {
            wantsLink = false;
            Signal.Unlink unlink = bonds.unlink(other.process);
            if (unlink != null) {
                other.arriving.add(() -> {
                    other.bonds.unlinkArrived(process);
                    arriving.add(() -> bonds.unlinkAcknowledged(other.process, unlink));
                });
            }
        }

        boolean isLinked() {
            return !bonds.links().isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void linksAreASetWhetherThereAreNoneOneOrSeveral(long seed) {
        Random random = new Random(seed);
        Process[] others = new Process[4];
        for (int i = 0; i < others.length; i++) {
            others[i] = new PlainProcess(node, null, _ -> {});
            others[i].id = i + 1L;
        }
        Bonds bonds = new End().bonds;
        TreeSet<Pid> model = new TreeSet<>();
        for (int step = 0; step < 2_000; step++) {
            Process other = others[random.nextInt(others.length)];
            if (random.nextBoolean()) {
                assertThat(bonds.addLink(other)).isEqualTo(model.add(other));
            } else {
                assertThat(bonds.linkFell(other)).isEqualTo(model.remove(other));
            }
            assertThat(bonds.links()).as("seed %d, step %d", seed, step).containsExactlyElementsOf(model);
            if (model.isEmpty()) {
                bonds = new End().bonds; // one that never had several
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void bothEndsAgreeWhenAllSignalsHaveArrived(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            End one = new End();
            End two = new End();
            for (int step = random.nextInt(12); step >= 0; step--) {
                End actor = random.nextBoolean() ? one : two;
                End other = actor == one ? two : one;
                switch (random.nextInt(4)) {
                    case 0 -> actor.link(other);
                    case 1 -> actor.unlink(other);
                    default -> arrive(actor);
                }
            }
            boolean wantedByBoth = one.wantsLink && two.wantsLink;
            boolean wantedByNone = !one.wantsLink && !two.wantsLink;
            while (!one.arriving.isEmpty() || !two.arriving.isEmpty()) {
                arrive(random.nextBoolean() ? one : two);
            }
            String where = "seed " + seed + ", round " + round;
            assertThat(one.isLinked()).as(where).isEqualTo(two.isLinked());
            if (wantedByBoth) {
                assertThat(one.isLinked()).as(where).isTrue();
            }
            if (wantedByNone) {
                assertThat(one.isLinked()).as(where).isFalse();
            }
        }
    }

    private static void arrive(End end) {
        Runnable signal = end.arriving.poll();
        if (signal != null) {
            signal.run();
        }
    }
}
