// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs labs several times, and between the runs Debian's CNI plugins on as many pods, so that all meet
/// the same machine. Prints one JSON object: medians, and the ratio of our ADDs to each of theirs.
class Bench {

  private static final int PODS = 6;
  private static final Path PLUGINS = Path.of("/usr/lib/cni");

  private static final String ADD = "CNI ADD ms: ";
  private static final String OURS = "brindle";
  private static final String OURS_WARM = "brindle, daemon that runs";
  private static final String OURS_WARM_IN_JAVA = "brindle in Java, daemon that runs";

  /// Says that it is there, waits for a line, and becomes the program: as the lab runs our plugin.
  private static final List<String> WHEN_TOLD =
      List.of("sh", "-c", "echo; read -r line; exec \"$0\"");

  private static final Map<String, List<String>> CHAINS =
      Map.of(
          "ptp + host-local",
          List.of(
              """
              {"cniVersion":"0.4.0","name":"n","type":"ptp","ipam":{"type":"host-local",\
              "dataDir":"/run/ptp","subnet":"10.90.0.0/16"}}"""),
          "bridge + host-local",
          List.of(
              """
              {"cniVersion":"0.4.0","name":"n","type":"bridge","bridge":"b0","isGateway":true,\
              "ipam":{"type":"host-local","dataDir":"/run/bridge","subnet":"10.91.0.0/16"}}"""));

  private final Path home;
  private final Map<String, List<Double>> figures = new TreeMap<>();
  private int pods;

  Bench(Path home) {
    this.home = home;
  }

  public static void main(String[] args) throws Exception {
    new Bench(Path.of(args[0])).run(Integer.parseInt(args[1]));
  }

  private void run(int runs) throws IOException, InterruptedException {
    boolean hasPeers = Files.isExecutable(PLUGINS.resolve("bridge"));
    for (int i = 0; i < runs; i++) {
      tour();
      plugged(OURS_WARM, lab("--nodes", "1", "--pods", "30", "--router", "none"));
      plugged(
          OURS_WARM_IN_JAVA,
          output(
              Map.of("BRINDLE_CNI_CLIENT", "java"),
              labCommand("--nodes", "1", "--pods", "30", "--router", "none")));
      if (hasPeers) {
        for (Map.Entry<String, List<String>> chain : new TreeMap<>(CHAINS).entrySet()) {
          peer(chain.getKey(), chain.getValue());
        }
      }
    }
    print(runs, hasPeers);
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

  private void peer(String name, List<String> chain) throws IOException, InterruptedException {
    for (int i = 0; i < PODS; i++) {
      String pod = "peer" + pods++;
      output(List.of("ip", "netns", "add", pod));
      for (String config : chain) {
        String type = config.replaceAll(".*\"type\":\"([a-z]+)\",\"(bridge|ipam).*", "$1");
        add(ADD + name, plug(PLUGINS.resolve(type), config, pod));
      }
    }
  }

  /// The plugin's whole process, from its exec to its end, in milliseconds.
  private static double plug(Path plugin, String config, String pod)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(WHEN_TOLD);
    command.add(plugin.toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder
        .environment()
        .putAll(
            Map.of(
                "CNI_COMMAND", "ADD",
                "CNI_CONTAINERID", pod,
                "CNI_NETNS", "/run/netns/" + pod,
                "CNI_IFNAME", "eth0",
                "CNI_PATH", PLUGINS.toString()));
    Process process = builder.start();
    process.getInputStream().read();
    long begin = System.nanoTime();
    try (var in = process.getOutputStream()) {
      in.write(("\n" + config).getBytes());
    }
    String text = new String(process.getInputStream().readAllBytes());
    check(process, command, text);
    return (System.nanoTime() - begin) / 1e6;
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

  private void print(int runs, boolean hasPeers) {
    StringBuilder json = new StringBuilder("{\n  \"runs\": %d,\n".formatted(runs));
    json.append("  \"peers\": \"%s\",\n".formatted(hasPeers ? PLUGINS : "not installed"));
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
    for (String ours : List.of(OURS, OURS_WARM, OURS_WARM_IN_JAVA)) {
      figures.forEach(
          (name, values) -> {
            if (name.startsWith(ADD) && !name.startsWith(ADD + OURS)) {
              ratios.add(
                  "    \"%s to %s\": %.2f"
                      .formatted(
                          ours,
                          name.substring(ADD.length()),
                          median(figures.get(ADD + ours)) / median(values)));
            }
          });
    }
    System.out.println(json.append(String.join(",\n", ratios)).append("\n  }\n}"));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
