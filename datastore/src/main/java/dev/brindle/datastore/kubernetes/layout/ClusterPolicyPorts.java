// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Protocols and ports of a rule of a cluster's administrators, in both forms they are written in,
/// gathered by protocol.
final class ClusterPolicyPorts {

  private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
  private static final KubernetesPorts ANYTHING = new KubernetesPorts(Optional.empty(), List.of());
  private static final int MOST = 65_535;

  /// Ports by protocol; an empty list for the whole protocol. Of no protocol are named ones.
  private final Map<String, List<String>> byProtocol = new TreeMap<>();

  private boolean isAnything;

  private ClusterPolicyPorts() {}

  /// @param rule with `protocols`, or with the older `ports`
  /// @return in the order of the protocols' names
  /// @throws IllegalArgumentException naming what cannot be
  static List<KubernetesPorts> of(JsonNode rule) {
    var ports = new ClusterPolicyPorts();
    rule.path("protocols").forEach(ports::addProtocol);
    rule.path("ports").forEach(ports::addPort);
    if (ports.isAnything || ports.byProtocol.isEmpty()) {
      return List.of(ANYTHING);
    }
    List<KubernetesPorts> groups = new ArrayList<>();
    ports.byProtocol.forEach(
        (protocol, texts) ->
            groups.add(
                new KubernetesPorts(Optional.of(protocol).filter(text -> !text.isEmpty()), texts)));
    return groups;
  }

  /// `{"tcp": {"destinationPort": {"number": 80}}}`, `{"destinationNamedPort": "http"}`
  private void addProtocol(JsonNode entry) {
    String named = Json.text(entry, "destinationNamedPort");
    Optional<String> protocol = PROTOCOLS.stream().filter(entry::has).sorted().findFirst();
    if (protocol.isPresent()) {
      JsonNode port = entry.path(protocol.get()).path("destinationPort");
      add(protocol.get().toUpperCase(Locale.ROOT), port.isObject() ? range(port) : "");
    } else if (!named.isEmpty()) {
      add("", named);
    } else if (entry.isEmpty()) {
      isAnything = true;
    } else {
      throw new IllegalArgumentException("protocol %s is not known".formatted(entry));
    }
  }

  /// `{"portNumber": {"protocol": "TCP", "port": 80}}`, `{"portRange": {...}}`, `{"namedPort": ""}`
  private void addPort(JsonNode entry) {
    JsonNode number = entry.path("portNumber");
    JsonNode range = entry.path("portRange");
    String named = Json.text(entry, "namedPort");
    if (number.isObject()) {
      add(protocol(number), text(number.path("port"), number.path("port")));
    } else if (range.isObject()) {
      add(protocol(range), text(range.path("start"), range.path("end")));
    } else if (!named.isEmpty()) {
      add("", named);
    } else {
      throw new IllegalArgumentException("port %s is not known".formatted(entry));
    }
  }

  private static String protocol(JsonNode port) {
    String protocol = Json.text(port, "protocol");
    if (protocol.isEmpty()) {
      return "TCP";
    }
    if (!PROTOCOLS.contains(protocol.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("protocol '%s'".formatted(protocol));
    }
    return protocol;
  }

  /// `{"number": 80}`, `{"range": {"start": 80, "end": 90}}`
  private static String range(JsonNode port) {
    JsonNode number = port.path("number");
    JsonNode range = port.path("range");
    return number.isMissingNode()
        ? text(range.path("start"), range.path("end"))
        : text(number, number);
  }

  private static String text(JsonNode first, JsonNode last) {
    boolean isRange =
        first.isIntegralNumber()
            && last.isIntegralNumber()
            && first.asInt() >= 1
            && first.asInt() <= last.asInt()
            && last.asInt() <= MOST;
    if (!isRange) {
      throw new IllegalArgumentException(
          "ports %s to %s: expected numbers from 1 to %d".formatted(first, last, MOST));
    }
    return first.asInt() == last.asInt()
        ? first.asText()
        : "%d:%d".formatted(first.asInt(), last.asInt());
  }

  /// @param port empty for the whole protocol, whatever else is said of it
  private void add(String protocol, String port) {
    List<String> ports = byProtocol.get(protocol);
    boolean isWhole = ports != null && ports.isEmpty();
    if (port.isEmpty()) {
      byProtocol.put(protocol, List.of());
    } else if (!isWhole) {
      byProtocol.computeIfAbsent(protocol, _ -> new ArrayList<>()).add(port);
    }
  }
}
