// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.effect;

import dev.brindle.api.label.Selector;
import dev.brindle.api.label.SelectorSyntaxException;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Resource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a change that is not about policy means for nodes: which, and for what.
public final class OtherEffect {

  private static final String EVERY_NODE = "every node";
  private static final String OF_NODE = "node.";
  private static final int MOST_NAMED = 5;

  private OtherEffect() {}

  /// One line; nothing for what no node acts on, or what `PolicyEffect` tells.
  public static Optional<String> of(Difference difference, Collection<CalicoNode> nodes) {
    if (difference.isNothing()) {
      return Optional.empty();
    }
    String name = difference.key().name();
    return switch (difference.key().kind()) {
      case IP_POOL ->
          Optional.of(
              "%s: routes, tunnels and masquerading of %s"
                  .formatted(EVERY_NODE, cidr(difference).orElse(name)));
      case BGP_CONFIGURATION -> Optional.of(scope(name) + ": settings of BGP");
      case BGP_PEER -> Optional.of(peers(difference, nodes) + ": BGP sessions");
      case BGP_FILTER ->
          Optional.of("nodes with peers that name filter " + name + ": their routes");
      case FELIX_CONFIGURATION ->
          Optional.of(configured(difference, nodes) + ": settings of felix");
      case NODE ->
          Optional.of("%s: sessions, routes and tunnels to %s".formatted(EVERY_NODE, name));
      case IPAM_CONFIG, IP_RESERVATION ->
          Optional.of("no node now: the next addresses that are given out");
      case BLOCK_AFFINITY,
          CALICO_NODE_STATUS,
          CLUSTER_INFORMATION,
          GLOBAL_NETWORK_POLICY,
          GLOBAL_NETWORK_SET,
          HOST_ENDPOINT,
          IPAM_BLOCK,
          IPAM_HANDLE,
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
          TIER,
          WORKLOAD_ENDPOINT ->
          Optional.empty();
    };
  }

  private static Stream<Resource> sides(Difference difference) {
    return Stream.concat(difference.before().stream(), difference.after().stream());
  }

  private static Optional<String> cidr(Difference difference) {
    return sides(difference).findFirst().map(pool -> ((IpPool) pool).spec().cidr().toString());
  }

  private static String scope(String name) {
    return name.startsWith(OF_NODE) ? name.substring(OF_NODE.length()) : EVERY_NODE;
  }

  /// Nodes that have the session, or would have it.
  private static String peers(Difference difference, Collection<CalicoNode> nodes) {
    List<BgpPeer.Spec> specs = sides(difference).map(peer -> ((BgpPeer) peer).spec()).toList();
    boolean isForAll =
        specs.stream().anyMatch(spec -> spec.node().isEmpty() && spec.nodeSelector().isEmpty());
    if (isForAll) {
      return EVERY_NODE;
    }
    Stream<String> named = specs.stream().map(BgpPeer.Spec::node).filter(name -> !name.isEmpty());
    Stream<String> selected = specs.stream().flatMap(spec -> selected(spec.nodeSelector(), nodes));
    return text(Stream.concat(named, selected));
  }

  private static String configured(Difference difference, Collection<CalicoNode> nodes) {
    List<Object> selectors =
        sides(difference)
            .map(found -> ((FelixConfiguration) found).spec().getOrDefault("nodeSelector", ""))
            .filter(selector -> !selector.equals(""))
            .toList();
    return selectors.isEmpty()
        ? scope(difference.key().name())
        : text(selectors.stream().flatMap(selector -> selected(selector.toString(), nodes)));
  }

  private static Stream<String> selected(String selector, Collection<CalicoNode> nodes) {
    if (selector.isEmpty()) {
      return Stream.of();
    }
    try {
      Selector parsed = Selector.parse(selector);
      return nodes.stream()
          .filter(node -> parsed.matches(node.metadata().labels()))
          .map(node -> node.metadata().name());
    } catch (SelectorSyntaxException _) {
      return Stream.of(); // it selects none, as long as nobody mends it
    }
  }

  private static String text(Stream<String> names) {
    return Names.of(names.distinct().sorted().toList(), MOST_NAMED, "no node now");
  }
}
