// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.KubernetesNodes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the store says of the cluster.
///
/// @param name of the store
/// @param took to answer a question
/// @param kubernetes itself, where it is the store
record Cluster(
    String name,
    Duration took,
    Optional<ClusterInformation> information,
    List<CalicoNode> nodes,
    List<IpPool> pools,
    List<BlockAffinity> claims,
    List<FelixConfiguration> felix,
    Optional<BgpConfiguration> bgp,
    Optional<KubernetesNodes> kubernetes) {

  static final Cluster UNKNOWN =
      new Cluster(
          "no store",
          Duration.ZERO,
          Optional.empty(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty());

  /// @throws dev.brindle.datastore.DatastoreException if the store does not answer, saying why
  static Cluster read(String name, Datastore store) {
    store.check(); // makes the connection, and loads all that takes here: no fault of the store
    long begin = System.nanoTime();
    store.check();
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    return new Cluster(
        name,
        took,
        store
            .get(ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT))
            .map(ClusterInformation.class::cast),
        all(store, ResourceKind.NODE, CalicoNode.class),
        all(store, ResourceKind.IP_POOL, IpPool.class),
        store.hasIpam() ? all(store, ResourceKind.BLOCK_AFFINITY, BlockAffinity.class) : List.of(),
        all(store, ResourceKind.FELIX_CONFIGURATION, FelixConfiguration.class),
        // a node may list these, and get none
        all(store, ResourceKind.BGP_CONFIGURATION, BgpConfiguration.class).stream()
            .filter(each -> each.metadata().name().equals("default"))
            .findFirst(),
        store.kubernetesNodes());
  }

  private static <T> List<T> all(Datastore store, ResourceKind kind, Class<T> type) {
    return store.list(kind).stream().map(type::cast).toList();
  }

  boolean hasIpv6Pods() {
    return pools.stream().anyMatch(pool -> !pool.spec().cidr().address().isIpv4());
  }

  Optional<CalicoNode> node(String called) {
    return nodes.stream().filter(each -> each.metadata().name().equals(called)).findFirst();
  }
}
