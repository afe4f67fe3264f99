// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttributes;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// What Calico tells peers: this node's blocks as wholes, services, and what lies in a pool, but
/// nothing of a pool with `disableBGPExport`. The first rule that fits decides.
///
/// Calico's rules on interfaces are about routes of others that its BIRD learns from the kernel. We
/// learn none.
///
/// @param hidden pools that must not be told
/// @param blocks of this node
/// @param services to be told wherever they come from: networks
/// @param serviceHosts to be told wherever they come from: single addresses, which may be many
/// @param pools enabled ones
/// @param unreached where this node does not lead to what other nodes of the AS tell of
public record CalicoExport(
    List<Cidr> hidden,
    List<Cidr> blocks,
    List<Cidr> services,
    Set<Cidr> serviceHosts,
    List<Cidr> pools,
    List<Cidr> unreached,
    List<CommunityRule> communities,
    RoutePriorities normal)
    implements RouteFilter {

  public CalicoExport {
    hidden = List.copyOf(hidden);
    blocks = List.copyOf(blocks);
    services = List.copyOf(services);
    serviceHosts = Set.copyOf(serviceHosts);
    pools = List.copyOf(pools);
    unreached = List.copyOf(unreached);
    communities = List.copyOf(communities);
  }

  /// For peers that are told our next hop with what others in our AS told us.
  ///
  /// @param networks for which this node has no routes of others in its kernel
  public CalicoExport withUnreached(List<Cidr> networks) {
    return new CalicoExport(
        hidden, blocks, services, serviceHosts, pools, networks, communities, normal);
  }

  @Override
  public Verdict judge(Cidr prefix, PathAttributes attributes, RouteContext context) {
    boolean isLocal = context.isLocal();
    if (within(hidden, prefix)) {
      return new Verdict.Reject("pool with disableBGPExport");
    }
    if (blocks.contains(prefix)) {
      return accept(prefix, attributes, isLocal, "block of this node");
    }
    if (within(blocks, prefix)) {
      boolean elevated = attributes.localPref().orElse(0) > normal.localPref(prefix.family());
      return elevated
          ? accept(prefix, attributes, isLocal, "elevated priority")
          : new Verdict.Reject("inside a block of this node");
    }
    if (context.from() == RouteSource.INTERNAL && within(unreached, prefix)) {
      return new Verdict.Reject("service of other nodes, to which this one does not lead");
    }
    if (serviceHosts.contains(prefix) || within(services, prefix)) {
      return accept(prefix, attributes, isLocal, "service");
    }
    return within(pools, prefix)
        ? accept(prefix, attributes, isLocal, "in a pool")
        : new Verdict.Reject("in no pool");
  }

  @Override
  public boolean dependsOnPrefix() {
    return true;
  }

  @Override
  public boolean dependsOnPeer() {
    return false;
  }

  private Verdict.Accept accept(
      Cidr prefix, PathAttributes attributes, boolean isLocal, String rule) {
    PathAttributes told =
        isLocal && attributes.localPref().isEmpty()
            ? attributes.with(new LocalPref(normal.localPref(prefix.family())))
            : attributes;
    for (CommunityRule community : communities) {
      told = community.apply(prefix, told);
    }
    return new Verdict.Accept(told, false, rule);
  }

  private static boolean within(Collection<Cidr> some, Cidr prefix) {
    return some.stream().anyMatch(it -> it.contains(prefix));
  }
}
