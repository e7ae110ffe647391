package dev.skep.bench;

import dev.skep.bench.measure.Workload;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the command line asks for.
///
/// @param systems whom to measure, Skep first
/// @param workloads what to measure, in the order of their declaration
/// @param mode how thoroughly
/// @param heap the size of each JVM's heap, as `-Xmx` takes it
/// @param carriers how many carriers the virtual threads of each JVM have
/// @param report where to write the results as JSON
/// @param plot where to draw them
/// @param check whether to compare the ratios to the limit with the recorded ones
/// @param record whether to record them
/// @param growth whether to measure three sizes of what may be many, instead of the workloads
/// @param help whether to print the usage only
record Options(
        Set<Contender> systems,
        Set<Workload> workloads,
        Mode mode,
        String heap,
        Optional<Integer> carriers,
        Optional<Path> report,
        Optional<Path> plot,
        boolean check,
        boolean record,
        boolean growth,
        boolean help) {

    static final String USAGE = """
            usage: ./skep bench [OPTION...]
                   ./skep bench --growth [--quick] [--against PEER[,..]]
                   ./skep bench --micro [JMH ARGUMENT...]

            Runs the same workloads on Skep and on its peers, alternating between them, each in a process of its own.

              --against PEER[,..]      peers: %s; none by default
              --only WORKLOAD[,..]     workloads: all by default
              --quick                  one round of smaller runs instead of three rounds
              --report FILE            write the results as JSON
              --plot FILE.svg          draw them
              --check                  fail if a ratio to 'limit' is clearly worse than the recorded one
              --record                 record the ratios to 'limit'
              --heap SIZE              heap of each JVM, 2g by default
              --carriers N             carriers of each JVM's virtual threads, one for each processor by default; with
                                       one of them nothing goes from one processor to another
              --growth                 what ten times the messages, processes, children and timers cost; fails if that
                                       is more than eleven times the work on average
              --micro                  run the JMH microbenchmarks; '--micro -prof gc' shows allocation

            workloads:
            %s""".formatted(
                    Contender.peerNames(),
                    Arrays.stream(Workload.values())
                            .map(one -> "  %-24s %s%n".formatted(one.label(), one.description()))
                            .collect(Collectors.joining()));

    /// The name of the plan by which a child measures.
    String plan() {
        return growth && mode != Mode.SMOKE ? "growth" : mode.plan();
    }

    static Options parse(List<String> arguments) throws UsageException {
        Parser parser = new Parser(arguments);
        parser.parse();
        return parser.options();
    }

    private static final class Parser {
        private final Deque<String> rest;
        private final Set<Contender> systems = EnumSet.of(Contender.SKEP);
        private final Set<Workload> workloads = EnumSet.noneOf(Workload.class);
        private Mode mode = Mode.FULL;
        private String heap = "2g";
        private Optional<Integer> carriers = Optional.empty();
        private Optional<Path> report = Optional.empty();
        private Optional<Path> plot = Optional.empty();
        private boolean check;
        private boolean record;
        private boolean growth;
        private boolean help;

        Parser(List<String> arguments) {
            rest = new ArrayDeque<>(arguments);
        }

        void parse() throws UsageException {
            while (!rest.isEmpty()) {
                String option = rest.remove();
                switch (option) {
                    case "--against" -> peers(value(option));
                    case "--only" -> only(value(option));
                    case "--quick" -> mode = Mode.QUICK;
                    case "--smoke" -> mode = Mode.SMOKE; // undocumented: for the tests of the harness
                    case "--report" -> report = Optional.of(Path.of(value(option)));
                    case "--plot" -> plot = Optional.of(Path.of(value(option)));
                    case "--heap" -> heap = heapSize(value(option));
                    case "--carriers" -> carriers = Optional.of(carriers(value(option)));
                    case "--check" -> check = true;
                    case "--record" -> record = true;
                    case "--growth" -> growth = true;
                    case "--help", "-h" -> help = true;
                    default ->
                        throw new UsageException(
                                "there is no option '" + option + "'; './skep bench --help' lists them");
                }
            }
            if (check && record) {
                throw new UsageException("--check and --record exclude each other: the one would pass by the other");
            }
            if (growth && (check || record || !workloads.isEmpty() || report.isPresent() || plot.isPresent())) {
                throw new UsageException("--growth has workloads of its own, and prints what it finds: it goes with"
                        + " --quick, --heap, --carriers and --against only");
            }
            if (check || record) {
                systems.add(Contender.LIMIT);
            }
        }

        private String value(String option) throws UsageException {
            String value = rest.poll();
            if (value == null || value.startsWith("--")) {
                throw new UsageException(option + " needs a value; './skep bench --help' shows which");
            }
            return value;
        }

        private void peers(String names) throws UsageException {
            for (String name : names.split(",", -1)) {
                systems.add(Contender.of(name)
                        .orElseThrow(() -> new UsageException(
                                "there is no peer '" + name + "'; there are " + Contender.peerNames())));
            }
        }

        private void only(String names) throws UsageException {
            for (String name : names.split(",", -1)) {
                workloads.add(Workload.of(name)
                        .orElseThrow(() -> new UsageException("there is no workload '" + name + "'; there are "
                                + Stream.of(Workload.values())
                                        .map(Workload::label)
                                        .collect(Collectors.joining(", ")))));
            }
        }

        private static String heapSize(String size) throws UsageException {
            if (!size.matches("[1-9][0-9]*[mgMG]")) {
                throw new UsageException("--heap needs a size such as 512m or 2g, but got '" + size + "'");
            }
            return size;
        }

        private static int carriers(String number) throws UsageException {
            if (!number.matches("[1-9][0-9]{0,3}")) {
                throw new UsageException("--carriers needs a number such as 1, but got '" + number + "'");
            }
            return Integer.parseInt(number);
        }

        Options options() {
            Set<Workload> chosen = workloads.isEmpty() ? EnumSet.allOf(Workload.class) : workloads;
            return new Options(systems, chosen, mode, heap, carriers, report, plot, check, record, growth, help);
        }
    }
}
