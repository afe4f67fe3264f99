// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.rib.Path;
import dev.brindle.bird.wire.PathAttributes;

/// A path as people see it in a listing.
///
/// @param isBest peers are told of it
/// @param isEqual packets go there: it is the best, or as good as it
/// @param isStale it is kept while who told it restarts
public record ListedPath(Path path, boolean isBest, boolean isEqual, boolean isStale) {

  /// The same path, as somebody is told it.
  public ListedPath withAttributes(PathAttributes told) {
    return new ListedPath(
        new Path(path.source(), told, path.preference()), isBest, isEqual, isStale);
  }
}
