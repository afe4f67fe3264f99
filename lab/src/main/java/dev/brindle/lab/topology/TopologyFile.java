// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads a topology that somebody wrote down, as JSON:
///
/// ```json
/// { "segments": 2,
///   "nodes": [ {"name": "a1", "segment": 1}, {"name": "b1", "segment": 2} ],
///   "pods": [ {"name": "web", "node": "a1", "labels": {"app": "server"}},
///             {"name": "shop", "node": "b1"} ],
///   "expect": [ {"from": "shop", "to": "web", "protocol": "tcp", "port": 80, "allowed": false} ] }
/// ```
public final class TopologyFile {

  private static final int MOST_CHARACTERS = 1 << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private TopologyFile() {}

  /// @throws IllegalArgumentException naming the place, if anything is wrong or unknown
  public static Topology parse(String text, LabOptions options) {
    if (text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("a topology has at most 1 MiB");
    }
    JsonNode root = read(text);
    known("topology", root, Set.of("segments", "nodes", "pods", "expect"));
    int segments = number("topology", root, "segments", options.encap().segments());
    if (segments > 1 && options.encap() == Encap.NONE) {
      // each node tells the router of all pods, so the router may pick the one that asks it
      throw new IllegalArgumentException(
          "segments: pods of two segments reach each other only through tunnels: add --encap"
              + " cross-subnet, vxlan or ipip");
    }
    List<NodeSpec> nodes = new ArrayList<>();
    for (JsonNode node : list(root, "nodes")) {
      known("nodes", node, Set.of("name", "segment"));
      nodes.add(
          new NodeSpec(
              text("nodes", node, "name"), nodes.size() + 1, number("nodes", node, "segment", 1)));
    }
    List<PodSpec> pods = new ArrayList<>();
    for (JsonNode pod : list(root, "pods")) {
      known("pods", pod, Set.of("name", "node", "labels"));
      pods.add(new PodSpec(text("pods", pod, "name"), text("pods", pod, "node"), labels(pod)));
    }
    List<Expectation> stated = new ArrayList<>();
    for (JsonNode each : list(root, "expect")) {
      stated.addAll(expectations(each, options.family()));
    }
    return new Topology(segments, nodes, pods, options.router(), options.family(), stated);
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "line %d, column %d: %s"
              .formatted(
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getLocation() == null ? 0 : e.getLocation().getColumnNr(),
                  e.getOriginalMessage().replaceFirst(" \\(start marker .*", "")),
          e);
    }
  }

  private static List<Expectation> expectations(JsonNode each, FamilyChoice family) {
    known("expect", each, Set.of("from", "to", "protocol", "port", "allowed"));
    Traffic.Kind kind = Traffic.Kind.parse(text("expect", each, "protocol"));
    Traffic traffic =
        kind == Traffic.Kind.ICMP
            ? Traffic.ICMP
            : new Traffic(kind, number("expect", each, "port", 0));
    JsonNode allowed = each.path("allowed");
    if (!allowed.isBoolean()) {
      throw new IllegalArgumentException("expect: allowed is not true or false");
    }
    return family.families().stream()
        .map(
            one ->
                new Expectation(
                    text("expect", each, "from"),
                    text("expect", each, "to"),
                    traffic,
                    one,
                    Optional.of(allowed.booleanValue())))
        .toList();
  }

  private static Map<String, String> labels(JsonNode pod) {
    Map<String, String> labels = new HashMap<>();
    pod.path("labels")
        .properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isTextual()) {
                throw new IllegalArgumentException(
                    "pods: label %s is not a text".formatted(entry.getKey()));
              }
              labels.put(entry.getKey(), entry.getValue().textValue());
            });
    return labels;
  }

  private static void known(String place, JsonNode node, Set<String> fields) {
    if (!node.isObject()) {
      throw new IllegalArgumentException("%s: '%s' is not an object".formatted(place, node));
    }
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!fields.contains(name)) {
                throw new IllegalArgumentException(
                    "%s: '%s' is not one of %s"
                        .formatted(
                            place, name, String.join(", ", fields.stream().sorted().toList())));
              }
            });
  }

  private static JsonNode list(JsonNode root, String field) {
    JsonNode list = root.path(field);
    if (!list.isArray() && !list.isMissingNode()) {
      throw new IllegalArgumentException(field + " is not a list");
    }
    return list;
  }

  private static String text(String place, JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("%s: %s is not a text".formatted(place, field));
    }
    return value.textValue();
  }

  private static int number(String place, JsonNode node, String field, int otherwise) {
    JsonNode value = node.path(field);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isInt()) {
      throw new IllegalArgumentException("%s: %s is not a number".formatted(place, field));
    }
    return value.intValue();
  }
}
