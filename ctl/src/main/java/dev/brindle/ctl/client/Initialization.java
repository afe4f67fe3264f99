// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.ClusterDefaults;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.WriteResult.Written;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Gives a store what every cluster has, if it is missing. May be repeated, by many at once. The
/// version is left to the nodes: it is theirs that the cluster runs.
public final class Initialization {

  private static final ResourceKey CLUSTER =
      ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT);
  private static final int TRIES = 5;

  private final Datastore store;
  private final RandomGenerator random;

  /// @param random for the id of a new cluster
  public Initialization(Datastore store, RandomGenerator random) {
    this.store = store;
    this.random = random;
  }

  /// A store that cannot be asked is no error yet: the write that follows says it better.
  ///
  /// @return whether the store has all of it now
  public boolean run() {
    try {
      ClusterDefaults.TIERS.forEach(this::createIfMissing);
      return hasInformation();
    } catch (DatastoreException e) {
      return false;
    }
  }

  private void createIfMissing(Resource resource) {
    if (store.get(resource.key()).isEmpty()) {
      store.create(resource); // who was faster wrote the same
    }
  }

  private boolean hasInformation() {
    for (int i = 0; i < TRIES; i++) {
      Optional<ClusterInformation> stored = store.get(CLUSTER).map(ClusterInformation.class::cast);
      ClusterInformation wanted = ClusterDefaults.information(stored, "", "", random);
      if (stored.equals(Optional.of(wanted))) {
        return true;
      }
      if ((stored.isEmpty() ? store.create(wanted) : store.update(wanted)) instanceof Written) {
        return true;
      }
    }
    return false;
  }
}
