// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.ResourceKey;

/// What keeps a resource that is to be removed until somebody has done what comes before.
public interface Finalizers {

  /// Sets a finalizer, or takes it away. It may be so already.
  ///
  /// @return whether it was not so before
  /// @throws DatastoreException if the store could not be asked, or others were always faster
  boolean set(ResourceKey key, String finalizer, boolean isHeld);
}
