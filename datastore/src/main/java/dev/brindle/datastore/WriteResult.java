// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;

/// What became of a write.
public sealed interface WriteResult {

  /// @param resource as it is stored now, with its new revision; for a removal as it was last
  record Written(Resource resource) implements WriteResult {}

  /// Someone else was faster.
  ///
  /// @param current what is stored now
  record Conflict(Resource current) implements WriteResult {}

  record Missing(ResourceKey key) implements WriteResult {}

  /// @param existing what is stored now
  record AlreadyThere(Resource existing) implements WriteResult {}
}
