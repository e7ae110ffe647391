package dev.skep.guide;

import dev.skep.application.Application;

/// The main class of the chapter on applications.
final class ShopMain {
    void main() {
        Application.run(new Shop());
    }
}
