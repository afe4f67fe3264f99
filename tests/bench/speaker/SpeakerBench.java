// SPDX-License-Identifier: Apache-2.0

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `SpeakerBench HOME RUNS [POINT...]`: loads our speaker and the daemons that are installed, in turn, so that
/// all meet the same machine: each as it has just started, and the third and fourth time. Prints one JSON object.
final class SpeakerBench {

  private static final int NET = 10;
  private static final int SECONDS = 120;
  private static final int LOADS = 4;

  /// What just-in-time compilers are at after the first load ends in this one.
  private static final int UNCOUNTED = 1;

  private static final int CHANGES = 1000;

  private final Path home;
  private final Map<String, Map<String, List<Figures>>> all = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  /// Of one load.
  ///
  /// @param median of what a change took afterwards, in milliseconds; NaN if none was made
  /// @param p99 of the same
  private record Figures(
      boolean isCold, double seconds, double cpu, double mebibytes, double median, double p99) {}

  private SpeakerBench(Path home) {
    this.home = home;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    SpeakerBench bench = new SpeakerBench(Path.of(args[0]));
    List<String> wanted = Arrays.asList(args).subList(2, args.length);
    for (Point point : Point.ALL) {
      for (int run = 0; run < Integer.parseInt(args[1]); run++) {
        for (Daemon daemon : Daemon.values()) {
          if (daemon.isInstalled() && daemon.can(point) && (wanted.isEmpty() || wanted.contains(point.name()))) {
            bench.run(point, daemon, run);
          }
        }
        System.err.print(new RatioTable(bench.summaries()).soFar(point.name()));
      }
    }
    bench.print(Integer.parseInt(args[1]));
    System.err.print(new RatioTable(bench.summaries()));
  }

  private void run(Point point, Daemon daemon, int run) throws IOException, InterruptedException {
    String name = daemon.name().toLowerCase(Locale.ROOT);
    if (failures.containsKey(point.name() + " " + name)) {
      return;
    }
    Path in = Files.createTempDirectory("speaker-bench");
    List<String> command = daemon.prepare(home, in, point, point.neighbors(NET));
    File log = in.resolve("log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    try {
      InetSocketAddress address = new InetSocketAddress(Daemon.ADDRESS, Daemon.PORT);
      Waiting.untilListening(process, address);
      Waiting.untilIdle(family(process));
      for (int i = 0; i < LOADS; i++) {
        Figures figures = load(point, process, address, i == 0, run + 1L);
        if (i != UNCOUNTED) {
          all.computeIfAbsent(point.name(), it -> new LinkedHashMap<>())
              .computeIfAbsent(name, it -> new ArrayList<>())
              .add(figures);
        }
        System.err.printf("%s %s: %s%n", point.name(), name, figures);
      }
    } catch (IOException e) {
      failures.put(point.name() + " " + name, String.valueOf(e.getMessage()));
      System.err.printf("%s %s failed: %s (log: %s)%n", point.name(), name, e.getMessage(), log);
      return;
    } finally {
      end(process);
    }
    try (Stream<Path> files = Files.walk(in)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    }
  }

  private static Figures load(
      Point point, Process process, InetSocketAddress address, boolean isCold, long seed)
      throws IOException, InterruptedException {
    Duration before = Waiting.cpu(family(process));
    double seconds;
    Duration after;
    double[] changes = {Double.NaN};
    try (Load load = new Load(point, address, NET, seed, SECONDS)) {
      seconds = load.run();
      after = Waiting.cpu(family(process));
      if (point.kind() == Point.Kind.CHANGED) {
        changes = load.changes(CHANGES);
      }
    }
    Waiting.untilIdle(family(process)); // it has withdrawn everything
    double cpu = after.minus(before).toMillis() / 1e3;
    double median = changes[changes.length / 2];
    double p99 = changes[changes.length * 99 / 100];
    return new Figures(isCold, seconds, cpu, peak(process), median, p99);
  }

  private static List<ProcessHandle> family(Process process) {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  /// The most memory that it ever had, its children's included.
  private static double peak(Process process) throws IOException {
    double sum = 0;
    for (ProcessHandle each : family(process)) {
      for (String line : Files.readAllLines(Path.of("/proc/" + each.pid() + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          sum += Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
        }
      }
    }
    return sum;
  }

  private static void end(Process process) throws InterruptedException {
    List<ProcessHandle> all = family(process);
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }

  // ---- what is printed

  private void print(int runs) {
    String points =
        all.entrySet().stream()
            .map(it -> "    \"%s\": {%s}".formatted(it.getKey(), point(it.getValue())))
            .collect(Collectors.joining(",\n"));
    String failed =
        failures.entrySet().stream()
            .map(it -> "    \"%s\": \"%s\"".formatted(it.getKey(), it.getValue().replace('"', '\'')))
            .collect(Collectors.joining(",\n"));
    System.out.printf("{\n  \"runs\": %d,\n  \"points\": {\n%s\n  },\n", runs, points);
    System.out.printf("  \"failed\": {\n%s\n  }\n}\n", failed);
  }

  private static String point(Map<String, List<Figures>> daemons) {
    List<String> parts = new ArrayList<>();
    for (Map.Entry<String, List<Figures>> each : daemons.entrySet()) {
      parts.add(
          "\n      \"%s\": {\"cold\": %s, \"warm\": %s, \"peak_mib\": %.0f}"
              .formatted(
                  each.getKey(),
                  times(each.getValue(), true),
                  times(each.getValue(), false),
                  each.getValue().stream().mapToDouble(Figures::mebibytes).max().orElse(0)));
    }
    for (boolean isCold : new boolean[] {true, false}) {
      ratio(daemons, isCold).ifPresent(parts::add);
    }
    return String.join(",", parts);
  }

  private static String times(List<Figures> figures, boolean isCold) {
    String changes =
        Double.isNaN(figures.getFirst().median())
            ? ""
            : String.format(
                Locale.ROOT,
                ", \"change_ms\": {\"median\": %.3f, \"p99\": %.3f}",
                median(figures, isCold, Figures::median),
                median(figures, isCold, Figures::p99));
    return String.format(
        Locale.ROOT, "{\"s\": %.4f, \"cpu_s\": %.3f%s}",
        median(figures, isCold, Figures::seconds),
        median(figures, isCold, Figures::cpu),
        changes);
  }

  /// By point and daemon.
  private Map<String, Map<String, RatioTable.Summary>> summaries() {
    Map<String, Map<String, RatioTable.Summary>> summaries = new LinkedHashMap<>();
    all.forEach(
        (point, daemons) ->
            daemons.forEach(
                (daemon, figures) ->
                    summaries
                        .computeIfAbsent(point, it -> new LinkedHashMap<>())
                        .put(daemon, summary(figures))));
    return summaries;
  }

  private static RatioTable.Summary summary(List<Figures> figures) {
    return new RatioTable.Summary(
        median(figures, true, Figures::seconds),
        median(figures, false, Figures::seconds),
        median(figures, true, Figures::cpu),
        median(figures, false, Figures::cpu),
        figures.stream().mapToDouble(Figures::mebibytes).max().orElse(0),
        median(figures, false, Figures::median),
        median(figures, false, Figures::p99));
  }

  /// Ours over the fastest of the others.
  private static Optional<String> ratio(Map<String, List<Figures>> daemons, boolean isCold) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    daemons.forEach(
        (name, figures) -> seconds.put(name, median(figures, isCold, Figures::seconds)));
    Double ours = seconds.remove("brindle");
    return seconds.entrySet().stream()
        .min(Map.Entry.comparingByValue())
        .filter(it -> ours != null)
        .map(
            best ->
                String.format(
                    Locale.ROOT,
                    "\n      \"%s\": {\"to\": \"%s\", \"ratio\": %.2f}",
                    isCold ? "cold_ratio" : "warm_ratio", best.getKey(), ours / best.getValue()));
  }

  private static double median(
      List<Figures> figures, boolean isCold, ToDoubleFunction<Figures> what) {
    double[] sorted =
        figures.stream().filter(it -> it.isCold() == isCold).mapToDouble(what).sorted().toArray();
    int count = sorted.length;
    return count == 0 ? Double.NaN : (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
  }
}
