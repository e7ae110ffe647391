package dev.skep.bench.skep;

/// Each receive passes over 10,000 messages that nobody wants.
final class SelectiveReceive extends SkepTask {
    private static final int OTHERS = 10_000;

    private record Noise(int number) {}

    private record Wanted(int number) {}

    SelectiveReceive(int operations) {
        super(operations);
    }

    @Override
    public void run() {
        inProcess(self -> {
            for (int i = 0; i < OTHERS; i++) {
                self.pid().send(new Noise(i));
            }
            for (int i = 0; i < operations; i++) {
                self.pid().send(new Wanted(i));
                self.receive(Wanted.class);
            }
        });
    }
}
