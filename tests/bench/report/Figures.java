// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a bench measured, run by run, and the JSON that it prints in the end.
final class Figures {

  private final Map<String, List<Double>> figures = new LinkedHashMap<>();
  private final List<Double> loads = new ArrayList<>();

  void add(String name, double value) {
    figures.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    System.err.println("bench: %s: %.2f".formatted(name, value));
  }

  /// Of the machine, as each round begins and ends: ours and whoever else's.
  void addLoad() throws IOException {
    loads.add(Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]));
  }

  boolean has(String name) {
    return figures.containsKey(name);
  }

  Set<String> names() {
    return figures.keySet();
  }

  double median(String name) {
    List<Double> sorted = figures.get(name).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /// @param sizes what was measured with, by name
  /// @param ratios of ours to a peer's in the same run
  String json(Map<String, Integer> sizes, Map<String, Double> ratios) {
    List<String> head = new ArrayList<>();
    sizes.forEach((name, value) -> head.add("  \"%s\": %d,".formatted(name, value)));
    List<String> lines = new ArrayList<>();
    figures.forEach(
        (name, values) ->
            lines.add(
                "    \"%s\": {\"median\": %.2f, \"min\": %.2f, \"max\": %.2f}"
                    .formatted(
                        name,
                        median(name),
                        values.stream().mapToDouble(v -> v).min().orElseThrow(),
                        values.stream().mapToDouble(v -> v).max().orElseThrow())));
    List<String> parts = new ArrayList<>();
    ratios.forEach((name, ratio) -> parts.add("    \"%s\": %.2f".formatted(name, ratio)));
    return """
        {
        %s
          "cpus": %d,
          "load": "%s",
          "figures": {
        %s
          },
          "ratios": {
        %s
          }
        }"""
        .formatted(
            String.join("\n", head),
            Runtime.getRuntime().availableProcessors(),
            String.join(" ", loads.stream().map(each -> "%.0f".formatted(each)).toList()),
            String.join(",\n", lines),
            String.join(",\n", parts));
  }
}
