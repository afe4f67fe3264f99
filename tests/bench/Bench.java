// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Runs labs several times, and in one of them our plugin and Debian's in turns, so that all meet
/// the same machine. Prints one JSON object: medians, and the ratio of our ADDs to each of theirs.
class Bench {

  /// ADDs of each plugin, in each run.
  private static final int TURNS = 30;

  /// A daemon that was started a while ago has done all once that it does for a pod.
  private static final Duration A_WHILE = Duration.ofSeconds(6);

  private static final String ADD = "CNI ADD ms: ";
  private static final String OURS = "brindle";

  private final Path home;
  private final Map<String, List<Double>> figures = new TreeMap<>();

  Bench(Path home) {
    this.home = home;
  }

  public static void main(String[] args) throws Exception {
    new Bench(Path.of(args[0])).run(Integer.parseInt(args[1]));
  }

  private void run(int runs) throws IOException, InterruptedException {
    for (int i = 0; i < runs; i++) {
      tour();
      turns();
    }
    print(runs);
  }

  private void turns() throws IOException, InterruptedException {
    Path state = Files.createTempDirectory("brindle-bench");
    Map<String, String> variables = Map.of("XDG_STATE_HOME", state.toString());
    String launcher = home.resolve("brindle").toString();
    List<String> lab = List.of(launcher, "lab");
    output(variables, with(lab, "up", "--nodes", "1", "--pods", "1", "--router", "none"));
    try {
      output(variables, with(lab, "node", "kill", "node1")); // a daemon that has met no pod
      Thread.sleep(A_WHILE);
      String java = ProcessHandle.current().info().command().orElse("java");
      List<String> inNode = with(lab, "exec", "node1", "--", java, "-XX:+UseSerialGC");
      String plugins = home.resolve("target/bin").toString();
      String turns = home.resolve("tests/bench/Turns.java").toString();
      String text = output(variables, with(inNode, turns, Integer.toString(TURNS), plugins));
      text.lines()
          .map(line -> line.split("\t"))
          .forEach(line -> add(ADD + "in turns, " + line[0], Double.parseDouble(line[1])));
    } finally {
      output(variables, with(lab, "down"));
      delete(state);
    }
  }

  private static List<String> with(List<String> command, String... more) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return all;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private void tour() throws IOException, InterruptedException {
    String json = lab();
    Matcher timing = Pattern.compile("\"([a-z_]+)\" ?: ?([0-9.]+)").matcher(section(json, "timings_ms", '}'));
    while (timing.find()) {
      add("lab " + timing.group(1) + " ms", Double.parseDouble(timing.group(2)));
    }
    for (Map.Entry<String, String> each :
        Map.of("rss_mib", "daemon resident MiB", "cpu_s", "daemon CPU s").entrySet()) {
      Matcher use = Pattern.compile("\"" + each.getKey() + "\" ?: ?([0-9.]+)").matcher(json);
      while (use.find()) {
        add(each.getValue(), Double.parseDouble(use.group(1)));
      }
    }
    plugged(OURS, json);
  }

  private String lab(String... options) throws IOException, InterruptedException {
    return output(labCommand(options));
  }

  private List<String> labCommand(String... options) {
    List<String> command = new ArrayList<>(List.of(home.resolve("brindle").toString(), "lab", "--json"));
    command.addAll(List.of(options));
    return command;
  }

  private void plugged(String name, String json) {
    Matcher adds = Pattern.compile("[0-9.]+").matcher(section(json, "pod_adds_ms", ']'));
    while (adds.find()) {
      add(ADD + name, Double.parseDouble(adds.group()));
    }
  }

  /// The text from a key to the next closing character.
  private static String section(String json, String key, char end) {
    int start = json.indexOf("\"" + key + "\"");
    if (start < 0) {
      throw new IllegalStateException("no " + key + " in what the lab printed: " + json);
    }
    int open = start + key.length() + 2;
    return json.substring(open, json.indexOf(end, open));
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    return output(Map.of(), command);
  }

  private static String output(Map<String, String> variables, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes());
    check(process, command, text);
    return text;
  }

  private static void check(Process process, List<String> command, String text)
      throws InterruptedException {
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + " failed: " + text);
    }
  }

  private void add(String figure, double value) {
    figures.computeIfAbsent(figure, _ -> new ArrayList<>()).add(value);
  }

  private void print(int runs) {
    StringBuilder json = new StringBuilder("{\n  \"runs\": %d,\n".formatted(runs));
    json.append("  \"figures\": {\n");
    List<String> lines = new ArrayList<>();
    figures.forEach(
        (name, values) ->
            lines.add(
                "    \"%s\": {\"median\": %.1f, \"min\": %.1f, \"max\": %.1f, \"n\": %d}"
                    .formatted(
                        name,
                        median(values),
                        values.stream().mapToDouble(v -> v).min().orElse(0),
                        values.stream().mapToDouble(v -> v).max().orElse(0),
                        values.size())));
    json.append(String.join(",\n", lines)).append("\n  },\n  \"ratios\": {\n");
    List<String> ratios = new ArrayList<>();
    String turn = ADD + "in turns, ";
    figures.forEach(
        (ours, values) ->
            figures.forEach(
                (theirs, others) -> {
                  if (ours.startsWith(turn + OURS)
                      && theirs.startsWith(turn)
                      && !theirs.startsWith(turn + OURS)) {
                    ratios.add(
                        "    \"%s to %s\": %.2f"
                            .formatted(
                                ours.substring(turn.length()),
                                theirs.substring(turn.length()),
                                median(values) / median(others)));
                  }
                }));
    System.out.println(json.append(String.join(",\n", ratios)).append("\n  }\n}"));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
