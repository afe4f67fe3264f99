// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.table.ListedPath;
import java.util.List;
import java.util.Optional;

/// A part of a listing.
///
/// @param next where to go on; empty at the end
public record RoutePage(List<Entry> entries, Optional<RouteCursor> next) {

  public RoutePage {
    entries = List.copyOf(entries);
  }

  /// A prefix, with those of its paths that were asked for.
  public record Entry(Cidr prefix, List<ListedPath> paths) {

    public Entry {
      paths = List.copyOf(paths);
    }
  }
}
