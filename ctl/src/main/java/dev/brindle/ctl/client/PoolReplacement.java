// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.validation.Validation;
import dev.brindle.api.validation.Violation;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import java.util.List;

/// Puts pools in the place of one that covers them. Blocks and addresses stay as they are: they lie
/// in the new pools. May be repeated after a failure: what is there already is left.
public final class PoolReplacement {

  private final Datastore store;

  public PoolReplacement(Datastore store) {
    this.store = store;
  }

  /// The old pool goes last, so that no address is ever outside every pool. That they overlap for a
  /// moment harms nobody: the store is locked, so nothing is assigned meanwhile.
  ///
  /// @throws ClientException if a pool cannot be written
  public void replace(IpPool old, List<IpPool> parts) {
    for (IpPool part : parts) {
      List<Violation> violations = Validation.of(part);
      if (!violations.isEmpty()) {
        throw new ClientException(Violation.text(part.kind(), violations));
      }
    }
    parts.forEach(this::create);
    String revision = old.metadata().resourceVersion();
    if (store.delete(old.key(), revision) instanceof WriteResult.Conflict) {
      parts.forEach(part -> store.delete(part.key()));
      throw ClientException.conflict(old.key());
    }
  }

  private void create(IpPool part) {
    if (store.create(part) instanceof WriteResult.AlreadyThere(Resource there)
        && !((IpPool) there).spec().cidr().equals(part.spec().cidr())) {
      throw ClientException.alreadyExists(part.key());
    }
  }
}
