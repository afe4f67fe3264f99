// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// CNI ADDs on a node of a lab, by our plugin and by Debian's in turns, so that all meet the same
/// moments of the machine. Debian's work in a network namespace of their own: our daemon has nothing
/// to do with their interfaces. Prints a line for each: what it was, a tab, milliseconds.
class Turns {

  private static final String PEERS = "turns-peers";
  private static final Path DEBIAN = Path.of("/usr/lib/cni");

  /// Says that it is there, waits for a line, and becomes the program: as the lab runs our plugin.
  private static final List<String> WHEN_TOLD =
      List.of("sh", "-c", "echo; read -r line; exec \"$0\"");

  private static final String OURS =
      """
      {"cniVersion":"1.0.0","name":"turns","type":"calico","ipam":{"type":"calico-ipam"}}""";

  private static final Map<String, String> THEIRS =
      Map.of(
          "ptp",
          """
          {"cniVersion":"0.4.0","name":"n","type":"ptp","ipam":{"type":"host-local",\
          "dataDir":"/run/ptp","subnet":"10.90.0.0/16"}}""",
          "bridge",
          """
          {"cniVersion":"0.4.0","name":"n","type":"bridge","bridge":"b0","isGateway":true,\
          "ipam":{"type":"host-local","dataDir":"/run/bridge","subnet":"10.91.0.0/16"}}""");

  /// @param namespace where it runs; empty for the node's
  private record Plugin(Path program, String config, String namespace) {}

  /// @param args how many ADDs of each; a directory with our plugins
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    Map<String, Plugin> plugins = plugins(Path.of(args[1]));
    output(List.of("mkdir", "-p", "/run/netns"));
    output(List.of("ip", "netns", "add", PEERS));
    for (int i = 0; i < rounds; i++) {
      for (Map.Entry<String, Plugin> each : plugins.entrySet()) {
        String pod = "turn-%d-%d".formatted(i, each.getKey().hashCode() & 0xffff);
        output(List.of("ip", "netns", "add", pod));
        System.out.println(each.getKey() + "\t" + plug(each.getValue(), pod));
      }
    }
  }

  private static Map<String, Plugin> plugins(Path ours) {
    Map<String, Plugin> plugins = new LinkedHashMap<>();
    plugins.put("brindle", new Plugin(ours.resolve("brindle-cni"), OURS, ""));
    plugins.put("brindle in Java", new Plugin(ours.resolve("brindle-cni-java"), OURS, ""));
    THEIRS.forEach(
        (type, config) -> {
          Path program = DEBIAN.resolve(type);
          if (Files.isExecutable(program)) {
            plugins.put(type + " + host-local", new Plugin(program, config, PEERS));
          }
        });
    return plugins;
  }

  /// The plugin's whole process, from its exec to its end, in milliseconds.
  private static double plug(Plugin plugin, String pod) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (!plugin.namespace().isEmpty()) {
      command.addAll(List.of("ip", "netns", "exec", plugin.namespace()));
    }
    command.addAll(WHEN_TOLD);
    command.add(plugin.program().toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder
        .environment()
        .putAll(
            Map.of(
                "CNI_COMMAND", "ADD",
                "CNI_CONTAINERID", pod,
                "CNI_NETNS", "/run/netns/" + pod,
                "CNI_IFNAME", "eth0",
                "CNI_PATH", DEBIAN.toString()));
    Process process = builder.start();
    process.getInputStream().read();
    long begin = System.nanoTime();
    try (var in = process.getOutputStream()) {
      in.write(("\n" + plugin.config()).getBytes());
    }
    String text = new String(process.getInputStream().readAllBytes());
    check(process, command, text);
    return (System.nanoTime() - begin) / 1e6;
  }

  private static void output(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    check(process, command, new String(process.getInputStream().readAllBytes()));
  }

  private static void check(Process process, List<String> command, String text)
      throws InterruptedException {
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + " failed: " + text);
    }
  }
}
