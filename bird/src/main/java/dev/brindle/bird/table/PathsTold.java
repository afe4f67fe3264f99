// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.Family;
import java.util.Set;

/// Whether peers are told more than the best path (RFC 7911).
///
/// @param families of which they are
/// @param limit how many paths of a prefix, those that they told us themselves counted
public record PathsTold(Set<Family> families, int limit) {

  public static final PathsTold BEST = new PathsTold(Set.of(), 1);

  /// @throws IllegalArgumentException if the limit is less than 1
  public PathsTold {
    families = Set.copyOf(families);
    if (limit < 1) {
      throw new IllegalArgumentException("limit %d is less than 1".formatted(limit));
    }
  }
}
