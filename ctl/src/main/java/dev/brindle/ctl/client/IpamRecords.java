// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.Datastore;
import java.util.List;
import java.util.Optional;

/// What an audit of addresses compares.
///
/// @param blocks read before all else: what is released meanwhile then seems to be leaked, and its
///     sequence number keeps a report from releasing who has it next
/// @param services empty where nobody knows them
public record IpamRecords(
    List<IpamBlock> blocks,
    List<IpPool> pools,
    List<CalicoNode> nodes,
    List<WorkloadEndpoint> endpoints,
    List<IpamHandle> handles,
    Optional<List<KubernetesService>> services) {

  /// With services where the store knows them.
  public static IpamRecords read(Datastore store) {
    return read(store, store.hasServices() ? Optional.of(services(store)) : Optional.empty());
  }

  public static List<KubernetesService> services(Datastore cluster) {
    return Checks.list(cluster, ResourceKind.KUBERNETES_SERVICE, KubernetesService.class);
  }

  public static IpamRecords read(Datastore store, Optional<List<KubernetesService>> services) {
    return new IpamRecords(
        Checks.list(store, ResourceKind.IPAM_BLOCK, IpamBlock.class),
        Checks.list(store, ResourceKind.IP_POOL, IpPool.class),
        Checks.list(store, ResourceKind.NODE, CalicoNode.class),
        Checks.list(store, ResourceKind.WORKLOAD_ENDPOINT, WorkloadEndpoint.class),
        Checks.list(store, ResourceKind.IPAM_HANDLE, IpamHandle.class),
        services);
  }
}
