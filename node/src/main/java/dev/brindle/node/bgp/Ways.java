// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.linux.model.Route.Hop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The ways of all our routes, one object for equal ones. Knows which interfaces they use, so that
/// what happens to others, such as those of pods, costs nothing.
final class Ways {

  private final Map<Way, Way> known = new HashMap<>();

  /// Those of all ways since the last `clear`.
  private final Set<String> devices = new HashSet<>();

  Way shared(Way way) {
    Way before = known.putIfAbsent(way, way);
    if (before != null) {
      return before;
    }
    for (Hop hop : way.hops()) {
      devices.add(hop.device());
    }
    return way;
  }

  /// Whether routes of ours may be on it.
  boolean use(String device) {
    return devices.contains(device);
  }

  void clear() {
    known.clear();
    devices.clear();
  }
}
