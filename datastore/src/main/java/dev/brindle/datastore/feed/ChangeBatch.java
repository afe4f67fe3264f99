// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.feed;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import java.util.List;
import java.util.Optional;

/// What a store says about the time since a revision.
///
/// @param revision of the store when it was asked; the next question starts here
/// @param isComplete these are all there are; what is not among them is gone
/// @param entries the newest of each key, in the order they were written
public record ChangeBatch(long revision, boolean isComplete, List<Entry> entries) {

  public ChangeBatch {
    entries = List.copyOf(entries);
  }

  /// @param value absent if it was removed, or cannot be read
  public record Entry(ResourceKey key, long revision, Optional<Resource> value) {}
}
