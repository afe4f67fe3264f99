// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the node is ready, and if not, why: the answers of its parts together.
public final class Readiness {

  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

  private final Map<String, Supplier<List<String>>> parts;

  /// @param parts each gives its reasons for not being ready; none if it is
  public Readiness(Map<String, Supplier<List<String>>> parts) {
    this.parts = new TreeMap<>(parts);
  }

  /// `bgp: no session with node2 (192.0.2.2)`, a line each.
  public List<String> obstacles() {
    return parts.entrySet().stream()
        .flatMap(
            part -> reasons(part.getValue()).stream().map(reason -> part.getKey() + ": " + reason))
        .toList();
  }

  /// A part that cannot even answer is not ready.
  private static List<String> reasons(Supplier<List<String>> part) {
    try {
      return part.get();
    } catch (RuntimeException e) {
      LOG.debug("a part does not answer", e);
      return List.of("does not answer: " + e);
    }
  }
}
