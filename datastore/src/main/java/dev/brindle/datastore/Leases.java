// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import java.util.Optional;

/// Records of who does what only one may do. The store keeps them and compares; it judges nobody,
/// and no clock of it counts.
public interface Leases {

  /// As it is now, whatever was asked before.
  ///
  /// @throws DatastoreException if the store could not be asked
  Optional<Lease> find(String name);

  /// Replaces the lease that has this revision; makes it if the revision is empty and there is
  /// none.
  ///
  /// @return the lease with its new revision; empty if someone else was faster
  /// @throws DatastoreException if the store could not be asked; it may or may not be written
  Optional<Lease> write(Lease lease);
}
