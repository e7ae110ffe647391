package dev.skep;

import java.lang.management.ManagementFactory;
import jdk.management.VirtualThreadSchedulerMXBean;

/// The threads on which virtual threads run.
interface Carriers {
    /// How many may run at once.
    int parallelism();

    void setParallelism(int carriers);

    /// Those of the JVM.
    static Carriers ofJvm() {
        return Jvm.INSTANCE;
    }

    /// How many virtual threads wait for one of those of the JVM: an estimate.
    static long queuedInJvm() {
        return Jvm.Bean.BEAN.getQueuedVirtualThreadCount();
    }

    /// By the JDK's management. Looked up when there is need: that loads much of it, which takes about 15 ms.
    enum Jvm implements Carriers {
        INSTANCE;

        private static final class Bean {
            static final VirtualThreadSchedulerMXBean BEAN = ManagementFactory.getPlatformMXBeans(
                            VirtualThreadSchedulerMXBean.class)
                    .getFirst();
        }

        @Override
        public int parallelism() {
            return Bean.BEAN.getParallelism();
        }

        @Override
        public void setParallelism(int carriers) {
            Bean.BEAN.setParallelism(carriers);
        }
    }
}
