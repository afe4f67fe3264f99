// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.host.Host;
import dev.brindle.lab.topology.FamilyChoice;
import dev.brindle.lab.topology.PodSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs the CNI plugin as kubelet does: a process on the node, the command in its environment, the
/// configuration on its standard input, the result on its standard output.
public final class CniPlugin {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_OUTPUT = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Says that it is on the node, waits for a line, and becomes the program. So what the way to the
  /// node costs, which kubelet has not to go, is over when the clock starts.
  private static final List<String> WHEN_TOLD =
      List.of("sh", "-c", "echo; read -r line; exec \"$0\"");

  private final Path program;
  private final Workplace workplace;
  private final FamilyChoice family;

  public CniPlugin(Path program, Workplace workplace, FamilyChoice family) {
    this.program = program;
    this.workplace = workplace;
    this.family = family;
  }

  /// A pod that is connected.
  ///
  /// @param took the plugin's whole process, from its exec to its end
  public record Added(List<IpAddress> addresses, Duration took) {

    public Added {
      addresses = List.copyOf(addresses);
    }
  }

  /// @throws ProgramFailure with the plugin's own words, if it reports an error
  public Added add(Host node, PodSpec pod, Path namespace)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(WHEN_TOLD);
    command.add(program.toString());
    ProcessBuilder builder =
        new ProcessBuilder(node.command(command))
            .redirectError(ProcessBuilder.Redirect.appendTo(workplace.log("cni").toFile()));
    builder.environment().putAll(environment(pod, namespace));
    Process process = builder.start();
    long begin;
    String output;
    try (InputStream out = process.getInputStream()) {
      boolean isThere = out.read() >= 0;
      begin = System.nanoTime();
      try (OutputStream in = process.getOutputStream()) {
        if (isThere) {
          in.write(("\n" + configuration(pod)).getBytes(StandardCharsets.UTF_8));
        }
      }
      output = new String(out.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
    }
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new ProgramFailure("CNI ADD of %s did not end".formatted(pod.name()));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    if (process.exitValue() != 0) {
      throw new ProgramFailure(
          "CNI ADD of %s on %s: %s (more in %s)"
              .formatted(pod.name(), pod.node(), reason(output), workplace.log("cni")));
    }
    return new Added(addresses(output), took);
  }

  private Map<String, String> environment(PodSpec pod, Path namespace) {
    return Map.of(
        "CNI_COMMAND", "ADD",
        "CNI_CONTAINERID", containerId(pod),
        "CNI_NETNS", namespace.toString(),
        "CNI_IFNAME", "eth0",
        "CNI_PATH", String.valueOf(program.getParent()),
        "CNI_ARGS",
            "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=%s;K8S_POD_INFRA_CONTAINER_ID=%s"
                .formatted(pod.name(), containerId(pod)),
        "BRINDLE_CNI_DIR", workplace.cni(pod.node()).toString());
  }

  private static String containerId(PodSpec pod) {
    return HexFormat.of().formatHex(pod.name().getBytes(StandardCharsets.UTF_8));
  }

  String configuration(PodSpec pod) {
    ObjectNode root = JSON.createObjectNode();
    root.put("cniVersion", "1.0.0");
    root.put("name", "brindle-lab");
    root.put("type", "calico");
    root.put("datastore_type", workplace.cluster().get("DATASTORE_TYPE"));
    root.put("nodename", pod.node());
    root.put("log_level", "info");
    root.putObject("ipam")
        .put("type", "calico-ipam")
        .put("assign_ipv4", Boolean.toString(family.has(IpFamily.IPV4)))
        .put("assign_ipv6", Boolean.toString(family.has(IpFamily.IPV6)));
    ObjectNode labels = root.putObject("args").putObject("brindle").putObject("labels");
    pod.labels().forEach(labels::put);
    return root.toString();
  }

  static List<IpAddress> addresses(String output) {
    List<IpAddress> addresses = new ArrayList<>();
    for (JsonNode ip : read(output).path("ips")) {
      addresses.add(InterfaceAddress.parse(ip.path("address").asText()).address());
    }
    return addresses;
  }

  private static String reason(String output) {
    try {
      JsonNode error = read(output);
      return "%s %s (code %d)"
          .formatted(
              error.path("msg").asText(),
              error.path("details").asText(),
              error.path("code").asInt())
          .replace("  ", " ");
    } catch (ProgramFailure e) {
      return output.isBlank() ? "no output" : output;
    }
  }

  private static JsonNode read(String output) {
    try {
      return JSON.readTree(output.isBlank() ? "{}" : output);
    } catch (JsonProcessingException e) {
      throw new ProgramFailure("the CNI plugin wrote no JSON: " + output);
    }
  }
}
