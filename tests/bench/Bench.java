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

/// Runs the lab several times, and between the runs Debian's CNI plugins on as many pods, so that both
/// meet the same machine. Prints one JSON object: medians, and the ratio of each ADD to ours.
class Bench {

  private static final int PODS = 6;
  private static final Path PLUGINS = Path.of("/usr/lib/cni");

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
      if (hasPeers) {
        for (Map.Entry<String, List<String>> chain : new TreeMap<>(CHAINS).entrySet()) {
          peer(chain.getKey(), chain.getValue());
        }
      }
    }
    print(runs, hasPeers);
  }

  private void tour() throws IOException, InterruptedException {
    String json = output(Map.of(), "", home.resolve("brindle").toString(), "lab", "--json");
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
    Matcher adds = Pattern.compile("[0-9.]+").matcher(section(json, "pod_adds_ms", ']'));
    while (adds.find()) {
      add("CNI ADD ms: brindle", Double.parseDouble(adds.group()));
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
      output(Map.of(), "", "ip", "netns", "add", pod);
      long begin = System.nanoTime();
      for (String config : chain) {
        String type = config.replaceAll(".*\"type\":\"([a-z]+)\",\"(bridge|ipam).*", "$1");
        output(
            Map.of(
                "CNI_COMMAND", "ADD",
                "CNI_CONTAINERID", pod,
                "CNI_NETNS", "/run/netns/" + pod,
                "CNI_IFNAME", "eth0",
                "CNI_PATH", PLUGINS.toString()),
            config,
            PLUGINS.resolve(type).toString());
      }
      add("CNI ADD ms: " + name, (System.nanoTime() - begin) / 1e6);
    }
  }

  private static String output(Map<String, String> environment, String input, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes());
    }
    String text = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + " failed: " + text);
    }
    return text;
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
    double ours = median(figures.get("CNI ADD ms: brindle"));
    List<String> ratios = new ArrayList<>();
    figures.forEach(
        (name, values) -> {
          if (name.startsWith("CNI ADD ms: ") && !name.endsWith("brindle")) {
            ratios.add(
                "    \"brindle to %s\": %.2f".formatted(name.substring(12), ours / median(values)));
          }
        });
    System.out.println(json.append(String.join(",\n", ratios)).append("\n  }\n}"));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
