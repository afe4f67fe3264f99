// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.bird.filter.CalicoImport;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Everything the speaker of a node should be, from Calico's resources.
///
/// @param problems what could not be done as the resources say
/// @param reachableBy the gateways by which some peers are reached: each is to have a route
public record SpeakerPlan(
    SpeakerConfig config, List<String> problems, Map<IpAddress, IpAddress> reachableBy) {

  /// How long to wait after a start for peers that do not come: as long as they would keep our
  /// routes, and no longer than stale routes may stay in our kernel.
  private static final Duration DEFERRAL = Duration.ofMinutes(2);

  public SpeakerPlan {
    problems = List.copyOf(problems);
    reachableBy = Map.copyOf(reachableBy);
  }

  /// Empty while our node is not in the datastore, or has no address to speak from.
  ///
  /// @param routerId `CALICO_ROUTER_ID`; may be empty
  /// @param lone addresses on this node outside its blocks, as /32 and /128
  /// @throws IllegalArgumentException if there is no router id
  public static Optional<SpeakerPlan> of(
      BgpResources resources, String routerId, Collection<Cidr> lone) {
    return resources
        .self()
        .filter(self -> !addresses(self).isEmpty())
        .map(self -> of(resources, self, routerId, lone));
  }

  private static SpeakerPlan of(
      BgpResources resources, CalicoNode self, String routerId, Collection<Cidr> lone) {
    ExportPlan export = ExportPlan.of(resources, lone);
    CalicoImport imports = new CalicoImport(ExportPlan.priorities(resources));
    PeerPlan peers =
        PeerPlan.of(
            resources,
            new PeerFilters(
                resources,
                imports,
                export.filter(),
                export.filter().withUnreached(ServiceRoutes.notInKernel(resources)),
                resources.interfacesOf(export.announce()),
                resources.interfacesOf(WorkloadPeers.addresses(resources))));
    SpeakerConfig config =
        new SpeakerConfig(
            resources.as(self),
            RouterId.of(routerId, self),
            IpAddress.tryParse(BgpResources.clusterId(self)).filter(IpAddress::isIpv4),
            listen(resources, self),
            addresses(self),
            peers.peers(),
            export.announce(),
            imports,
            export.filter(),
            DEFERRAL);
    return new SpeakerPlan(config, peers.problems(), peers.reachableBy());
  }

  /// Peers in other ASes of whom everything is taken, as with Calico, where RFC 8212 would take
  /// nothing: said loudly, or nobody would know.
  public Optional<String> openness() {
    List<String> open =
        config.peers().stream()
            .filter(peer -> !peer.isInternal() && peer.refusal().isEmpty())
            .map(peer -> "%s (AS %s)".formatted(peer.address(), peer.peerAs()))
            .toList();
    return open.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "ALL routes of external peers are taken, as with Calico: RFC 8212 would take none"
                + " without a policy; see to it that they tell no more than they should: "
                + String.join(", ", open));
  }

  private static List<IpAddress> addresses(CalicoNode self) {
    return Stream.of(IpFamily.values())
        .flatMap(family -> BgpResources.address(self, family).stream())
        .toList();
  }

  /// All addresses, or with `bindMode: NodeIP` the node's.
  private static List<ListenAddress> listen(BgpResources resources, CalicoNode self) {
    int port = resources.listenPort(self).orElse(ListenAddress.BGP_PORT);
    boolean onlyNode =
        resources
            .of(BgpConfiguration.DEFAULT)
            .map(spec -> spec.bindMode().equals("NodeIP"))
            .orElse(false);
    return onlyNode
        ? addresses(self).stream().map(address -> new ListenAddress(address, port)).toList()
        : List.of(new ListenAddress(IpAddress.ofIpv6(0, 0), port));
  }
}
