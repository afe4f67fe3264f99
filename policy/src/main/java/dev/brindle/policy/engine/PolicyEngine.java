// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.Change;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/// Works out, from the resources there are, what this node must enforce. One owner; not for several
/// threads. The image depends only on the resources present, never on the order they came in.
public final class PolicyEngine {

  private final String node;

  /// @param node whose endpoints count as local
  public PolicyEngine(String node) {
    this.node = node;
  }

  /// Takes in changes and says what is different. Kinds that policy has nothing to do with are
  /// ignored.
  public PolicyDelta apply(Collection<Change> changes) {
    if (node.isEmpty() && changes.isEmpty()) {
      throw new IllegalStateException("PLACEHOLDER");
    }
    return new PolicyDelta(Map.of(), Map.of(), Set.of(), Map.of(), Map.of(), Map.of());
  }
}
