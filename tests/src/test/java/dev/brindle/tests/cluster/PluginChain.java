// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.tests.cluster.Machine.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The CNI plugins of a machine, as containerd runs them: the first configuration by name, each
/// plugin with the result of the one before, and DEL for all where one fails.
final class PluginChain {

  private static final String CONFIGURATIONS = "/etc/cni/net.d";
  private static final String PROGRAMS = "/opt/cni/bin";

  private final Machine machine;
  private final Map<String, JsonNode> results = new ConcurrentHashMap<>();

  PluginChain(Machine machine) {
    this.machine = machine;
  }

  /// What the plugins are told of a pod.
  ///
  /// @param id of the sandbox
  /// @param ports of the pod on the host, as `portMappings`
  record Sandbox(String namespace, String pod, String uid, String id, JsonNode ports) {

    /// Its network namespace, a name in `/run/netns`.
    String network() {
      return "cni-" + id.substring(0, 32);
    }
  }

  /// A plugin said no.
  static final class FailedException extends Exception {

    private static final long serialVersionUID = 1;

    FailedException(String message) {
      super(message);
    }
  }

  boolean isThere() {
    return configuration().isPresent();
  }

  private Optional<JsonNode> configuration() {
    Path directory = machine.file(CONFIGURATIONS);
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(directory)) {
      Optional<Path> first =
          files.filter(file -> file.toString().endsWith(".conflist")).sorted().findFirst();
      return first.isPresent()
          ? Optional.of(Api.JSON.readTree(Files.readString(first.get())))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @return the result of the last plugin
  /// @throws FailedException in containerd's words
  JsonNode add(Sandbox sandbox) throws FailedException {
    JsonNode network = configuration().orElseThrow();
    Optional<JsonNode> result = Optional.empty();
    for (JsonNode plugin : network.path("plugins")) {
      Ended ended = run("ADD", network, plugin, sandbox, result);
      if (ended.code() != 0) {
        String why = why(plugin, "add", ended);
        result.ifPresent(last -> results.put(sandbox.id(), last));
        throw new FailedException(why + afterwards(sandbox));
      }
      result = Optional.of(read(ended.out()));
    }
    JsonNode last = result.orElseThrow();
    results.put(sandbox.id(), last);
    return last;
  }

  /// containerd tells of ADD's fault, and only writes to its log what DEL said.
  private String afterwards(Sandbox sandbox) {
    try {
      delete(sandbox);
      return "";
    } catch (FailedException e) {
      return " (and then: %s)".formatted(e.getMessage());
    }
  }

  /// @throws FailedException in containerd's words; it is to be tried again
  void delete(Sandbox sandbox) throws FailedException {
    JsonNode network = configuration().orElseThrow();
    List<JsonNode> plugins = new ArrayList<>();
    network.path("plugins").forEach(plugins::add);
    for (JsonNode plugin : plugins.reversed()) {
      Optional<JsonNode> result = Optional.ofNullable(results.get(sandbox.id()));
      Ended ended = run("DEL", network, plugin, sandbox, result);
      if (ended.code() != 0) {
        throw new FailedException(why(plugin, "delete", ended));
      }
    }
    results.remove(sandbox.id());
  }

  private Ended run(
      String command,
      JsonNode network,
      JsonNode plugin,
      Sandbox sandbox,
      Optional<JsonNode> result) {
    ObjectNode config = plugin.deepCopy();
    config.set("name", network.path("name"));
    config.set("cniVersion", network.path("cniVersion"));
    if (plugin.path("capabilities").path("portMappings").asBoolean()
        && !sandbox.ports().isEmpty()) {
      config.putObject("runtimeConfig").set("portMappings", sandbox.ports());
    }
    config.remove("capabilities");
    result.ifPresent(last -> config.set("prevResult", last));
    Map<String, String> environment = new TreeMap<>();
    environment.put("CNI_COMMAND", command);
    environment.put("CNI_CONTAINERID", sandbox.id());
    environment.put("CNI_NETNS", "/var/run/netns/" + sandbox.network());
    environment.put("CNI_IFNAME", "eth0");
    environment.put("CNI_PATH", PROGRAMS);
    environment.put(
        "CNI_ARGS",
        "IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s;K8S_POD_INFRA_CONTAINER_ID=%s;K8S_POD_UID=%s"
            .formatted(sandbox.namespace(), sandbox.pod(), sandbox.id(), sandbox.uid()));
    String program = PROGRAMS + "/" + plugin.path("type").textValue();
    return machine.run(List.of(program), environment, config.toString());
  }

  private static String why(JsonNode plugin, String verb, Ended ended) {
    JsonNode error = read(ended.out().isBlank() ? "{}" : ended.out());
    String details = error.path("details").asText("");
    return "plugin type=\"%s\" failed (%s): %s%s"
        .formatted(
            plugin.path("type").asText(),
            verb,
            error.path("msg").asText("netplugin failed: \"%s\"".formatted(ended.err())),
            details.isEmpty() ? "" : "; " + details);
  }

  private static JsonNode read(String output) {
    try {
      return Api.JSON.readTree(output);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON: " + output, e);
    }
  }
}
