// SPDX-License-Identifier: Apache-2.0

import java.time.LocalDate;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What was measured as a table for people: ours beside the daemon that was fastest, at each point.
///
/// @param points by name, then by daemon
record RatioTable(Map<String, Map<String, Summary>> points) {

  private static final String OURS = "brindle";

  /// Of one daemon at one point: seconds, CPU seconds, MiB, and milliseconds of a change; NaN for none.
  record Summary(
      double cold,
      double warm,
      double coldCpu,
      double warmCpu,
      double mebibytes,
      double change,
      double changeP99) {}

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    out.append(
        "%s, %d CPUs, %d GiB; ours / the fastest other\n\n"
            .formatted(LocalDate.now(), Runtime.getRuntime().availableProcessors(), gibibytes()));
    out.append("| point | beside | cold s | warm s | cold CPU s | warm CPU s | peak MiB |\n");
    out.append("| --- | --- | --- | --- | --- | --- | --- |\n");
    points.forEach((point, daemons) -> row(point, daemons).ifPresent(out::append));
    points.forEach((point, daemons) -> changes(point, daemons).ifPresent(out::append));
    return out.toString();
  }

  /// The row of one point, for a run that may not come to its end; empty if there is nothing to compare.
  String soFar(String point) {
    return row(point, points.getOrDefault(point, Map.of())).orElse("");
  }

  private static Optional<String> row(String point, Map<String, Summary> daemons) {
    Summary ours = daemons.get(OURS);
    return daemons.entrySet().stream()
        .filter(it -> !it.getKey().equals(OURS))
        .min(Comparator.comparingDouble(it -> it.getValue().warm()))
        .filter(it -> ours != null)
        .map(
            it ->
                "| `%s` | %s | %s | %s | %s | %s | %s |\n"
                    .formatted(
                        point,
                        it.getKey(),
                        ratio(ours.cold(), it.getValue().cold()),
                        ratio(ours.warm(), it.getValue().warm()),
                        ratio(ours.coldCpu(), it.getValue().coldCpu()),
                        ratio(ours.warmCpu(), it.getValue().warmCpu()),
                        ratio(ours.mebibytes(), it.getValue().mebibytes())));
  }

  private static String ratio(double ours, double other) {
    return "%s / %s = **%.2f**".formatted(figure(ours), figure(other), ours / other);
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, value < 0.1 ? "%.3f" : value < 10 ? "%.2f" : "%.0f", value);
  }

  private static Optional<String> changes(String point, Map<String, Summary> daemons) {
    Map<String, Summary> timed = new TreeMap<>(daemons);
    timed.values().removeIf(it -> Double.isNaN(it.change()));
    StringBuilder out = new StringBuilder();
    timed.forEach(
        (daemon, it) ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "\n`%s`, %s: a changed route is out again after %.2f ms (median), %.2f ms (p99)\n",
                    point, daemon, it.change(), it.changeP99())));
    return timed.isEmpty() ? Optional.empty() : Optional.of(out.toString());
  }

  private static long gibibytes() {
    java.lang.management.OperatingSystemMXBean bean =
        java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    return bean instanceof com.sun.management.OperatingSystemMXBean machine
        ? Math.round(machine.getTotalMemorySize() / Math.pow(2, 30))
        : 0;
  }
}
