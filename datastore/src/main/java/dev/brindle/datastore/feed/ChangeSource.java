// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.feed;

import dev.brindle.api.resource.ResourceKind;
import java.util.Set;

/// A store, as a feed sees it.
public interface ChangeSource {

  /// Asks for everything at the first time.
  long BEGINNING = -1;

  /// What was written after a revision; everything, if the store no longer knows that.
  ///
  /// @param revision of the last batch, or `BEGINNING`
  /// @throws dev.brindle.datastore.DatastoreException if the store could not be asked
  ChangeBatch since(long revision, Set<ResourceKind> kinds);
}
