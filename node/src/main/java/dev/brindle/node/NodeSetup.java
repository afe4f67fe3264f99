// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.ClusterDefaults;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import dev.brindle.node.address.Autodetection;
import dev.brindle.node.address.HostInterface;
import dev.brindle.node.address.NodeAddress;
import dev.brindle.node.settings.AddressSetting;
import dev.brindle.node.settings.Backend;
import dev.brindle.node.settings.NodeSettings;
import dev.brindle.node.setup.DefaultPools;
import dev.brindle.node.setup.DefaultResources;
import dev.brindle.node.setup.NodePlan;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what the cluster must know before the node works: the node itself, and what every cluster
/// has one of. May be repeated; several nodes may do it at once.
final class NodeSetup {

  private static final Logger LOG = LoggerFactory.getLogger(NodeSetup.class);
  private static final int TRIES = 20;

  /// How often someone else may be faster before we give up.

  private final NodeSettings settings;
  private final Datastore datastore;
  private final List<HostInterface> interfaces;
  private final Autodetection.SourceOf source;

  NodeSetup(
      NodeSettings settings,
      Datastore datastore,
      List<HostInterface> interfaces,
      Autodetection.SourceOf source) {
    this.settings = settings;
    this.datastore = datastore;
    this.interfaces = List.copyOf(interfaces);
    this.source = source;
  }

  /// @throws StartException if the node cannot have an address, or another node has it
  CalicoNode register() {
    return put(this::planned);
  }

  private CalicoNode planned(Optional<CalicoNode> stored) {
    NodePlan plan = plan(stored);
    if (settings.checksAddress()) {
      List<CalicoNode> nodes =
          datastore.list(ResourceKind.NODE).stream().map(CalicoNode.class::cast).toList();
      plan.conflict(nodes)
          .ifPresent(
              conflict -> {
                throw new StartException(
                    conflict + ", or set DISABLE_NODE_IP_CHECK=true if it is meant so");
              });
    }
    return plan.applyTo(stored);
  }

  private NodePlan plan(Optional<CalicoNode> stored) {
    Optional<CalicoNode.Bgp> bgp = stored.flatMap(node -> node.spec().bgp());
    Optional<InterfaceAddress> ipv4 =
        address(IpFamily.IPV4, bgp.flatMap(CalicoNode.Bgp::ipv4Address));
    Optional<InterfaceAddress> ipv6 =
        address(IpFamily.IPV6, bgp.flatMap(CalicoNode.Bgp::ipv6Address));
    if (ipv4.isEmpty() && ipv6.isEmpty() && settings.backend() != Backend.NONE) {
      throw new StartException(
          "the node has neither an IPv4 nor an IPv6 address: set IP or IP6 to one, or to autodetect");
    }
    return new NodePlan(
        settings.name(), settings.as(), ipv4, ipv6, NodePlan.interfaces(interfaces, listed()));
  }

  /// Interfaces are listed for the families the environment speaks of.
  private List<IpFamily> listed() {
    return Stream.of(IpFamily.values())
        .filter(
            family ->
                settings.address(family) instanceof AddressSetting.Given
                    || settings.address(family) instanceof AddressSetting.Autodetect)
        .toList();
  }

  private Optional<InterfaceAddress> address(IpFamily family, Optional<InterfaceAddress> stored) {
    if (settings.backend() == Backend.NONE) {
      return stored;
    }
    NodeAddress chosen =
        NodeAddress.choose(
            family, settings.address(family), settings.method(family), stored, interfaces, source);
    if (!chosen.isFound()) {
      throw new StartException(
          "%s: set %s to an address, or %s to another method"
              .formatted(
                  chosen.reason(),
                  family == IpFamily.IPV4 ? "IP" : "IP6",
                  family == IpFamily.IPV4
                      ? "IP_AUTODETECTION_METHOD"
                      : "IP6_AUTODETECTION_METHOD"));
    }
    chosen
        .address()
        .ifPresent(found -> LOG.info("{} address {} ({})", family, found, chosen.reason()));
    return chosen.address();
  }

  /// Reads, decides and writes, again if someone else was faster.
  private CalicoNode put(Function<Optional<CalicoNode>, CalicoNode> decide) {
    ResourceKey key = ResourceKey.of(ResourceKind.NODE, settings.name());
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Optional<CalicoNode> stored = datastore.get(key).map(CalicoNode.class::cast);
      CalicoNode wanted = decide.apply(stored);
      if (stored.filter(wanted::equals).isPresent()) {
        return wanted;
      }
      WriteResult result = stored.isEmpty() ? datastore.create(wanted) : datastore.update(wanted);
      if (result instanceof WriteResult.Written(Resource written)) {
        return (CalicoNode) written;
      }
    }
    throw new StartException(
        "%s: others changed it %d times while it was to be written".formatted(key, TRIES));
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
          ClusterDefaults.information(stored, settings.clusterType(), version, random);
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

  /// The pools that are to be made; nothing is written.
  ///
  /// @throws dev.brindle.node.settings.BadSettingException if a pool overlaps the node's network
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
                DefaultPools.missing(settings.pool(family), pools, addresses, random).stream())
        .toList();
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
