// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.render.ClusterNets;
import dev.brindle.felix.route.BlockHolders;
import dev.brindle.felix.route.ClusterView;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The resources that are not policy, as last told, and what follows from them.
final class Cluster {

  private final String node;
  private final Map<ResourceKey, Resource> resources = new TreeMap<>();
  private final Map<ResourceKey, BlockHolders> blocks = new TreeMap<>();
  private final Map<ResourceKey, String> revisions = new HashMap<>();

  Cluster(String node) {
    this.node = node;
  }

  /// @return whether anything that concerns routes, tunnels or settings is different
  boolean apply(Collection<Change> changes) {
    boolean differs = false;
    for (Change change : changes) {
      differs |= apply(change);
    }
    return differs;
  }

  private boolean apply(Change change) {
    return switch (change.key().kind()) {
      case IP_POOL, NODE, BLOCK_AFFINITY, FELIX_CONFIGURATION, BGP_CONFIGURATION ->
          !replace(change).equals(change.value());
      case IPAM_BLOCK -> hold(change);
      case WORKLOAD_ENDPOINT, HOST_ENDPOINT -> {
        revision(change);
        yield false;
      }
      default -> false; // policy, which the policy engine keeps, and kinds of others
    };
  }

  private Optional<Resource> replace(Change change) {
    Optional<Resource> before = Optional.ofNullable(resources.remove(change.key()));
    change.value().ifPresent(value -> resources.put(change.key(), value));
    return before;
  }

  /// A block changes with every pod of the cluster, who has which part of it hardly ever.
  private boolean hold(Change change) {
    Optional<BlockHolders> before = Optional.ofNullable(blocks.remove(change.key()));
    Optional<BlockHolders> now = change.value().map(IpamBlock.class::cast).map(BlockHolders::of);
    now.ifPresent(block -> blocks.put(change.key(), block));
    return !before.equals(now);
  }

  /// Whether an endpoint that is, or was before this change, on this node.
  boolean isLocalEndpoint(Change change) {
    return isLocal(change) || revisions.containsKey(change.key());
  }

  private boolean isLocal(Change change) {
    return change.value().filter(value -> nodeOf(value).equals(node)).isPresent();
  }

  private static String nodeOf(Resource resource) {
    return switch (resource) {
      case WorkloadEndpoint endpoint -> endpoint.spec().node();
      case HostEndpoint endpoint -> endpoint.spec().node();
      default -> "";
    };
  }

  private void revision(Change change) {
    if (isLocal(change)) {
      change.value().ifPresent(v -> revisions.put(change.key(), v.metadata().resourceVersion()));
    } else {
      revisions.remove(change.key());
    }
  }

  /// Revisions of this node's endpoints.
  Map<ResourceKey, String> revisions() {
    return revisions;
  }

  ClusterView view() {
    return new ClusterView(
        node,
        all(CalicoNode.class)
            .collect(Collectors.toMap(found -> found.metadata().name(), Function.identity())),
        all(IpPool.class).toList(),
        List.copyOf(blocks.values()),
        all(BlockAffinity.class).toList());
  }

  List<FelixConfiguration> configurations() {
    return all(FelixConfiguration.class).toList();
  }

  /// Labels of this node.
  Map<String, String> labels() {
    return all(CalicoNode.class)
        .filter(found -> found.metadata().name().equals(node))
        .findFirst()
        .map(found -> found.metadata().labels())
        .orElse(Map.of());
  }

  /// Addresses of services, which this node must not route back to where they came from.
  List<Cidr> serviceNetworks() {
    return all(BgpConfiguration.class)
        .filter(found -> found.metadata().name().equals(BgpConfiguration.DEFAULT))
        .map(BgpConfiguration::spec)
        .flatMap(
            spec ->
                Stream.of(
                        spec.serviceClusterIPs(),
                        spec.serviceExternalIPs(),
                        spec.serviceLoadBalancerIPs())
                    .flatMap(Collection::stream))
        .map(BgpConfiguration.ServiceCidr::cidr)
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  static ClusterNets nets(ClusterView view, Settings settings) {
    List<Cidr> hosts = new ArrayList<>(view.nodeAddresses(List.of(IpFamily.values())));
    hosts.addAll(settings.get(Parameters.EXTERNAL_NODES));
    List<IpPool> pools =
        view.pools().stream()
            .filter(
                pool -> !pool.spec().allowedUses().equals(List.of(IpPool.AllowedUse.LOAD_BALANCER)))
            .toList();
    return new ClusterNets(
        pools.stream().map(pool -> pool.spec().cidr()).toList(),
        pools.stream()
            .filter(pool -> pool.spec().natOutgoing())
            .map(pool -> pool.spec().cidr())
            .toList(),
        hosts,
        hosts);
  }

  private <T extends Resource> Stream<T> all(Class<T> type) {
    return resources.values().stream().filter(type::isInstance).map(type::cast);
  }
}
