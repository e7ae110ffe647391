package dev.skep;

import java.util.concurrent.CountDownLatch;

/// What a computation is to the runtime: the user's code, which heeds no interrupt. It occupies no processor.
public final class Computation {
    private Computation() {}

    public static void until(CountDownLatch release) {
        while (release.getCount() > 0) {
            try {
                release.await();
            } catch (InterruptedException e) {
                // on purpose
            }
        }
    }
}
