// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.ClusterDefaults;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.WriteResult;
import dev.brindle.node.address.Autodetection;
import dev.brindle.node.address.HostInterface;
import dev.brindle.node.settings.AddressSetting;
import dev.brindle.node.settings.NodeSettings;
import dev.brindle.node.settings.PoolSettings;
import dev.brindle.node.setup.DefaultPools;
import dev.brindle.node.setup.DefaultResources;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what every cluster has one of: default resources and default pools. May be repeated;
/// several nodes may do it at once.
final class NodeSetup {

  private static final Logger LOG = LoggerFactory.getLogger(NodeSetup.class);

  /// How often someone else may be faster before we give up.
  private static final int TRIES = 20;

  private final NodeSettings settings;
  private final Datastore datastore;
  private final List<HostInterface> interfaces;

  NodeSetup(NodeSettings settings, Datastore datastore, List<HostInterface> interfaces) {
    this.settings = settings;
    this.datastore = datastore;
    this.interfaces = List.copyOf(interfaces);
  }

  /// @param random for the id of a new cluster
  /// @param version of this program
  void createDefaults(RandomGenerator random, String version) {
    DefaultResources.ALL.forEach(this::createIfMissing);
    describeCluster(random, version);
  }

  /// The cluster's type and version are the newest node's; its id stays.
  private void describeCluster(RandomGenerator random, String version) {
    ResourceKey key = ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT);
    for (int i = 0; i < TRIES; i++) {
      Optional<ClusterInformation> stored = datastore.get(key).map(ClusterInformation.class::cast);
      ClusterInformation wanted =
          ClusterDefaults.information(stored, clusterType(), version, random);
      if (stored.equals(Optional.of(wanted))) {
        return;
      }
      WriteResult result = stored.isEmpty() ? datastore.create(wanted) : datastore.update(wanted);
      if (result instanceof WriteResult.Written) {
        LOG.info("{} has version {}", key, version);
        return;
      }
    }
    throw new StartException(
        "%s: others changed it %d times while it was to be written".formatted(key, TRIES));
  }

  private String clusterType() {
    try {
      return datastore.kubeadm().isPresent()
          ? settings.clusterType() + ",kubeadm"
          : settings.clusterType();
    } catch (DatastoreException e) {
      // a word for people: no reason to keep a node from its work
      LOG.warn("the cluster's type does not say whether kubeadm made it: {}", e.getMessage());
      return settings.clusterType();
    }
  }

  /// The pools that are to be made; nothing is written.
  ///
  /// @throws dev.brindle.node.settings.BadSettingException if a pool overlaps the node's network
  /// @throws DatastoreException also if what kubeadm noted is needed and cannot be read
  List<IpPool> missingPools(RandomGenerator random) {
    if (!settings.hasDefaultPools()) {
      return List.of();
    }
    List<IpPool> pools =
        datastore.list(ResourceKind.IP_POOL).stream().map(IpPool.class::cast).toList();
    List<InterfaceAddress> addresses =
        Stream.concat(
                interfaces.stream()
                    .filter(each -> !Autodetection.isForeign(each.name()))
                    .flatMap(each -> each.addresses().stream()),
                given())
            .toList();
    return Stream.of(IpFamily.values())
        .filter(family -> family == IpFamily.IPV4 || settings.supportsIpv6())
        .flatMap(
            family ->
                DefaultPools.missing(
                    settings.pool(family), pools, addresses, podSubnet(family, pools), random)
                    .stream())
        .toList();
  }

  /// Asked for only where it decides something: nobody else's mistake there may end a node.
  private Optional<Cidr> podSubnet(IpFamily family, List<IpPool> pools) {
    boolean isWanted =
        settings.pool(family).range() instanceof PoolSettings.Range.Any
            && pools.stream().noneMatch(pool -> pool.spec().cidr().family() == family);
    return isWanted
        ? datastore.kubeadm().stream()
            .flatMap(found -> found.podSubnets().stream())
            .filter(cidr -> cidr.family() == family)
            .findFirst()
        : Optional.empty();
  }

  /// Counts even while no interface has it.
  private Stream<InterfaceAddress> given() {
    return Stream.of(IpFamily.values())
        .map(settings::address)
        .filter(AddressSetting.Given.class::isInstance)
        .map(setting -> ((AddressSetting.Given) setting).address());
  }

  void createPools(List<IpPool> missing) {
    missing.forEach(this::createIfMissing);
  }

  private void createIfMissing(Resource resource) {
    if (datastore.get(resource.key()).isEmpty()
        && datastore.create(resource) instanceof WriteResult.Written) {
      LOG.info("created {}", resource.key());
    }
  }
}
