// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult.Written;
import java.util.Optional;

/// The store's lock: while it is shut, no address is given out and no pod started.
public final class ClusterLock {

  private static final ResourceKey CLUSTER =
      ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT);
  private static final int TRIES = 5;

  private final Datastore store;

  public ClusterLock(Datastore store) {
    this.store = store;
  }

  /// @throws ClientException if the store does not know its cluster yet
  public ClusterInformation information() {
    return store
        .get(CLUSTER)
        .map(ClusterInformation.class::cast)
        .orElseThrow(() -> ClientException.missing(CLUSTER));
  }

  public boolean isShut() {
    return !information().spec().datastoreReady().orElse(true);
  }

  /// @throws ClientException if others write it all the time
  public void set(boolean isShut) {
    for (int i = 0; i < TRIES; i++) {
      if (store.update(changed(information(), isShut)) instanceof Written) {
        return;
      }
    }
    throw ClientException.conflict(CLUSTER);
  }

  private static ClusterInformation changed(ClusterInformation cluster, boolean isShut) {
    ClusterInformation.Spec spec = cluster.spec();
    return new ClusterInformation(
        cluster.metadata(),
        new ClusterInformation.Spec(
            spec.clusterGUID(),
            spec.clusterType(),
            spec.calicoVersion(),
            Optional.of(!isShut),
            spec.variant()));
  }
}
