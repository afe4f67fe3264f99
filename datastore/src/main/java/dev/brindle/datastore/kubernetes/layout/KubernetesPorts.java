// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.net.Port;
import dev.brindle.api.net.PortRange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The ports of a rule of Kubernetes' NetworkPolicy, gathered by protocol: one rule of Calico's has
/// one protocol.
///
/// @param protocol absent for all
/// @param ports as Calico writes them; none for all
record KubernetesPorts(Optional<String> protocol, List<String> ports) {

  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "SCTP");

  /// @return in the order of the protocols' names
  /// @throws IllegalArgumentException naming what cannot be
  static List<KubernetesPorts> of(JsonNode ports) {
    if (ports.isEmpty()) {
      return List.of(new KubernetesPorts(Optional.empty(), List.of()));
    }
    Map<String, List<JsonNode>> byProtocol = new TreeMap<>();
    for (JsonNode port : ports) {
      String protocol = Json.text(port, "protocol").isEmpty() ? "TCP" : Json.text(port, "protocol");
      if (!PROTOCOLS.contains(protocol)) {
        throw new IllegalArgumentException("protocol '%s'".formatted(protocol));
      }
      byProtocol.computeIfAbsent(protocol, _ -> new ArrayList<>()).add(port);
    }
    return byProtocol.entrySet().stream()
        .map(each -> new KubernetesPorts(Optional.of(each.getKey()), texts(each.getValue())))
        .toList();
  }

  /// An entry without a port stands for the whole protocol, whatever the others say.
  private static List<String> texts(List<JsonNode> ports) {
    Set<String> named = new LinkedHashSet<>();
    List<PortRange> numbers = new ArrayList<>();
    for (JsonNode port : ports) {
      JsonNode given = port.path("port");
      if (given.isMissingNode() || given.isNull()) {
        return List.of();
      }
      boolean hasEnd = port.path("endPort").isNumber();
      if (given.isNumber() || given.asText().chars().allMatch(Character::isDigit)) {
        int first = given.asInt();
        numbers.add(new PortRange(first, hasEnd ? port.path("endPort").asInt() : first));
      } else if (hasEnd) {
        throw new IllegalArgumentException(
            "endPort with the named port '%s'".formatted(given.asText()));
      } else {
        named.add(Port.parse(given.asText()).toString());
      }
    }
    return Stream.concat(named.stream(), merged(numbers).stream().map(PortRange::toString))
        .toList();
  }

  private static List<PortRange> merged(List<PortRange> ranges) {
    List<PortRange> merged = new ArrayList<>();
    for (PortRange range : ranges.stream().sorted().toList()) {
      boolean isJoined = !merged.isEmpty() && range.min() <= merged.getLast().max() + 1;
      if (isJoined) {
        PortRange last = merged.removeLast();
        merged.add(new PortRange(last.min(), Math.max(last.max(), range.max())));
      } else {
        merged.add(range);
      }
    }
    return merged;
  }
}
