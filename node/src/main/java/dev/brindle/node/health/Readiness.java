// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Whether the node is ready, and if not, why: the answers of its parts together.
public final class Readiness {

  private final Map<String, Supplier<List<String>>> parts;

  /// @param parts each gives its reasons for not being ready; none if it is
  public Readiness(Map<String, Supplier<List<String>>> parts) {
    this.parts = new TreeMap<>(parts);
  }

  /// `bgp: no session with node2 (192.0.2.2)`, a line each.
  public List<String> obstacles() {
    return parts.entrySet().stream()
        .flatMap(
            part -> part.getValue().get().stream().map(reason -> part.getKey() + ": " + reason))
        .toList();
  }
}
