// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpPool;
import dev.brindle.bird.filter.CalicoExport;
import dev.brindle.bird.filter.CommunityRule;
import dev.brindle.bird.filter.RoutePriorities;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What this node announces, and what it lets pass to peers.
///
/// @param announce our blocks as wholes, addresses of ours in blocks of others, and addresses of
///     services
public record ExportPlan(Set<Cidr> announce, CalicoExport filter) {

  public ExportPlan {
    announce = Set.copyOf(announce);
  }

  /// @param lone addresses on this node, as /32 and /128; those in our own blocks need no mention
  public static ExportPlan of(BgpResources resources, Collection<Cidr> lone) {
    List<Cidr> blocks = blocks(resources);
    List<Cidr> hidden = pools(resources, spec -> spec.disableBGPExport());
    Set<Cidr> announce = new HashSet<>();
    // a block of one address is announced as that address, once a pod has it
    blocks.stream().filter(block -> !block.isHost()).forEach(announce::add);
    lone.stream().filter(it -> !isInside(announce, it)).toList().forEach(announce::add);
    ServiceRoutes services = ServiceRoutes.of(resources);
    announce.addAll(services.announce());
    announce.removeIf(prefix -> isInside(hidden, prefix));
    List<Cidr> told = new ArrayList<>(services.announce());
    told.addAll(services.passedOn());
    CalicoExport filter =
        new CalicoExport(
            hidden,
            blocks,
            told.stream().filter(each -> !each.isHost()).toList(),
            told.stream().filter(Cidr::isHost).collect(Collectors.toSet()),
            pools(resources, spec -> !spec.disabled()),
            List.of(),
            communities(resources),
            priorities(resources));
    return new ExportPlan(announce, filter);
  }

  private static boolean isInside(Collection<Cidr> some, Cidr prefix) {
    return some.stream().anyMatch(it -> it.contains(prefix));
  }

  /// Confirmed ones: a pending claim may yet be lost.
  private static List<Cidr> blocks(BgpResources resources) {
    return resources.affinities().stream()
        .map(BlockAffinity::spec)
        .filter(
            spec ->
                spec.node().equals(resources.nodeName())
                    && spec.type().equals("host")
                    && spec.state() == BlockAffinity.State.CONFIRMED
                    && !spec.deleted())
        .map(BlockAffinity.Spec::cidr)
        .sorted()
        .toList();
  }

  private static List<Cidr> pools(BgpResources resources, Predicate<IpPool.Spec> which) {
    return resources.pools().stream()
        .map(IpPool::spec)
        .filter(which)
        .map(IpPool.Spec::cidr)
        .sorted()
        .toList();
  }

  static RoutePriorities priorities(BgpResources resources) {
    return new RoutePriorities(
        resources
            .cluster(BgpConfiguration.Spec::ipv4NormalRoutePriority)
            .map(Integer::longValue)
            .orElse(RoutePriorities.DEFAULT.ipv4()),
        resources
            .cluster(BgpConfiguration.Spec::ipv6NormalRoutePriority)
            .map(Integer::longValue)
            .orElse(RoutePriorities.DEFAULT.ipv6()));
  }

  /// The node's own list replaces the cluster's.
  private static List<CommunityRule> communities(BgpResources resources) {
    return resources
        .ofOurNode()
        .filter(spec -> !spec.prefixAdvertisements().isEmpty())
        .or(() -> resources.of(BgpConfiguration.DEFAULT))
        .map(CommunityNames::rules)
        .orElse(List.of());
  }
}
