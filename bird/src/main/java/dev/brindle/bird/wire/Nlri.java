// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.Cidr;
import java.util.List;

/// Prefixes as they stand in a message, with their path identifiers where those were agreed on.
///
/// @param ids one for each prefix, or empty
record Nlri(List<Cidr> prefixes, List<Integer> ids) {

  static final Nlri NONE = new Nlri(List.of(), List.of());

  Nlri {
    prefixes = List.copyOf(prefixes);
    ids = List.copyOf(ids);
    if (!ids.isEmpty() && ids.size() != prefixes.size()) {
      throw new IllegalArgumentException(
          "%d path identifiers for %d prefixes".formatted(ids.size(), prefixes.size()));
    }
  }

  boolean isEmpty() {
    return prefixes.isEmpty();
  }

  boolean hasIds() {
    return !ids.isEmpty();
  }

  /// 0 where there are none.
  int id(int index) {
    return ids.isEmpty() ? 0 : ids.get(index);
  }
}
