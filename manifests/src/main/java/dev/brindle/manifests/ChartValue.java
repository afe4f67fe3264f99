// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What can be said to the chart.
///
/// @param path `ipv4pool.cidr`
/// @param fallback a text, a number, or a map of texts
/// @param choices what a text may be; empty for anything
/// @param pattern how a text, or each of a map, looks; empty for anyhow
record ChartValue(
    String path, Object fallback, List<String> choices, String pattern, String meaning) {

  private static final JsonMapper JSON = new JsonMapper();

  static ChartValue of(String path, Object fallback, String meaning) {
    return new ChartValue(path, fallback, List.of(), "", meaning);
  }

  private static ChartValue of(String path, Object fallback, String pattern, String meaning) {
    return new ChartValue(path, fallback, List.of(), pattern, meaning);
  }

  private static ChartValue oneOf(
      String path, String fallback, List<String> choices, String meaning) {
    return new ChartValue(path, fallback, choices, "", meaning);
  }

  /// Refused where it is known what they hold and they hold something else.
  private static final Map<String, String> VARIABLES =
      Map.of("CALICO_IPV6POOL_CIDR", ValuePattern.IPV6_CIDR);

  /// The largest MTU of IPv4.
  private static final int MAX_MTU = 65_535;

  /// @param version of the image
  static List<ChartValue> all(String version) {
    List<String> wrapping = List.of("", "Always", "CrossSubnet", "Never");
    return List.of(
        oneOf(
            "variant",
            Flavour.KUBERNETES.word(),
            Arrays.stream(Flavour.values()).map(Flavour::word).toList(),
            """
            kubernetes: Kubernetes is the store, BGP between nodes. vxlan: the same without BGP. policy-only: somebody else
            brings packets to nodes. etcd: Calico's resources are in an etcd of their own (then helm install --skip-crds).
            """),
        of("image.repository", "brindle/brindle", ValuePattern.REPOSITORY, ""),
        of("image.tag", version, ValuePattern.TAG, ""),
        oneOf("image.pullPolicy", "IfNotPresent", List.of("Always", "IfNotPresent", "Never"), ""),
        of(
            "ipv4pool.cidr",
            "",
            ValuePattern.NOTHING_OR_IPV4_CIDR,
            """
            The network of pods, as Kubernetes was set up with, on a cluster that has no IPPool yet; later it changes nothing.
            Empty: 192.168.0.0/16, or, where nodes have addresses of that, the first free one of 172.16.0.0/16 to
            172.31.0.0/16.
            """),
        oneOf(
            "ipv4pool.ipip",
            "",
            wrapping,
            "Empty: as the variant has it (Always; with vxlan Never)."),
        oneOf(
            "ipv4pool.vxlan",
            "",
            wrapping,
            "Empty: as the variant has it (Never; with vxlan CrossSubnet)."),
        of("mtu", 0, "MTU of pods and tunnels; 0: what the node's network leaves."),
        of(
            "cniNetworkConfig",
            "",
            "The CNI configuration, as a text; empty: as the variant has it (docs/install.md)."),
        of(
            "cni.binDir",
            "/opt/cni/bin",
            ValuePattern.DIRECTORY,
            "Where container runtimes look for plugins (docs/install.md)."),
        of("cni.confDir", "/etc/cni/net.d", ValuePattern.DIRECTORY, ""),
        of(
            "node.env",
            Map.of(),
            """
            More variables for the daemon, texts by name, none of those that the template sets already:
            IP_AUTODETECTION_METHOD, FELIX_LOGSEVERITYSCREEN, ...
            """),
        of("node.requests", Map.of("cpu", "250m", "memory", "180Mi"), ValuePattern.QUANTITY, ""),
        of("controllers.replicas", 2, "Not with etcd, where it is one."),
        of("controllers.env", Map.of(), "As node.env: ENABLED_CONTROLLERS, LOG_LEVEL, ..."),
        of(
            "controllers.requests",
            Map.of("cpu", "50m", "memory", "128Mi"),
            ValuePattern.QUANTITY,
            ""),
        of(
            "etcd.endpoints",
            "http://ETCD_IP:2379",
            ValuePattern.ENDPOINTS,
            "Only with etcd: where it is, joined by commas."),
        of(
            "etcd.ca",
            "",
            ValuePattern.NOTHING_OR_BASE64,
            "Files for TLS, in base64 (base64 -w 0 FILE)."),
        of("etcd.cert", "", ValuePattern.NOTHING_OR_BASE64, ""),
        of("etcd.key", "", ValuePattern.NOTHING_OR_BASE64, ""));
  }

  /// `values.yaml`.
  static String yaml(List<ChartValue> values) {
    ObjectNode tree = JSON.createObjectNode();
    var remarks = new Remarks();
    for (ChartValue value : values) {
      value.parent(tree, "").set(value.name(), JSON.valueToTree(value.sorted()));
      if (!value.meaning.isEmpty()) {
        remarks.at(value.path, value.meaning);
      }
    }
    return YamlText.of(tree, remarks);
  }

  private Object sorted() {
    return fallback instanceof Map<?, ?> map ? new TreeMap<>(map) : fallback;
  }

  /// `values.schema.json`: a value that the chart does not know is refused.
  static String schema(List<ChartValue> values) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("$schema", "http://json-schema.org/draft-07/schema#");
    tree.put("type", "object").put("additionalProperties", false);
    for (ChartValue value : values) {
      ObjectNode parent = value.parent(tree, "properties");
      value.describe(parent.withObjectProperty("properties").putObject(value.name()));
    }
    return tree.toPrettyString() + "\n";
  }

  private void describe(ObjectNode schema) {
    switch (fallback) {
      case Map<?, ?> _ -> describeMap(schema);
      case Integer _ -> schema.put("type", "integer").put("minimum", 0);
      default -> looksSo(schema.put("type", "string"), pattern);
    }
    if (path.equals("mtu")) {
      schema.put("maximum", MAX_MTU);
    }
    if (!choices.isEmpty()) {
      ArrayNode words = schema.putArray("enum");
      choices.forEach(words::add);
    }
    if (!meaning.isEmpty()) {
      schema.put("description", String.join(" ", meaning.strip().lines().toList()));
    }
  }

  private void describeMap(ObjectNode schema) {
    schema.put("type", "object");
    if (pattern.isEmpty()) {
      schema.putObject("propertyNames").put("pattern", ValuePattern.VARIABLE);
      VARIABLES.forEach(
          (name, looks) ->
              looksSo(
                  schema.withObjectProperty("properties").putObject(name).put("type", "string"),
                  looks));
    }
    looksSo(schema.putObject("additionalProperties").put("type", "string"), pattern);
  }

  private static void looksSo(ObjectNode schema, String pattern) {
    if (!pattern.isEmpty()) {
      schema.put("pattern", pattern);
    }
  }

  /// @param under what a level keeps its fields in; empty where it is the fields' own
  private ObjectNode parent(ObjectNode tree, String under) {
    int dot = path.lastIndexOf('.');
    if (dot < 0) {
      return tree;
    }
    ObjectNode level = under.isEmpty() ? tree : tree.withObjectProperty(under);
    ObjectNode parent = level.withObjectProperty(path.substring(0, dot));
    if (!under.isEmpty()) {
      JsonNode _ = parent.put("type", "object").put("additionalProperties", false);
    }
    return parent;
  }

  private String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
