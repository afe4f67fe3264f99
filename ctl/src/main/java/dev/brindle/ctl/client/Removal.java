// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.ReferenceCheck;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.WriteResult.AlreadyThere;
import dev.brindle.datastore.WriteResult.Conflict;
import dev.brindle.datastore.WriteResult.Missing;
import dev.brindle.datastore.WriteResult.Written;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.IpamException;
import dev.brindle.ipam.NodeRemoval;
import java.util.Optional;
import java.util.stream.Stream;

/// Removes a resource and, before it, what cannot stay without it. Each step may be repeated, so
/// whoever was interrupted says delete again.
final class Removal {

  private static final int TRIES = 5;

  private final Datastore store;

  Removal(Datastore store) {
    this.store = store;
  }

  /// @param revision empty for whichever is the latest
  void remove(ResourceKey key, String revision) {
    try {
      removeAll(key, revision);
    } catch (IpamException e) {
      throw new ClientException(e.reason());
    }
  }

  private void removeAll(ResourceKey key, String revision) {
    Resource current = store.get(key).orElseThrow(() -> ClientException.missing(key));
    String stored = current.metadata().resourceVersion();
    if (!revision.isEmpty() && !revision.equals(stored)) {
      throw ClientException.outdated(key, revision, stored);
    }
    store.requireRemovable(key);
    switch (key.kind()) {
      case IP_POOL -> removePool(key);
      case NODE -> removeNode((CalicoNode) current);
      case TIER -> {
        requireEmpty(key);
        removeOne(key, revision);
      }
      case BGP_CONFIGURATION,
          BGP_FILTER,
          BGP_PEER,
          BLOCK_AFFINITY,
          CALICO_NODE_STATUS,
          CLUSTER_INFORMATION,
          FELIX_CONFIGURATION,
          GLOBAL_NETWORK_POLICY,
          GLOBAL_NETWORK_SET,
          HOST_ENDPOINT,
          IPAM_BLOCK,
          IPAM_CONFIG,
          IPAM_HANDLE,
          IP_RESERVATION,
          KUBE_CONTROLLERS_CONFIGURATION,
          KUBERNETES_ENDPOINT_SLICE,
          KUBERNETES_SERVICE,
          LIVE_MIGRATION,
          NETWORK_POLICY,
          NETWORK_SET,
          PROFILE,
          STAGED_GLOBAL_NETWORK_POLICY,
          STAGED_KUBERNETES_NETWORK_POLICY,
          STAGED_NETWORK_POLICY,
          WORKLOAD_ENDPOINT ->
          removeOne(key, revision);
    }
  }

  private void removeOne(ResourceKey key, String revision) {
    WriteResult result = revision.isEmpty() ? store.delete(key) : store.delete(key, revision);
    switch (result) {
      case Written _ -> {}
      case Missing _ -> throw ClientException.missing(key);
      case Conflict _, AlreadyThere _ -> throw ClientException.conflict(key);
    }
  }

  /// First nobody takes new blocks, then the claims go, then the pool. A claim that was made
  /// meanwhile, by who still knew the pool as enabled, goes at the end.
  private void removePool(ResourceKey key) {
    Cidr cidr = disable(key).spec().cidr();
    var allocator = new Allocator(store);
    allocator.releaseClaimsIn(cidr);
    removeOne(key, "");
    allocator.releaseClaimsIn(cidr);
  }

  private IpPool disable(ResourceKey key) {
    for (int i = 0; i < TRIES; i++) {
      IpPool pool = (IpPool) store.get(key).orElseThrow(() -> ClientException.missing(key));
      if (pool.spec().disabled() || store.update(disabled(pool)) instanceof Written) {
        return pool;
      }
    }
    throw ClientException.conflict(key);
  }

  private static IpPool disabled(IpPool pool) {
    IpPool.Spec spec = pool.spec();
    return new IpPool(
        pool.metadata(),
        new IpPool.Spec(
            spec.cidr(),
            spec.ipipMode(),
            spec.vxlanMode(),
            spec.natOutgoing(),
            true,
            spec.disableBGPExport(),
            spec.blockSize(),
            spec.nodeSelector(),
            spec.namespaceSelector(),
            spec.allowedUses(),
            spec.assignmentMode()),
        pool.status());
  }

  private void removeNode(CalicoNode node) {
    NodeRemoval.takeBack(store, new Allocator(store), node);
    removeOne(node.key(), "");
  }

  private void requireEmpty(ResourceKey tier) {
    Stream.of(
            ResourceKind.NETWORK_POLICY,
            ResourceKind.GLOBAL_NETWORK_POLICY,
            ResourceKind.STAGED_NETWORK_POLICY,
            ResourceKind.STAGED_GLOBAL_NETWORK_POLICY)
        .flatMap(kind -> store.list(kind).stream())
        .filter(policy -> ReferenceCheck.tier(policy).equals(Optional.of(tier.name())))
        .findFirst()
        .ifPresent(
            policy -> {
              throw ClientException.unsupported(
                  "delete", tier, "Cannot delete a non-empty tier, it has " + policy.key());
            });
  }
}
